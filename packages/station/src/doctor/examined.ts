import type { ConnectRequest } from '../link/transport.ts';
import type { LinkEndpoint } from '../link/link-state.ts';
import { bearerText } from '../bearers/bearer.ts';
import { placeOf } from '../link/carrier.ts';
import { parseProxy } from '../link/proxy-tunnel.ts';

/** What is known of an attempt beside what it found, for the judgement. */
export interface Examined {
  readonly url: string;
  /** The bearer that the attempt went out by; null where the system's routing decided. */
  readonly bearer: string | null;
  /** Whom DNS and TCP are for: the backend, or the proxy before it. */
  readonly host: string;
  readonly port: number;
  /** `HOST[:PORT]`; null without one. */
  readonly proxy: string | null;
  /** The host of the address, whom the certificate must name. */
  readonly backendHost: string;
  readonly secure: boolean;
  readonly offered: readonly string[];
  readonly compression: boolean;
  /** Bytes of the password that was sent; null = none. */
  readonly passwordBytes: number | null;
  /** Whether the password that was sent consists of pairs of hex digits, as many as a key has that is meant as bytes (S-02). */
  readonly passwordIsHexText: boolean;
  /** The wall time at which certificates are judged, and whether it is more than a floor. */
  readonly nowMs: number;
  readonly clockValid: boolean;
  /** Whether certificates are judged less than strictly (backend.tlsVerification). */
  readonly lowered: boolean;
  /** What the server turned out to speak when it was asked in the other language; null when nobody asked or it was neither. */
  readonly speaks: 'http' | 'tls' | null;
}

/** What follows from the request and its endpoint. */
export function examinedOf(request: ConnectRequest, endpoint: LinkEndpoint): Examined {
  const { host, port } = placeOf(request);
  const { password } = endpoint;
  return {
    url: request.url,
    bearer: bearerOf(request),
    ...(request.proxy === undefined ? { host, port } : placeOfProxy(request.proxy)),
    proxy: request.proxy ?? null,
    backendHost: host,
    secure: request.tls !== undefined,
    offered: request.subProtocols,
    compression: request.compression,
    passwordBytes: password?.length ?? null,
    passwordIsHexText: password !== null && /^([0-9a-f]{2}){16,20}$/iu.test(new TextDecoder('latin1').decode(password)),
    nowMs: request.tls?.nowMs ?? 0,
    clockValid: request.tls?.clockValid ?? true,
    lowered: (request.tls?.verification ?? 'strict') !== 'strict',
    speaks: null,
  };
}

function bearerOf({ source }: ConnectRequest): string | null {
  return source === undefined || source.bearer.interface === null ? null : bearerText(source.bearer);
}

/** A proxy that cannot be read fails at its own step; until then its text stands for the host. */
function placeOfProxy(proxy: string): { readonly host: string; readonly port: number } {
  try {
    return parseProxy(proxy);
  } catch {
    return { host: proxy, port: 0 };
  }
}
