import type { LinkTarget } from './link-machine-types.ts';
import type { ConnectRequest, ConnectStage } from './transport.ts';

/** Larger incoming messages close the connection with 1009. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** Everything that one attempt to reach `target` needs. */
export function connectRequestOf(
  target: LinkTarget,
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
  };
  return {
    url,
    subProtocols,
    compression,
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    onStage,
    ...(authorization === undefined ? {} : { authorization }),
    ...(endpoint.protocol === 'wss' ? { tls } : {}),
    ...(proxy === null || proxy === '' ? {} : { proxy }),
  };
}
