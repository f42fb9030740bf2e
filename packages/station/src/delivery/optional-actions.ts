import { LazySet } from '../core/lazy-set.ts';
import type { Outcome } from './session.ts';

/** What a station tells that not every backend knows; each stands for one message of a dialect. */
export type OptionalAction = 'securityEvent' | 'logStatus' | 'firmwareStatus' | 'signCertificate';

const unknownCodes: ReadonlySet<string> = new Set(['NotImplemented', 'NotSupported']);

/** Whether a refusal says that the backend does not know the action at all. */
function isUnknownAction(outcome: Outcome<unknown>): boolean {
  return outcome.kind === 'refused' && unknownCodes.has(outcome.code);
}

/** Remembers which optional actions the backend does not know: none of them is tried again before the next registration (S-14). */
export class OptionalActions {
  readonly #unknown = new LazySet<OptionalAction>();

  /** Whether the backend may know the action. */
  taken(action: OptionalAction): boolean {
    return !this.#unknown.has(action);
  }

  /** Takes in how a CALL of the action ended; true when the backend does not know it. */
  note(action: OptionalAction, outcome: Outcome<unknown>): boolean {
    if (!isUnknownAction(outcome)) return false;
    this.#unknown.add(action);
    return true;
  }

  /** The backend accepted the station anew: it may be another one, or a newer one. */
  registered(): void {
    this.#unknown.clear();
  }
}
