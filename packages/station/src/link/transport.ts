import type { Bearer } from '../bearers/bearer.ts';
import type { ConnectFinding } from './connect-finding.ts';
import type { TlsVerdict } from './tls-verdict.ts';

/** Opens WebSockets, as a port: `ws` in the daemon, an in-memory one in tests. */
export interface Transport {
  /**
   * Makes one attempt: DNS, TCP, TLS, upgrade, sub-protocol. Rejects with `ConnectFailure` only. When `signal` is aborted
   * (communication timeout, shutdown) everything half-open is destroyed. No redirect is followed.
   */
  connect(request: ConnectRequest, signal: AbortSignal): Promise<Connection>;
}

/** Everything that one attempt needs. */
export interface ConnectRequest {
  /** The final URL, identity included and percent-encoded once (T-01). */
  readonly url: string;
  /** Sub-protocols in order of preference (T-03). */
  readonly subProtocols: readonly string[];
  /** The value of the Authorization header; never logged. */
  readonly authorization?: string;
  readonly tls?: TlsRequest;
  /** `HOST[:PORT]` of an HTTP CONNECT proxy. */
  readonly proxy?: string;
  /** The bearer to go out by; without it the system's routing decides. */
  readonly source?: ConnectSource;
  readonly compression: boolean;
  /** Largest incoming message in bytes. */
  readonly maxPayloadBytes: number;
  /** Told when the attempt enters a further stage. */
  readonly onStage?: (stage: ConnectStage) => void;
  /** Told what the stages find, for the doctor. */
  readonly onFinding?: (finding: ConnectFinding) => void;
}

/** Where an attempt goes out. */
export interface ConnectSource {
  readonly bearer: Bearer;
  /** Name servers that were configured for this bearer; empty: the system's. */
  readonly nameServers: readonly string[];
}

/** How TLS is to be checked (parameters.md rows 5a, 5b). */
export interface TlsRequest {
  readonly verification: 'strict' | 'allowExpired' | 'skipHostName' | 'allowExpiredSkipHostName' | 'encryptOnly';
  /** PEM texts of trusted roots. */
  readonly roots: readonly string[];
  /** Whether the public roots that come with Node count too. */
  readonly publicRoots: boolean;
  /** The wall time at which validity is judged (station clock or its floor). */
  readonly nowMs: number;
  /** False while `nowMs` is only a floor: a later `notBefore` is then believed provisionally (parameters.md 5). Default true. */
  readonly clockValid?: boolean;
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
}

export type ConnectStage = 'dns' | 'tcp' | 'proxy' | 'tls' | 'upgrade';

/** An open WebSocket with a sub-protocol that we offered. Listeners are set at once, before the next turn of the event loop. */
export interface Connection {
  readonly subProtocol: string;
  /** Warnings of the TLS policy, such as an expired certificate that the level allows. */
  readonly tlsWarnings: readonly string[];
  /** When the whole chain of the backend is valid, if TLS judged that; for judging again once the clock is set. */
  readonly tlsValidity?: { readonly notBeforeMs: number; readonly notAfterMs: number };
  /** The SHA-256 fingerprint of the trusted certificate that verified the backend, as Node writes it; absent without trust or TLS. */
  readonly tlsAnchor?: string;
  listen(listener: ConnectionListener): void;
  send(text: string): void;
  /** Sends a WebSocket ping. */
  ping(): void;
  /** Polite close: close frame, then the end of the TCP connection. */
  close(code: number, reason: string): void;
  /** Tears the TCP connection down without a word. `closed` is told. */
  destroy(): void;
}

/** What a connection tells; `closed` exactly once, nothing afterwards. */
export interface ConnectionListener {
  text(text: string): void;
  pong(): void;
  /** Any byte arrived, pings of the backend included; feeds the TCP watchdog. */
  activity(): void;
  closed(code: number, reason: string): void;
}

/** Why an attempt failed, in a form that the doctor, the log and the security events can use. */
export class ConnectFailure extends Error {
  override readonly name: string = 'ConnectFailure';
  readonly detail: ConnectFailureDetail;

  constructor(detail: ConnectFailureDetail, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.detail = detail;
  }
}

export type ConnectFailureDetail =
  | { readonly stage: 'dns' | 'tcp' | 'proxy'; readonly code: string }
  | { readonly stage: 'tls'; readonly code: string; readonly verdict?: TlsVerdict }
  | { readonly stage: 'upgrade'; readonly status: number }
  | { readonly stage: 'subProtocol'; readonly selected: string | null }
  | { readonly stage: 'timeout'; readonly during: ConnectStage };
