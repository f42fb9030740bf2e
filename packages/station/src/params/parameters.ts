// PROVISIONAL: the interface stands, the body follows.
import type { Store } from '../store/store.ts';
import type { ParameterId, ParameterValues } from './catalogue.ts';
import type { ChangeSource } from './row.ts';

export type { ParameterId, ParameterValues } from './catalogue.ts';

/** Effective values; integers that may be `auto` read as the number in force, unset texts as ''. */
export interface ParameterReader {
  get<K extends ParameterId>(id: K): ParameterValues[K];
  /** Told after the change is on disk. `changed`: ids whose effective value changed. Returns the way to stop listening. */
  onChange(listener: (changed: ReadonlySet<ParameterId>) => void): () => void;
}

export interface Change {
  /** Catalogue id or OCPP key, case-insensitive. */
  readonly name: string;
  readonly value: string;
}

export interface ChangeAuthor {
  readonly source: ChangeSource;
  readonly who: string;
  readonly confirmed?: boolean;
}

/** `as` of unchanged: the class of answer that the change would have got (K-03). */
export type ChangeOutcome =
  | { readonly kind: 'accepted' | 'staged' | 'restartRequired'; readonly id: ParameterId; readonly warning?: string }
  | { readonly kind: 'unchanged'; readonly id: ParameterId; readonly as: 'accepted' | 'staged' | 'restartRequired' }
  | { readonly kind: 'rejected'; readonly id: ParameterId | null; readonly reason: string }
  | { readonly kind: 'unknown'; readonly name: string; readonly reason: string };

export interface OpenParameters {
  readonly station: string;
  readonly store: Store;
  readonly clock: { nowMs(): number };
  readonly time: { monotonicMs(): number };
  /** From `readConfiguration` or `overridesOf({pinned, defaults})` in overrides.ts. */
  readonly overrides?: unknown;
  /** Values that the station computes; a provided parameter is read only. */
  readonly provide?: { readonly [K in ParameterId]?: () => ParameterValues[K] };
}

/** What the station tells the endpoint's trial. */
export type EndpointInput =
  | { readonly type: 'apply'; readonly by: 'reset' | 'local'; readonly confirmed?: boolean }
  /** No transaction runs and the transaction outbox is empty (true), or the opposite. */
  | { readonly type: 'idle'; readonly idle: boolean }
  /** A connection attempt, or a BootNotification on an open socket, ended without success while the bearer was up. */
  | { readonly type: 'attemptFailed' }
  | { readonly type: 'callResult' }
  | { readonly type: 'registration'; readonly status: 'accepted' | 'pending' | 'rejected' }
  | { readonly type: 'bearer'; readonly up: boolean }
  | { readonly type: 'tick' };

export type EndpointEvent =
  | { readonly kind: 'applied'; readonly trial: 'endpoint' | 'credentials'; readonly changed: readonly ParameterId[] }
  | { readonly kind: 'proven' }
  | { readonly kind: 'rolledBack'; readonly reason: string; readonly changed: readonly ParameterId[] }
  | { readonly kind: 'waiting'; readonly reason: string };

export declare class Parameters implements ParameterReader {
  get<K extends ParameterId>(id: K): ParameterValues[K];
  onChange(listener: (changed: ReadonlySet<ParameterId>) => void): () => void;
  /** All or nothing; on disk before it resolves. */
  change(changes: readonly Change[], by: ChangeAuthor): Promise<readonly ChangeOutcome[]>;
  reset(name: string, by: ChangeAuthor): Promise<ChangeOutcome>;
  /** Feeds the endpoint's trial; on disk before it resolves; events to report. */
  endpoint(input: EndpointInput): Promise<readonly EndpointEvent[]>;
  /** When `tick` is next due on the monotonic clock; null = not. */
  get endpointDueMs(): number | null;
}

export declare function openParameters(options: OpenParameters): Promise<Parameters>;
