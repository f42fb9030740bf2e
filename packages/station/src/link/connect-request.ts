import type { Bearer } from '../bearers/bearer.ts';
import { bearerKinds } from '../params/bearer-texts.ts';
import type { LinkTarget } from './link-machine-types.ts';
import type { LinkEndpoint } from './link-state.ts';
import type { ConnectRequest, ConnectSource, ConnectStage } from './transport.ts';

/**
 * Larger incoming messages close the connection with 1009. The longest data of a DataTransfer that are taken have 1.5 MiB when every
 * character is escaped; what is longer still is to be refused by an answer, not by a lost link (D-01).
 */
const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;

/** Everything that one attempt to reach `target` over `bearer` needs. */
export function connectRequestOf(
  { target, bearer }: { readonly target: LinkTarget; readonly bearer: Bearer },
  clock: { readonly nowMs: number; readonly clockValid: boolean },
  onStage: (stage: ConnectStage) => void,
): ConnectRequest {
  const { url, authorization, endpoint } = target;
  const { subProtocols, compression, proxy } = endpoint;
  const tls = {
    verification: endpoint.tlsVerification,
    roots: endpoint.tlsRoots,
    publicRoots: endpoint.tlsPublicRoots,
    ...clock,
    ...(endpoint.clientCertificate === undefined ? {} : { clientCertificate: endpoint.clientCertificate }),
  };
  return {
    url,
    subProtocols,
    compression,
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    onStage,
    source: sourceOf(bearer, endpoint),
    ...(authorization === undefined ? {} : { authorization }),
    ...(endpoint.protocol === 'wss' ? { tls } : {}),
    ...(proxy === null || proxy === '' ? {} : { proxy }),
  };
}

function sourceOf(bearer: Bearer, { nameServers }: LinkEndpoint): ConnectSource {
  const own = bearerKinds.find((kind) => kind === bearer.name);
  return { bearer, nameServers: own === undefined ? [] : (nameServers?.[own] ?? []) };
}
