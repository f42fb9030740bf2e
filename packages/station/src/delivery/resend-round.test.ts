import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { freshState, type OutboxRow } from '../store/store.ts';
import { OutboxIndex } from './outbox-index.ts';
import * as rounds from './resend-round.ts';

const hour = 3_600_000;
const parked = { ...freshState, standing: 'parked', attempts: 1 } as const;

function indexOf(...kinds: readonly string[]): OutboxIndex {
  const index = new OutboxIndex();
  for (const [seq, kind] of kinds.entries())
    index.put({ seq, lane: 'transaction', group: `t${seq}`, kind, state: parked });
  return index;
}

const idle = rounds.idleRounds(0, 0.5);
const all = (): boolean => true;

function seqOf(state: rounds.RoundState, index: OutboxIndex): number | undefined {
  return rounds.nextOfRound(state, index, all)?.seq;
}

function rowOf(index: OutboxIndex, seq: number): OutboxRow {
  const row = index.get(seq);
  assert.ok(row);
  return row;
}

void describe('a round over the parked facts', () => {
  void it('goes in order, each once, and ends', () => {
    const index = indexOf('transactionStarted', 'meterValues', 'transactionEnded');
    let state = rounds.beginRound(rounds.wantRound(idle, 'operator'), 0, 0);
    for (const seq of [0, 1, 2]) {
      assert.equal(seqOf(state, index), seq);
      state = rounds.roundPassed(state, seq);
    }
    assert.equal(seqOf(state, index), undefined);
  });

  void it('leaves out a shape after its first failure', () => {
    const index = indexOf('meterValues', 'meterValues+signed', 'transactionEnded', 'meterValues');
    const begun = rounds.beginRound(rounds.wantRound(idle, 'operator'), 0, 0);
    const failed = rounds.roundFailed(begun, rowOf(index, 0), 0, hour);
    assert.equal(seqOf(failed, index), 2);
    assert.equal(seqOf(rounds.roundPassed(failed, 2), index), undefined);
  });

  void it('is begun by a success only after the pause, which doubles up to the interval', () => {
    const index = indexOf('meterValues');
    let state = idle;
    const pausesMs: number[] = [];
    for (let turn = 0; turn < 8; turn++) {
      state = rounds.beginRound(rounds.wantRound(state, 'operator'), 0, 0);
      state = rounds.roundFailed(
        { ...state, pauses: { meterValues: { untilMs: 0, failures: turn } } },
        rowOf(index, 0),
        0,
        hour,
      );
      pausesMs.push(state.pauses.meterValues?.untilMs ?? 0);
    }
    assert.deepEqual(pausesMs, [60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, hour, hour]);
    const early = rounds.beginRound(rounds.wantRound(state, 'success'), hour - 1, 0);
    assert.equal(seqOf(early, index), undefined);
    assert.equal(seqOf(rounds.beginRound(rounds.wantRound(state, 'success'), hour, 0), index), 0);
  });

  void it('heeds no pause when anything else asks, nor once the shape succeeded', () => {
    const index = indexOf('meterValues');
    const failed = rounds.roundFailed(rounds.beginRound(idle, 0, 0), rowOf(index, 0), 0, hour);
    assert.equal(seqOf(rounds.beginRound(rounds.wantRound(failed, 'boot'), 1, 0), index), 0);
    const encouraged = rounds.roundEncouraged(rounds.endRound(failed), 'meterValues');
    assert.equal(seqOf(rounds.beginRound(encouraged, 1, 0), index), 0);
  });

  void it('is not begun anew by its own successes', () => {
    const begun = rounds.beginRound(rounds.wantRound(idle, 'operator'), 0, 0);
    assert.equal(rounds.roundEncouraged(begun, 'meterValues').wanted, null);
  });

  void it('is due after the interval ± 20 %, counted from the last that no success began', () => {
    const due = [0, 0.5, 0.999].map((chance) => rounds.intervalDue(rounds.idleRounds(0, chance), hour));
    assert.deepEqual(
      due.map((ms) => Math.round(ms / 60_000)),
      [48, 60, 72],
    );
    const bySuccess = rounds.beginRound(rounds.wantRound(idle, 'success'), 5_000, 0);
    assert.equal(bySuccess.lastMs, 0);
    assert.equal(rounds.beginRound(rounds.wantRound(idle, 'interval'), 5_000, 0).lastMs, 5_000);
  });
});
