import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { traitsOf } from './row-kind.ts';
import { ended, metered, started } from './test-facts.ts';
import { simulate, type Happening, type SimulationResult, type Taking } from './test-simulation.ts';

interface Session {
  readonly transaction: string;
  readonly startMs: number;
  readonly intervalMs: number;
  readonly endMs: number;
}

/** Two sessions at the same time, with any sampling interval from 1 s on and any ends. */
const twoSessions = fc
  .tuple(
    fc.integer({ min: 1_000, max: 70_000 }),
    fc.integer({ min: 1_000, max: 70_000 }),
    fc.integer({ min: 0, max: 60_000 }),
    fc.integer({ min: 1_000, max: 900_000 }),
    fc.integer({ min: 1_000, max: 900_000 }),
  )
  .map(([intervalA, intervalB, offset, endA, endB]): readonly Session[] => [
    { transaction: 'a', startMs: 0, intervalMs: intervalA, endMs: endA },
    { transaction: 'b', startMs: offset, intervalMs: intervalB, endMs: offset + endB },
  ]);

function happeningsOf(sessions: readonly Session[]): readonly Happening[] {
  return sessions.flatMap(({ transaction, startMs, intervalMs, endMs }) => {
    const times: number[] = [];
    for (let atMs = startMs + intervalMs; atMs < endMs; atMs += intervalMs) times.push(atMs);
    return [
      { atMs: startMs, fact: started(transaction) },
      ...times.map((atMs) => ({ atMs, fact: metered(transaction, atMs) })),
      { atMs: endMs, fact: ended(transaction) },
    ];
  });
}

/** How long after each end the backend got the Stop for the first time; `Infinity` when it never did. */
function stopDelays(sessions: readonly Session[], { arrivals }: SimulationResult): readonly number[] {
  return sessions.map(({ transaction, endMs }) => {
    const stop = arrivals.find((each) => each.kind === 'transactionEnded' && each.transaction === transaction);
    return (stop?.atMs ?? Infinity) - endMs;
  });
}

const untilMs = 3_000_000;

function play(sessions: readonly Session[], values: Taking, onlineAtMs = 0): SimulationResult {
  const healthy: Taking = { afterMs: 50, outcome: 'answered' };
  const happenings = happeningsOf(sessions);
  return simulate({
    happenings,
    onlineAtMs,
    untilMs,
    take: (row) => (traitsOf(row).fact === 'meterValues' ? values : healthy),
  });
}

void describe('a StopTransaction is not held up by MeterValues (G-02)', () => {
  void it('arrives within 60 s of the end at a backend that refuses every MeterValues, with room for a slow signature', () => {
    fc.assert(
      fc.property(twoSessions, fc.integer({ min: 1, max: 5_000 }), fc.boolean(), (sessions, afterMs, final) => {
        const delays = stopDelays(sessions, play(sessions, { afterMs, outcome: 'refused', final }));
        for (const delayMs of delays) assert.ok(delayMs <= 30_000, `${delayMs} ms`);
      }),
      { numRuns: 120 },
    );
  });

  void it('arrives within 5 min of the end at a backend that never answers MeterValues, with an answer timeout of 30 s', () => {
    fc.assert(
      fc.property(twoSessions, (sessions) => {
        const delays = stopDelays(sessions, play(sessions, { afterMs: 30_000, outcome: 'unanswered' }));
        for (const delayMs of delays) assert.ok(delayMs <= 240_000, `${delayMs} ms`);
      }),
      { numRuns: 120 },
    );
  });

  void it('arrives as fast after an outage over the whole of both sessions, counted from the reconnect', () => {
    fc.assert(
      fc.property(twoSessions, fc.boolean(), (sessions, refuses) => {
        const onlineAtMs = Math.max(...sessions.map(({ endMs }) => endMs)) + 1_000;
        const values = refuses
          ? ({ afterMs: 50, outcome: 'refused' } as const)
          : ({ afterMs: 30_000, outcome: 'unanswered' } as const);
        const delays = stopDelays(sessions, play(sessions, values, onlineAtMs));
        for (const [position, { endMs }] of sessions.entries()) {
          const delayMs = (delays[position] ?? Infinity) - (onlineAtMs - endMs);
          assert.ok(delayMs <= (refuses ? 60_000 : 300_000), `${delayMs} ms`);
        }
      }),
      { numRuns: 120 },
    );
  });

  void it('loses no sample meanwhile: what stepped aside is parked', () => {
    const sessions = [{ transaction: 'a', startMs: 0, intervalMs: 1_000, endMs: 600_000 }];
    const { machine, events } = play(sessions, { afterMs: 30_000, outcome: 'unanswered' });
    assert.equal(machine.queue.index.parked.size, 599);
    assert.equal(events.filter(({ kind }) => kind === 'thinned' || kind === 'dropped').length, 0);
  });
});

void describe('a backend that accepts slowly', () => {
  void it('gets everything in order, once, and nothing is parked', () => {
    fc.assert(
      fc.property(twoSessions, fc.integer({ min: 1, max: 29_000 }), (sessions, afterMs) => {
        const happenings = happeningsOf(sessions);
        const settings = { queueSize: 100_000 };
        const { arrivals, events } = simulate({
          happenings,
          settings,
          untilMs: 1e9,
          take: () => ({ afterMs, outcome: 'answered' }),
        });
        assert.deepEqual(
          arrivals.map(({ seq }) => seq),
          happenings.map((_, seq) => seq),
        );
        assert.equal(events.filter(({ kind }) => kind === 'parked').length, 0);
      }),
      { numRuns: 60 },
    );
  });

  void it('keeps its order through a hiccup while a StopTransaction waits', () => {
    const sessions = [{ transaction: 'a', startMs: 0, intervalMs: 1_000, endMs: 300_000 }];
    const happenings = happeningsOf(sessions);
    const { arrivals, events } = simulate({
      happenings,
      untilMs: 1e9,
      take: (row, attempt) =>
        row.seq === 100 && attempt === 1
          ? { afterMs: 30_000, outcome: 'unanswered' }
          : { afterMs: 20_000, outcome: 'answered' },
    });
    assert.equal(events.filter(({ kind }) => kind === 'parked').length, 0);
    const delivered = arrivals.filter(({ outcome }) => outcome === 'answered').map(({ seq }) => seq);
    assert.deepEqual(
      delivered,
      delivered.toSorted((a, b) => a - b),
    );
    assert.equal(delivered.length, happenings.length);
  });
});
