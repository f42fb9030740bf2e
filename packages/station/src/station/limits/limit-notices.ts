import type { Time } from '../../core/time.ts';
import type { PlannedLimit } from '../../smartcharging/limit-plan.ts';
import { LazyMap } from '../../core/lazy-map.ts';

/** What it works with. */
export interface LimitNoticesDeps {
  readonly time: Pick<Time, 'monotonicMs'>;
  readonly inform: (evse: number, text: string) => void;
}

/** Between two notices of a number that changes only; whether there is a local limit at all is told at once. */
const numberPauseMs = 60_000;

/** What limits locally, as a notice calls it: the backend knows its own profiles, and deratings are told with their fault. */
const localNames: Readonly<Record<string, string>> = {
  external: 'external limit',
  failSafe: 'external limit, fail-safe',
  operator: 'operator',
};

interface Told {
  readonly kind: string;
  readonly amps: number;
  readonly atMs: number;
}

/** Tells a backend that asked for informative statuses when something local limits a charge that it cannot know of. */
export class LimitNotices {
  readonly #deps: LimitNoticesDeps;
  readonly #told = new LazyMap<number, Told>();

  constructor(deps: LimitNoticesDeps) {
    this.#deps = deps;
  }

  /** The plan of an EVSE that charges; null when it does not. */
  planned(evse: number, plan: PlannedLimit | null): void {
    const told = this.#told.get(evse);
    const name = plan === null ? undefined : localNames[plan.source.kind];
    if (plan === null || name === undefined) {
      if (told === undefined) return;
      this.#told.delete(evse);
      if (plan !== null) this.#deps.inform(evse, 'No longer limited');
      return;
    }
    const amps = Math.floor(plan.milliamps / 1000);
    const atMs = this.#deps.time.monotonicMs();
    if (told?.kind === plan.source.kind && (told.amps === amps || atMs < told.atMs + numberPauseMs)) return;
    this.#told.set(evse, { kind: plan.source.kind, amps, atMs });
    this.#deps.inform(evse, `Limited to ${amps} A (${name})`);
  }
}
