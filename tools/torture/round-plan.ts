import { createSeededRandom, type Random } from '@kerbside/station';
import type { Rule } from '@kerbside/testkit';

/** A `kill -9` of the daemon. */
export interface PlannedKill {
  /** From the beginning of the round. */
  readonly atMs: number;
  /** How long the daemon stays dead. */
  readonly pauseMs: number;
}

/** A parameter that the backend changes with ChangeConfiguration. */
export interface PlannedChange {
  readonly atMs: number;
  readonly key: string;
  readonly value: string;
}

/** Everything about a round that chance decides, from its seed alone. */
export interface RoundPlan {
  readonly seed: number;
  /** Cars come and go until then; afterwards they leave and the station delivers. */
  readonly playMs: number;
  readonly kills: readonly PlannedKill[];
  readonly linkCut: { readonly atMs: number; readonly forMs: number };
  readonly change: PlannedChange;
  /** How the backend misbehaves. */
  readonly rules: readonly Rule[];
  /** How long the meter takes to begin and to end a transaction, in seconds of the simulated world. */
  readonly meterSeconds: number;
}

const playMs = 3_000;
/** Kills also fall into the time in which the station delivers. */
const deliverMs = 400;
const changeable: readonly (readonly [key: string, least: number, most: number])[] = [
  ['ConnectionTimeOut', 60, 600],
  ['ResetRetries', 1, 9],
  ['TransactionMessageAttempts', 5, 20],
];

/** Throws the dice for a round. */
export function planRound(seed: number, speed: number): RoundPlan {
  const random = createSeededRandom(`torture ${seed}`);
  const kills = Array.from({ length: random.next() < 0.6 ? 1 : 2 }, () => ({
    atMs: between(random, 0, playMs + deliverMs),
    pauseMs: random.next() < 0.7 ? 0 : between(random, 0, 300),
  })).toSorted((one, other) => one.atMs - other.atMs);
  return {
    seed,
    playMs,
    kills,
    linkCut: { atMs: between(random, 200, playMs - 600), forMs: between(random, 200, 900) },
    change: planChange(random, kills),
    rules: planRules(random),
    meterSeconds: between(random, 0, 0.3) * speed,
  };
}

/** Often shortly before a kill, so that an answer which came too early shows. */
function planChange(random: Random, kills: readonly PlannedKill[]): PlannedChange {
  const [key, least, most] = changeable[wholeBetween(random, 0, changeable.length - 1)] ?? [
    'ConnectionTimeOut',
    60,
    600,
  ];
  const victim = kills[wholeBetween(random, 0, kills.length - 1)];
  const early = victim === undefined ? 0 : Math.max(0, victim.atMs - between(random, 0, 150));
  const atMs = random.next() < 0.5 ? early : between(random, 0, playMs);
  return { atMs, key, value: String(wholeBetween(random, least, most)) };
}

/** One message is refused, now and then one is cut off while its answer is due, and every answer takes its time. */
function planRules(random: Random): readonly Rule[] {
  const refused: Rule = {
    name: 'refused',
    on:
      random.next() < 0.5
        ? { action: 'StartTransaction', nth: wholeBetween(random, 1, 2) }
        : { action: 'StopTransaction', nth: 1 },
    do: { callError: { code: 'InternalError', description: 'refused by the torture', booked: false } },
  };
  const samples: Rule = {
    name: 'refused sample',
    on: { action: 'MeterValues', nth: wholeBetween(random, 1, 3) },
    do: { callError: { code: 'InternalError', booked: false } },
  };
  const cutOff: Rule = {
    name: 'cut off',
    on: { action: random.next() < 0.5 ? 'StartTransaction' : 'StopTransaction', nth: 3 },
    do: { drop: { when: 'instead' } },
  };
  const slow = ['StartTransaction', 'StopTransaction', 'MeterValues'].map((action): Rule => {
    return { name: 'slow', on: { action }, do: { delay: { ms: Math.round(between(random, 0, 120)) } } };
  });
  return [refused, ...(random.next() < 0.5 ? [samples] : []), ...(random.next() < 0.3 ? [cutOff] : []), ...slow];
}

/** A number in [least, most). */
export function between(random: Random, least: number, most: number): number {
  return least + random.next() * (most - least);
}

/** A whole number from `least` to `most`, both included. */
function wholeBetween(random: Random, least: number, most: number): number {
  return Math.floor(between(random, least, most + 1));
}
