import type { ChangeSource } from './row.ts';
import type { ValueId } from './value-id.ts';

/** One wanted change; `name` is a catalogue id or an OCPP key (also `BackendUrl`) in any letter case. */
export interface Change {
  readonly name: string;
  readonly value: string;
}

/** Who changes something. */
export interface ChangeAuthor {
  readonly source: ChangeSource;
  /** For the history: the backend's host, a token's name, a user at the console. */
  readonly who: string;
}

/** How an accepted change takes effect: at once, together with the staged endpoint, after a restart. */
export type AcceptedAs = 'accepted' | 'staged' | 'restartRequired';

/** What became of one change. A composite (`BackendUrl`) carries the id of its host. */
export type ChangeOutcome =
  | { readonly kind: AcceptedAs; readonly id: ValueId; readonly warning?: string }
  /** The value is what it was; `as` is the class of answer that a different value would have got (K-03). */
  | { readonly kind: 'unchanged'; readonly id: ValueId; readonly as: AcceptedAs }
  | { readonly kind: 'rejected'; readonly id: ValueId; readonly reason: string }
  | { readonly kind: 'unknown'; readonly name: string; readonly reason: string };

/** True when nothing speaks against the change. */
export function isAccepted(outcome: ChangeOutcome): boolean {
  return outcome.kind !== 'rejected' && outcome.kind !== 'unknown';
}
