import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { KerbsideError } from '../../core/errors.ts';
import { blockCauses, type BlockCause } from '../../eichrecht/block-causes.ts';
import { Logbook } from '../../eichrecht/logbook.ts';
import type { LegalBlock } from '../../evse/legal-block.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { BlockDesk } from './block-desk.ts';

/** A desk with two EVSEs, over a store that survives it. */
class Bench {
  readonly shown = new Map<number, readonly LegalBlock[]>();
  readonly tamper: string[] = [];
  readonly problems: string[] = [];
  readonly desk: BlockDesk;
  readonly logbook: Logbook;
  nowMs: number;
  applies: (evse: number) => boolean = () => true;

  constructor(store: Store = createMemoryStore(), nowMs = 1_000) {
    this.nowMs = nowMs;
    this.logbook = new Logbook({ station: 'S', store, clock: { nowMs: () => this.nowMs, valid: true } });
    this.desk = new BlockDesk({
      station: 'S',
      store,
      nowMs: () => this.nowMs,
      evses: () => [1, 2].map((id) => ({ id, dispatch: ({ blocks }) => void this.shown.set(id, blocks) })),
      applies: (evse) => this.applies(evse),
      logbook: () => this.logbook,
      lift: () => null,
      onTamper: (detail) => this.tamper.push(detail),
      onEvent: () => undefined,
      onProblem: (text) => this.problems.push(text),
    });
  }

  words(evse: number): readonly string[] {
    return (this.shown.get(evse) ?? []).map(({ text }) => text);
  }

  async kinds(): Promise<readonly string[]> {
    return (await this.logbook.read({ limit: 100 })).map(({ kind }) => kind).toReversed();
  }
}

