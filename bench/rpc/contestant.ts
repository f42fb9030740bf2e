import type { Load } from './load.ts';

/** One connection of a contestant. */
export interface Caller {
  /** Sends one call and waits for its answer; rejects unless that is a CALLRESULT that obeys its schema. */
  call(load: Load): Promise<unknown>;
  close(): void;
}

/** Opens a connection. */
export type OpenCaller = (url: string) => Promise<Caller>;

/**
 * The contestants, by name.
 * - `bare`: what nobody can do without: `ws`, JSON, the same generated validators, a map of pending calls.
 * - `kerbside`: `RpcPeer` over our transport.
 * - `daemon`: the same with what the daemon adds: facts encoded for 1.6, random ids, every frame redacted and observed.
 * - `ocpp-rpc`: its client in strict mode.
 */
export const contestants = ['bare', 'kerbside', 'daemon', 'ocpp-rpc'] as const;
export type Contestant = (typeof contestants)[number];

/** What a contestant's process is told to do. */
export interface Slice {
  readonly load: Load;
  readonly connections: number;
  readonly durationMs: number;
}

/** What it measured. */
export interface SliceResult {
  readonly callsPerSecond: number;
  /** User and system time of the contestant's process. */
  readonly cpuMicrosPerCall: number;
}
