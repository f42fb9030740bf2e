import { deepStrictEqual } from 'node:assert/strict';

import type { ChargingProfile } from '../packages/station/src/smartcharging/charging-profile.ts';
import { compositeSchedule } from '../packages/station/src/smartcharging/composite-schedule.ts';
import { naiveSchedule } from '../packages/station/src/smartcharging/test-naive-schedule.ts';
import { busyEvse, mondayMs, profileOf } from '../packages/station/src/smartcharging/test-profiles.ts';
import { median, round, type BenchReport } from './report.ts';

const profileCount = 20;
const periodCount = 24;
const sweepsPerRound = 500;
const evse = busyEvse(mondayMs - 1_800_000);
const day = { fromMs: mondayMs, durationSeconds: 86_400, unit: 'A' } as const;
const week = { ...day, durationSeconds: 7 * 86_400 } as const;

/**
 * The composite schedule of an EVSE with 20 profiles of 24 periods each over 24 hours, beside looking at every second of them. Both
 * must give the same. The two take turns, and the ratio is the median of the ratios within one round.
 */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const rounds = args.includes('--quick') ? 2 : 5;
  const profiles = Array.from({ length: profileCount }, (_, index) => profileNumber(index));
  const schedule = compositeSchedule(profiles, evse, day);
  const sweeps: number[] = [];
  const scans: number[] = [];
  // One round more: in the first, both are compiled.
  for (let turn = 0; turn <= rounds; turn++) {
    const scan = microsecondsOf(() => deepStrictEqual(naiveSchedule(profiles, evse, day), schedule));
    const sweep = medianSweep(profiles, day);
    if (turn === 0) continue;
    scans.push(scan);
    sweeps.push(sweep);
  }
  const ratio = round(median(scans.map((scan, index) => scan / (sweeps[index] ?? Number.NaN))));
  const against = 'the sweep over the boundaries, same result';
  return {
    bench: 'schedule',
    results: [
      { metric: 'profiles', value: profileCount, unit: '' },
      { metric: 'periods_told', value: schedule.periods.length, unit: '' },
      { metric: 'sweep_24_h', value: round(median(sweeps), 1), unit: 'µs' },
      { metric: 'sweep_24_h_all_periods_told', value: round(medianSweep(relay(), day), 1), unit: 'µs' },
      { metric: 'sweep_7_d', value: round(medianSweep(profiles, week), 1), unit: 'µs' },
      { metric: 'second_by_second_24_h', value: round(median(scans)), unit: 'µs', ratio, against },
    ],
  };
}

function medianSweep(profiles: readonly ChargingProfile[], window: typeof day | typeof week): number {
  const times = Array.from({ length: sweepsPerRound }, () =>
    microsecondsOf(() => compositeSchedule(profiles, evse, window)),
  );
  return median(times);
}

function microsecondsOf(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return (performance.now() - startedMs) * 1000;
}

const kinds = ['daily', 'absolute', 'weekly', 'daily', 'relative'] as const;

/**
 * All purposes, kinds and both units. Each runs for six hours, the higher ones at other hours than the lower ones, so that the lead
 * changes among them all day long.
 */
function profileNumber(index: number): ChargingProfile {
  const purpose = index < 5 ? 'stationMax' : index < 13 ? 'txDefault' : 'tx';
  const unit = index % 3 === 0 ? 'W' : 'A';
  const kind = (purpose === 'stationMax' ? 'daily' : kinds[index % kinds.length]) ?? 'daily';
  const firstDayMs = kind === 'daily' ? mondayMs - 86_400_000 : mondayMs;
  const startMs = firstDayMs + ((index * 7) % 24) * 3_600_000 + index * 60_000;
  const periods = Array.from({ length: periodCount }, (_, at) => ({
    startSeconds: at * 900,
    limit: round(unit === 'W' ? 3_000 + ((at * 7 + index) % 13) * 500.5 : 6 + ((at * 5 + index * 3) % 17) * 1.1, 1),
    phases: at % 6 === 5 ? 1 : null,
  }));
  return profileOf({
    id: index,
    purpose,
    stackLevel: index,
    ...(purpose === 'txDefault' && index % 2 === 0 ? { evse: 0 } : {}),
    kind,
    schedule: { startMs, durationSeconds: 6 * 3_600, unit, periods },
  });
}

/** The most that so many profiles can have told: one after the other for 72 minutes each, so that every period of each shows. */
function relay(): readonly ChargingProfile[] {
  const shareMs = day.durationSeconds * (1000 / profileCount);
  return Array.from({ length: profileCount }, (_, index) => {
    const startMs = mondayMs + index * shareMs;
    const periods = Array.from({ length: periodCount }, (__, at) => ({
      startSeconds: (at * shareMs) / periodCount / 1000,
      limit: index % 2 === 0 ? 6 + at : 4_140 + at * 690,
      phases: null,
    }));
    return profileOf({
      id: index,
      purpose: 'tx',
      stackLevel: index,
      validFromMs: startMs,
      validToMs: startMs + shareMs,
      schedule: { startMs, unit: index % 2 === 0 ? 'A' : 'W', periods },
    });
  });
}
