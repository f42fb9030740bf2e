import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { openParameters, type Parameters } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { LocalListDesk } from './local-list-desk.ts';

const good: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: null };
const blocked: IdTokenAnswer = { ...good, status: 'blocked' };

class Bench {
  readonly shown: string[] = [];
  readonly problems: string[] = [];
  readonly params: Parameters;
  readonly time: VirtualTime;
  readonly desk: LocalListDesk;

  constructor(params: Parameters, time: VirtualTime) {
    this.params = params;
    this.time = time;
    this.desk = new LocalListDesk({
      station: 's',
      store: createMemoryStore(),
      params,
      clock: { nowMs: () => time.systemWallMs() },
      show: ({ errorCode, vendorCode }, active) =>
        this.shown.push(`${active ? '' : 'over '}${errorCode} ${vendorCode}`),
      onProblem: (problem) => this.problems.push(problem),
    });
    params.onChange((changed) => this.desk.settingsChanged(changed));
  }

  static async make(): Promise<Bench> {
    const time = new VirtualTime();
    const clock = { nowMs: () => time.systemWallMs() };
    return new Bench(await openParameters({ station: 's', store: createMemoryStore(), clock, time }), time);
  }

  async list(version: number, answers: Readonly<Record<string, IdTokenAnswer>>): Promise<string> {
    const lines = Object.entries(answers).map(([idToken, answer]) => ({ idToken, answer }));
    return this.desk.send({ kind: 'full', version, lines });
  }

  async enable(value: boolean): Promise<void> {
    const change = [{ name: 'authorization.localListEnabled', value: String(value) }];
    await this.params.change(change, { source: 'operator', who: 'test' });
  }
}

test('switched off the list is neither told, nor used, nor changed, and it is there when it is switched on again (L-03, L-04, L-06)', async () => {
  const bench = await Bench.make();
  assert.equal(await bench.list(1, { A: good }), 'accepted');
  await bench.enable(false);
  assert.deepEqual([bench.desk.version(), bench.desk.find('A')], [null, null]);
  assert.equal(await bench.list(2, { B: good }), 'notSupported');
  await bench.enable(true);
  assert.deepEqual([bench.desk.version(), bench.desk.find('a'), bench.desk.find('B')], [1, good, null]);
});

test('what was not taken over is said to people', async () => {
  const bench = await Bench.make();
  await bench.list(4, { A: good });
  assert.equal(await bench.list(5, { A: good, a: good }), 'failed');
  assert.match(bench.problems[0] ?? '', /named twice.*version 4/);
});

describe('a backend that contradicts its list (A-10)', () => {
  const pairs: readonly (readonly [listed: IdTokenAnswer, said: IdTokenAnswer, contradicts: boolean])[] = [
    [good, good, false],
    [good, blocked, true],
    [good, { ...good, status: 'invalid' }, true],
    [good, { ...good, status: 'expired' }, true],
    [good, { ...good, status: 'concurrentTx' }, false],
    [{ ...good, expiryMs: 1 }, { ...good, status: 'expired' }, false],
    [{ ...good, expiryMs: 1 }, good, true],
    [blocked, good, true],
    [blocked, { ...good, status: 'invalid' }, false],
  ];
  for (const [listed, said, contradicts] of pairs) {
    test(`${listed.status}${listed.expiryMs === null ? '' : ' until 1970'} and ${said.status}`, async () => {
      const bench = await Bench.make();
      await bench.list(1, { A: listed });
      bench.desk.answered('a', said);
      assert.deepEqual(bench.shown, contradicts ? ['LocalListConflict localList.1'] : []);
    });
  }

  test('is told of once for each card, until the list changes', async () => {
    const bench = await Bench.make();
    await bench.list(1, { A: good, B: good });
    for (const id of ['A', 'a', 'B', 'A', 'nobody']) bench.desk.answered(id, blocked);
    assert.deepEqual(bench.shown.splice(0), ['LocalListConflict localList.1', 'LocalListConflict localList.2']);
    await bench.list(2, { A: good });
    assert.deepEqual(bench.shown.splice(0), ['over LocalListConflict localList.2']);
    bench.desk.answered('A', blocked);
    assert.deepEqual(bench.shown, ['LocalListConflict localList.1']);
  });

  test('is over when it agrees about all of them, and then not told again of the same', async () => {
    const bench = await Bench.make();
    await bench.list(1, { A: good, B: good });
    bench.desk.answered('A', blocked);
    bench.desk.answered('B', blocked);
    bench.desk.answered('A', good);
    assert.equal(bench.shown.splice(0).length, 2);
    bench.desk.answered('B', good);
    assert.deepEqual(bench.shown.splice(0), ['over LocalListConflict localList.2']);
    bench.desk.answered('B', blocked);
    bench.desk.answered('B', good);
    assert.deepEqual(bench.shown, []);
  });

  test('is over when the list is switched off, and a failed update changes nothing', async () => {
    const bench = await Bench.make();
    await bench.list(1, { A: good });
    bench.desk.answered('A', blocked);
    bench.shown.splice(0);
    await bench.list(-1, {});
    assert.deepEqual(bench.shown, []);
    await bench.enable(false);
    assert.deepEqual(bench.shown, ['over LocalListConflict localList.1']);
    bench.desk.answered('A', blocked);
    assert.equal(bench.shown.length, 1);
  });
});
