import assert from 'node:assert/strict';
import { test } from 'node:test';

import { KerbsideError } from '../../core/errors.ts';
import { StationClock } from '../../core/station-clock.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { OptionalActions } from '../../delivery/optional-actions.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import type { Fact } from '../../transactions/facts.ts';
import { SecurityEvents } from './security-events.ts';

class Bench {
  readonly time = new VirtualTime();
  readonly optional = new OptionalActions();
  readonly memory = createMemoryStore();
  readonly told: string[] = [];
  readonly problems: string[] = [];
  readable = true;
  readonly events: SecurityEvents;

  constructor() {
    const readDocuments: Store['readDocuments'] = (...place) =>
      this.readable
        ? this.memory.readDocuments(...place)
        : Promise.reject(new KerbsideError('store.unavailable', 'the disk does not answer'));
    const store: Store = { ...this.memory, readDocuments };
    const values: Readonly<Record<string, unknown>> = { 'security.logSize': 100, 'security.sendEvents': 'auto' };
    this.events = new SecurityEvents({
      station: 's',
      store,
      time: this.time,
      clock: new StationClock({ time: this.time, buildMs: Date.UTC(2026, 0, 1), lastKnownMs: 0 }),
      params: { get: (id: string) => values[id] } as unknown as ParameterReader,
      outbox: {
        append: async (facts: readonly Fact[], writes) => {
          await store.commit(writes ?? []);
          for (const fact of facts) if (fact.kind === 'securityEvent') this.told.push(fact.type);
          return [];
        },
      },
      optional: this.optional,
      onEvent: () => undefined,
      onProblem: (problem) => this.problems.push(problem),
    });
  }
}

test('events that wait are told at the next occasion when the log cannot be read at this one, and nothing rejects (S-14)', async () => {
  const bench = new Bench();
  await bench.events.load();
  bench.events.start('1.0');
  await bench.time.advance(1_000);
  bench.optional.note('securityEvent', { kind: 'refused', code: 'NotSupported' } as never);
  await bench.events.raise('MemoryExhaustion', 'full');
  bench.optional.registered();
  assert.deepEqual(bench.told, ['StartupOfTheDevice']);
  bench.readable = false;
  await bench.events.release();
  assert.deepEqual([bench.told.length, bench.problems.length], [1, 1]);
  bench.readable = true;
  await bench.events.release();
  assert.deepEqual(bench.told, ['StartupOfTheDevice', 'MemoryExhaustion']);
  await bench.events.release();
  assert.equal(bench.told.length, 2);
});
