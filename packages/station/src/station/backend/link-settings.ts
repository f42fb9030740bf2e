import type { LinkEndpoint, LinkSettings } from '../../link/link-state.ts';
import { readWordsByBearer } from '../../params/bearer-texts.ts';
import { catalogue } from '../../params/catalogue.ts';
import type { ParameterId, ParameterReader } from '../../params/parameters.ts';
import type { StationCredential } from '../../security/station-certificate.ts';

/** What the link needs beside the parameters. */
export interface LinkSettingsContext {
  readonly params: ParameterReader;
  /** Sub-protocols of the dialects that are built, newest first. */
  readonly built: readonly string[];
  /** PEM texts of the trusted roots; null when they cannot be read, and then public ones do not count either. */
  readonly roots: readonly string[] | null;
  /** PEM texts of the roots that were installed; they count in any case. */
  readonly installedRoots?: readonly string[];
  /** The password's bytes, decoded by `backend.passwordEncoding`; null when none is set. */
  readonly password: Uint8Array | null;
  /** The certificate that the station logs in with; null: it uses none. */
  readonly credential?: StationCredential | null;
}

/** Reads the parameters as settings of the link; says in words why there is no endpoint. */
export function linkSettings(context: LinkSettingsContext): LinkSettings {
  const { params } = context;
  const endpoint = endpointOf(context);
  const seconds = (
    id:
      | 'backend.communicationTimeout'
      | 'backend.tcpWatchdogTimeout'
      | 'backend.keepAliveInterval'
      | 'backend.startSpread',
  ): number => params.get(id) * 1000;
  return {
    endpoint: typeof endpoint === 'string' ? null : endpoint,
    reason: typeof endpoint === 'string' ? endpoint : '',
    communicationTimeoutMs: seconds('backend.communicationTimeout'),
    tcpWatchdogMs: seconds('backend.tcpWatchdogTimeout'),
    keepAliveMs: seconds('backend.keepAliveInterval'),
    backOff: {
      firstMinMs: 1000,
      firstMaxMs: params.get('backend.backoffFirst') * 1000,
      baseMs: params.get('backend.backoffMinimum') * 1000,
      capMs: params.get('backend.backoffMaximum') * 1000,
      spreadMs: params.get('backend.backoffRandomRange') * 1000,
    },
    startSpreadMs: seconds('backend.startSpread'),
  };
}

function endpointOf(context: LinkSettingsContext): LinkEndpoint | string {
  const { params } = context;
  const communication = params.get('backend.communicationType');
  if (communication === 'off') return 'OCPP is switched off (backend.communicationType)';
  if (params.get('backend.connectionType') === 'none') return 'no network is to be used (backend.connectionType)';
  const host = params.get('backend.host');
  if (host === '') return 'no backend is configured (backend.host)';
  const identity = params.get('backend.identity');
  if (identity === '') return 'the station has no ChargeBoxIdentity (backend.identity)';
  const proxy = params.get('backend.proxy');
  const nameServers = readWordsByBearer(params.get('backend.nameServers'));
  return {
    protocol: params.get('backend.protocol'),
    host,
    port: params.get('backend.port'),
    path: params.get('backend.path'),
    identity,
    subProtocols: communication === 'auto' ? context.built : [communication],
    ...login(context),
    tlsVerification: params.get('backend.tlsVerification'),
    tlsRoots: [...(context.roots ?? []), ...(context.installedRoots ?? [])],
    tlsPublicRoots: context.roots !== null && params.get('backend.tlsTrust') === 'installed+public',
    proxy: proxy === '' ? null : proxy,
    compression: params.get('backend.compression'),
    nameServers: nameServers.ok ? nameServers.words : {},
  };
}

/** One login at a time: the password is not sent where the certificate is used (S-02). */
function login({
  params,
  password,
  credential,
}: LinkSettingsContext): Pick<LinkEndpoint, 'password' | 'clientCertificate'> {
  if (params.get('backend.protocol') === 'ws' || !params.get('security.useClientCertificate')) return { password };
  if (credential === undefined || credential === null) return { password: null };
  return { password: null, clientCertificate: { certificate: credential.chain, key: credential.key } };
}

/** Where and as whom a link talks: at another place the registration begins anew (T-22). */
export function placeOf(endpoint: LinkEndpoint | null, subProtocol: string): string {
  if (endpoint === null) return subProtocol;
  const { protocol, host, port, path, identity, clientCertificate } = endpoint;
  return JSON.stringify([protocol, host, port, path, identity, clientCertificate !== undefined, subProtocol]);
}

/** Whether a change of this parameter has to do with how the link is made. */
export function needsAnotherConnection(id: ParameterId): boolean {
  const { effect } = catalogue[id];
  return effect === 'reconnect' || effect === 'endpoint';
}
