import { setTimeout as sleep } from 'node:timers/promises';

import type { CheckerViolation, LedgerEntry } from '@kerbside/testkit';

import { until } from '../../test/e2e/parts/until.ts';
import { playDriver } from './driver-play.ts';
import type { SeenEvse } from '../../test/e2e/parts/hardware-view.ts';
import type { KillPhase } from './kill-phase.ts';
import type { ParameterWatch } from './parameter-watch.ts';
import type { RoundPlan } from './round-plan.ts';
import type { TortureWorld } from './torture-world.ts';
import { problemsOf } from './verdict.ts';

/** What came out of a round. */
export interface RoundResult {
  readonly problems: readonly string[];
  readonly kills: readonly KillPhase[];
  readonly transactions: number;
  readonly retransmissions: number;
  /** Messages that the backend refused. */
  readonly refused: number;
  readonly tookMs: number;
}

/** How far the witnesses had come before the round. */
interface Bookmark {
  readonly entries: number;
  readonly violations: number;
  readonly recorded: number;
  readonly started: ReadonlySet<string>;
  readonly frames: number;
  readonly seen: readonly SeenEvse[];
}

const evses = [1, 2] as const;
const restLimitMs = 30_000;
const leastSessions = 2;

/** One round of the torture; the station is at rest before and after it. */
export class Round {
  readonly #world: TortureWorld;
  readonly #plan: RoundPlan;
  readonly #parameters: ParameterWatch;
  readonly #beganMs = performance.now();
  readonly #kills: KillPhase[] = [];
  readonly #startedBefore: ReadonlySet<string>;

  constructor(world: TortureWorld, plan: RoundPlan, parameters: ParameterWatch) {
    this.#world = world;
    this.#plan = plan;
    this.#parameters = parameters;
    this.#startedBefore = new Set(world.log.started.keys());
  }

  /** Plays it and judges it. Rejects only when the torture itself fails. */
  async run(): Promise<RoundResult> {
    const bookmark = await this.#bookmark();
    await this.#prepare();
    const players = evses.map((evse) =>
      playDriver(this.#world, { evse, seed: this.#plan.seed, isOver: () => this.#playIsOver() }),
    );
    const play = Promise.all(players).then(() => this.#carsLeave());
    await Promise.all([play, this.#kill(), this.#cutLink(), this.#changeParameter()]);
    const problems: string[] = [];
    await this.#comeToRest().catch((error: unknown) => problems.push(`it did not come to rest: ${String(error)}`));
    return this.#judge(bookmark, problems);
  }

  async #prepare(): Promise<void> {
    const { meterSeconds, rules } = this.#plan;
    await this.#world.control.setRules(rules);
    const mode = meterSeconds === 0 ? 'ok' : 'slow';
    for (const evse of evses) await this.#world.simulate({ action: 'meter', evse, mode, delaySeconds: meterSeconds });
  }

  /** Not before two sessions were begun, however the kills fell. */
  #playIsOver(): boolean {
    const passedMs = performance.now() - this.#beganMs;
    const begun = this.#world.log.started.size - this.#startedBefore.size;
    return passedMs > this.#plan.playMs && (begun >= leastSessions || passedMs > restLimitMs);
  }

  async #kill(): Promise<void> {
    for (const { atMs, pauseMs } of this.#plan.kills) {
      await this.#at(atMs);
      this.#kills.push(await this.#world.killDaemon(pauseMs));
      this.#parameters.restarted();
    }
  }

  async #cutLink(): Promise<void> {
    const { atMs, forMs } = this.#plan.linkCut;
    await this.#at(atMs);
    await this.#world.simulate({ action: 'link', up: false });
    await sleep(forMs);
    await this.#world.simulate({ action: 'link', up: true });
  }

  async #changeParameter(): Promise<void> {
    const { atMs, key, value } = this.#plan.change;
    await this.#at(atMs);
    await this.#parameters.change(key, value, restLimitMs);
  }

  async #carsLeave(): Promise<void> {
    for (const evse of evses) await this.#world.simulate({ action: 'unplug', evse, force: true });
  }

  async #comeToRest(): Promise<void> {
    const { log, control } = this.#world;
    const atRest = async (): Promise<boolean> => {
      const ended = await this.#world.daemonEnded();
      if (ended !== null) throw new Error(ended);
      if (log.stage !== 'running' || !log.online) return false;
      const seen = await this.#world.look();
      if (seen.some(({ meterOpen, contactorClosed }) => meterOpen || contactorClosed)) return false;
      if (evses.some((evse) => log.running(evse) !== undefined)) return false;
      const { waiting } = await this.#world.outbox();
      return waiting === 0 && (await control.books()).counts.open === 0;
    };
    await until('the station to have delivered everything', atRest, restLimitMs);
  }

  async #judge(bookmark: Bookmark, problems: string[]): Promise<RoundResult> {
    const { control, log } = this.#world;
    const entries = (await this.#entries()).slice(bookmark.entries);
    const started = new Map([...log.started].filter(([transaction]) => !bookmark.started.has(transaction)));
    const recorded = log.recorded.slice(bookmark.recorded);
    const kills = this.#kills.length;
    const meter = this.#world.meterTransactions();
    const after = await this.#world.look();
    problems.push(...problemsOf({ entries, recorded, started, meter, before: bookmark.seen, after, kills }));
    const { problems: wrong } = await control.books();
    problems.push(...wrong.map(({ kind, text }) => `ledger ${kind}: ${text}`));
    const violations = (await control.violations()).slice(bookmark.violations);
    problems.push(...violations.map(violationText));
    const parked = await this.#world.outbox().then(
      (outbox) => outbox.parked,
      () => 0,
    );
    if (parked > 0) problems.push(`${parked} facts were kept aside`);
    problems.push(...(await this.#parameters.problems()));
    const refused = await this.#refused(bookmark.frames);
    if (refused === 0) problems.push('the round refused no message; its plan is wrong');
    return {
      problems,
      kills: this.#kills,
      transactions: entries.filter(({ action, kind }) => action === 'StartTransaction' && kind === 'new').length,
      retransmissions: entries.filter(({ kind }) => kind === 'retransmission').length,
      refused,
      tookMs: performance.now() - this.#beganMs,
    };
  }

  async #bookmark(): Promise<Bookmark> {
    const { control, log } = this.#world;
    const [entries, violations, frames, seen] = await Promise.all([
      this.#entries(),
      control.violations(),
      control.frames(),
      this.#world.look(),
    ]);
    return {
      entries: entries.length,
      violations: violations.length,
      recorded: log.recorded.length,
      started: this.#startedBefore,
      frames: frames.at(-1)?.sequence ?? 0,
      seen,
    };
  }

  async #entries(): Promise<readonly LedgerEntry[]> {
    return (await this.#world.control.entries()).entries;
  }

  async #refused(since: number): Promise<number> {
    const frames = await this.#world.control.frames(since);
    return frames.filter(({ direction, text }) => direction === 'out' && text.startsWith('[4,')).length;
  }

  async #at(atMs: number): Promise<void> {
    await sleep(Math.max(0, this.#beganMs + atMs - performance.now()));
  }
}

function violationText({ rule, problem, frames }: CheckerViolation): string {
  const lines = frames.map(({ atMs, connection, direction, text }) => {
    return `    ${new Date(atMs).toISOString()} #${connection} ${direction === 'in' ? '→' : '←'} ${text}`;
  });
  return [`protocol ${rule}: ${problem}`, ...lines].join('\n');
}
