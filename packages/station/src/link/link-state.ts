import type { WordsByBearer } from '../params/bearer-texts.ts';
import type { ConnectStage } from './transport.ts';

/** Where the link stands, with since when (wall ms) and why; shown to the user as it is. */
export type LinkState = { readonly sinceMs: number; readonly reason: string } & (
  | { readonly kind: 'disabled' }
  | { readonly kind: 'waitingForBearer' }
  | { readonly kind: 'connecting'; readonly stage: ConnectStage; readonly attempt: number; readonly url: string }
  /** The socket is open; registration and everything else is above the link. */
  | { readonly kind: 'open'; readonly subProtocol: string; readonly url: string }
  | { readonly kind: 'backingOff'; readonly attempt: number; readonly nextDueMs: number }
);

/** What the link needs to know before each attempt; read anew each time, keep-alive and watchdog also on the live socket. */
export interface LinkSettings {
  /** Null: no backend is configured or OCPP is off; `reason` says which. */
  readonly endpoint: LinkEndpoint | null;
  readonly reason: string;
  readonly communicationTimeoutMs: number;
  /** 0 = off. */
  readonly tcpWatchdogMs: number;
  /** 0 = off. */
  readonly keepAliveMs: number;
  readonly backOff: BackOffRule;
  readonly startSpreadMs: number;
}

/** One backend address, complete. */
export interface LinkEndpoint {
  readonly protocol: 'ws' | 'wss';
  readonly host: string;
  readonly port: number | null;
  readonly path: string;
  readonly identity: string;
  readonly subProtocols: readonly string[];
  /** Password bytes of Basic authentication; the user is the identity. */
  readonly password: Uint8Array | null;
  readonly tlsVerification: 'strict' | 'allowExpired' | 'skipHostName' | 'allowExpiredSkipHostName' | 'encryptOnly';
  readonly tlsRoots: readonly string[];
  readonly tlsPublicRoots: boolean;
  /** PEM, with its chain and its private key; absent: the station logs in without one. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
  readonly proxy: string | null;
  readonly compression: boolean;
  /** Name servers by kind of bearer; where none are given, the system's. */
  readonly nameServers?: WordsByBearer;
}

/** First redial random in [firstMin, firstMax], then base × 2ⁿ up to cap, plus random in [0, spread]. */
export interface BackOffRule {
  readonly firstMinMs: number;
  readonly firstMaxMs: number;
  readonly baseMs: number;
  readonly capMs: number;
  readonly spreadMs: number;
}
