import type { JsonObject } from '@kerbside/station';
import type { Expectations, Rule } from '@kerbside/testkit';

/** What the backend of a lab may be asked. */
export type BackendQuestion = { readonly id: number } & BackendRequest;

export type BackendRequest =
  | { readonly ask: 'ledger' | 'finish' | 'connections' }
  | { readonly ask: 'calls'; readonly action: string }
  | { readonly ask: 'online' | 'rebooted'; readonly identity: string }
  | { readonly ask: 'expect'; readonly expectations: Partial<Expectations> }
  | { readonly ask: 'rules'; readonly rules: readonly Rule[] }
  | { readonly ask: 'call'; readonly identity: string; readonly action: string; readonly payload: JsonObject }
  | { readonly ask: 'latency'; readonly ms: number };

export interface BackendAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly problem?: string;
}

/** A TCP connection as the backend saw it; times of its own clock. */
export interface SeenConnection {
  /** The source address. */
  readonly from: string;
  readonly port: number;
  readonly openedMs: number;
  readonly closedMs: number | null;
}