/** What was begun with `set` is on disk. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

test('a cause shows at its EVSE with words, and at no other', async () => {
  const bench = new Bench();
  bench.desk.set(1, 'keyMissing', true);
  assert.deepEqual([bench.words(1), bench.words(2)], [['The meter has no key'], []]);
  bench.desk.set(1, 'keyMissing', false);
  assert.deepEqual(bench.words(1), []);
  await settled();
  assert.deepEqual(await bench.kinds(), ['blocked', 'released']);
});

test('what concerns the archive shows at every EVSE where the law applies', () => {
  const bench = new Bench();
  bench.applies = (evse) => evse === 2;
  bench.desk.set(0, 'archiveFull', true);
  assert.deepEqual([bench.words(1), bench.words(2)], [[], ['The store of signed data is full']]);
  bench.applies = () => false;
  bench.desk.apply();
  assert.deepEqual(bench.words(2), []);
});

test('a lost meter goes before what only puts the connector out of service', () => {
  const bench = new Bench();
  bench.desk.set(1, 'clockUnset', true);
  bench.nowMs += 1_000;
  bench.desk.set(1, 'meterLost', true);
  assert.deepEqual(
    (bench.shown.get(1) ?? []).map(({ shows }) => shows),
    ['Faulted', 'Unavailable'],
  );
});

test('what may be tampering is told once, also over a restart that finds it again', async () => {
  const store = createMemoryStore();
  const before = new Bench(store);
  before.desk.set(1, 'meterReplaced', true, 'B is installed');
  await settled();
  const after = new Bench(store, 9_000);
  await after.desk.load();
  assert.deepEqual(after.words(1), ['Another meter than the commissioned']);
  after.desk.set(1, 'meterReplaced', true, 'B is installed');
  assert.equal(after.desk.causes(1)[0]?.sinceMs, 1_000);
  await settled();
  assert.deepEqual([before.tamper.length, after.tamper.length], [1, 0]);
  assert.deepEqual(await after.kinds(), ['blocked']);
});

test('who may release what: nobody what ends by itself, the manufacturer what he may, an operator the rest', async () => {
  for (const cause of Object.keys(blockCauses) as BlockCause[]) {
    const { releasableBy, byCommissioning } = blockCauses[cause];
    for (const by of ['operator', 'manufacturer'] as const) {
      const bench = new Bench();
      bench.desk.set(1, cause, true);
      const may = !byCommissioning && (releasableBy === 'operator' || releasableBy === by);
      const released = bench.desk.release(1, cause, by, 'checked');
      if (may) await released;
      else
        await assert.rejects(released, (error) => error instanceof KerbsideError && error.code === 'eichrecht.refused');
      assert.equal(bench.desk.causes(1).length, may ? 0 : 1, `${cause} by ${by}`);
      assert.equal(bench.words(1).length, may ? 0 : 1, `${cause} by ${by}`);
    }
  }
});

test('a release stands in the logbook with its reason, survives a restart, and ends with the next message', async () => {
  const store = createMemoryStore();
  const bench = new Bench(store);
  bench.desk.set(1, 'undelivered', true, '1 message', 4);
  await bench.desk.release(1, 'undelivered', 'operator', 'repaired on Monday (operator token)');
  const [entry] = await bench.logbook.read({ limit: 1 });
  assert.deepEqual(
    [entry?.kind, entry?.by, entry?.detail],
    ['released', 'operator', 'repaired on Monday (operator token)'],
  );
  const after = new Bench(store);
  await after.desk.load();
  after.desk.set(1, 'undelivered', true, '1 message', 4);
  assert.deepEqual(after.words(1), []);
  after.desk.set(1, 'undelivered', true, '2 messages', 9);
  assert.deepEqual(after.words(1), ['Signed data are not delivered']);
});

test('a release that cannot be written has not happened', async () => {
  const memory = createMemoryStore();
  let fails = false;
  const store: Store = {
    ...memory,
    health: memory.health,
    onHealth: (listener) => memory.onHealth(listener),
    commit: (writes) =>
      fails ? Promise.reject(new KerbsideError('store.unavailable', 'full')) : memory.commit(writes),
    commitLater: (writes) => memory.commitLater(writes),
    readDocuments: (station, collection) => memory.readDocuments(station, collection),
    readArchive: (station, archive, query) => memory.readArchive(station, archive, query),
  };
  const bench = new Bench(store);
  bench.desk.set(1, 'undelivered', true, '', 4);
  await settled();
  fails = true;
  await assert.rejects(bench.desk.release(1, 'undelivered', 'operator', 'why'), { code: 'store.unavailable' });
  assert.deepEqual(bench.words(1), ['Signed data are not delivered']);
  fails = false;
  await bench.desk.release(1, 'undelivered', 'operator', 'why');
  assert.deepEqual(bench.words(1), []);
});

test('nothing is released that does not block', async () => {
  const bench = new Bench();
  await assert.rejects(bench.desk.release(1, 'undelivered', 'operator', 'why'), { code: 'eichrecht.notBlocked' });
});

test('whatever is found, released and restarted: an EVSE is blocked exactly while an unreleased cause holds', async () => {
  const causes = Object.keys(blockCauses) as BlockCause[];
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('set' as const),
      evse: fc.nat(2),
      cause: fc.constantFrom(...causes),
      mark: fc.nat(3),
    }),
    fc.record({ kind: fc.constant('clear' as const), evse: fc.nat(2), cause: fc.constantFrom(...causes) }),
    fc.record({ kind: fc.constant('release' as const), evse: fc.nat(2), cause: fc.constantFrom(...causes) }),
    fc.constant({ kind: 'restart' as const }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const store = createMemoryStore();
      let bench = new Bench(store);
      const model = new Map<string, { readonly mark: number; readonly released: number }>();
      for (const one of steps) {
        const key = one.kind === 'restart' ? '' : `${one.evse} ${one.cause}`;
        if (one.kind === 'set') {
          bench.desk.set(one.evse, one.cause, true, '', one.mark);
          model.set(key, { mark: one.mark, released: model.get(key)?.released ?? -1 });
        } else if (one.kind === 'clear') {
          bench.desk.set(one.evse, one.cause, false);
          model.delete(key);
        } else if (one.kind === 'release') {
          const place = isBlocking(model, `${one.evse} ${one.cause}`) ? one.evse : 0;
          const placeKey = `${place} ${one.cause}`;
          const done = await bench.desk.release(one.evse, one.cause, 'manufacturer', 'why').then(
            () => true,
            () => false,
          );
          const known = model.get(placeKey);
          if (done && known !== undefined) model.set(placeKey, { ...known, released: known.mark });
        } else {
          await settled();
          bench = new Bench(store);
          await bench.desk.load();
          // Whoever found the causes finds them again.
          for (const [place, { mark }] of model) {
            const [evse = '', cause] = place.split(' ');
            bench.desk.set(Number(evse), cause as BlockCause, true, '', mark);
          }
        }
        for (const evse of [1, 2]) {
          const expected = [...model.keys()].filter(
            (place) => (place.startsWith(`${evse} `) || place.startsWith('0 ')) && isBlocking(model, place),
          );
          assert.equal(bench.words(evse).length, expected.length);
        }
      }
    }),
    { numRuns: 60 },
  );
});

function isBlocking(
  model: ReadonlyMap<string, { readonly mark: number; readonly released: number }>,
  key: string,
): boolean {
  const known = model.get(key);
  return known !== undefined && known.mark > known.released;
}
