import { messageOf } from '../core/errors.ts';
import { basicAuthorization } from '../link/basic-authorization.ts';
import { buildUrl } from '../link/endpoint.ts';
import type { LinkEndpoint } from '../link/link-state.ts';
import type { ParameterId, Parameters } from '../params/parameters.ts';
import type { AddressPart, DoctorAddress, DoctorStep } from './doctor-report.ts';
import { technicalLine } from './doctor-report.ts';

const parameterOfPart = {
  protocol: 'backend.protocol',
  host: 'backend.host',
  port: 'backend.port',
  path: 'backend.path',
  identity: 'backend.identity',
  password: 'backend.authorizationKey',
  proxy: 'backend.proxy',
} as const satisfies Record<AddressPart['name'], ParameterId>;

/** The parts of an endpoint that are set, and where they come from; of the password only its length. */
export function addressParts(endpoint: LinkEndpoint, params: Parameters): readonly AddressPart[] {
  const values: Record<AddressPart['name'], string | null> = {
    protocol: endpoint.protocol,
    host: endpoint.host,
    port: endpoint.port === null ? (endpoint.protocol === 'wss' ? '443' : '80') : String(endpoint.port),
    path: endpoint.path === '' ? null : endpoint.path,
    identity: endpoint.identity,
    password: endpoint.password === null ? null : `${endpoint.password.length} bytes`,
    proxy: endpoint.proxy,
  };
  return (Object.keys(parameterOfPart) as (keyof typeof parameterOfPart)[]).flatMap((name) => {
    const value = values[name];
    if (value === null) return [];
    const isDefaultPort = name === 'port' && endpoint.port === null;
    const where = isDefaultPort ? `the port of ${endpoint.protocol}` : placeOf(parameterOfPart[name], params);
    return [{ name, value, where }];
  });
}

function placeOf(id: ParameterId, params: Parameters): string {
  // The manufacturer may read everything; only the place is taken.
  const link = params.view(id, 'manufacturer')?.provenance.find(({ inForce }) => inForce);
  switch (link?.layer) {
    case undefined:
      return 'unknown';
    case 'stored':
    case 'staged':
      return `set by ${link.where}`;
    case 'pinned':
    case 'default':
    case 'computed':
    case 'factory':
      return link.where;
  }
}

/** The address, and the first step: whether one can connect to it at all. `reason`: why there is no endpoint. */
export function judgeAddress(
  endpoint: LinkEndpoint | null,
  reason: string,
  parts: readonly AddressPart[],
): { readonly address: DoctorAddress; readonly step: DoctorStep } {
  if (endpoint === null) return failed(`There is nothing to connect to: ${reason}.`, parts);
  try {
    const url = buildUrl(endpoint);
    if (endpoint.password !== null) basicAuthorization(endpoint.identity, endpoint.password);
    const text = `The station connects to ${url}.`;
    return {
      address: { url, parts },
      step: { ...common, verdict: 'ok', text, remedy: null, technical: technicalLine('address', { url }) },
    };
  } catch (thrown) {
    return failed(messageOf(thrown), parts);
  }
}

const common = { step: 'address', durationMs: null } as const;

function failed(text: string, parts: readonly AddressPart[]): { address: DoctorAddress; step: DoctorStep } {
  const remedy =
    'Set the address and the identity, such as `kerbside config set BackendUrl=wss://csms.example.com/ocpp backend.identity=CP-1 backend.communicationType=auto`, then `kerbside config apply`.';
  const technical = technicalLine('address', { problem: text });
  return { address: { url: null, parts }, step: { ...common, verdict: 'failed', text, remedy, technical } };
}
