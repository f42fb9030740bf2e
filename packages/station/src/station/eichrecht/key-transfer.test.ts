import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { DataTransferAnswer, DataTransferRequest, Outcome } from '../../delivery/session.ts';
import { KeyTransfer } from './key-transfer.ts';
import type { MeterKey } from './public-keys.ts';

type Ending = Outcome<DataTransferAnswer>;

const accepted: Ending = { kind: 'answered', answer: { status: 'accepted', data: null } };
const rejected: Ending = { kind: 'answered', answer: { status: 'rejected', data: null } };
const unknownVendor: Ending = { kind: 'answered', answer: { status: 'unknownVendorId', data: null } };
const notImplemented: Ending = { kind: 'refused', code: 'NotImplemented', text: '', final: true, security: false };

/** A transfer whose backend ends every CALL in the same way. */
class Bench {
  readonly time = new VirtualTime(0);
  readonly sent: DataTransferRequest[] = [];
  readonly problems: string[] = [];
  keys: readonly MeterKey[] = [{ evse: 1, serial: 'M1', publicKey: '30 59 AB' }];
  wanted = true;
  readonly transfer: KeyTransfer;
  ending: Ending;

  constructor(ending: Ending) {
    this.ending = ending;
    this.transfer = new KeyTransfer({
      time: this.time,
      wanted: () => this.wanted,
      keys: () => this.keys,
      send: (request) => {
        this.sent.push(request);
        return Promise.resolve(this.ending);
      },
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  /** A registration, and what follows from it within an hour. */
  async register(again = false): Promise<void> {
    this.transfer.registered(again);
    await this.pass();
  }

  async pass(): Promise<void> {
    await this.time.advance(3_600_000);
  }

  changeKey(publicKey: string): void {
    this.keys = [{ evse: 1, serial: 'M1', publicKey }];
    this.transfer.look();
  }
}

test('all keys go in one message, as plain digits (parameters section 6)', async () => {
  const bench = new Bench(accepted);
  bench.keys = [...bench.keys, { evse: 2, serial: 'M2', publicKey: '3060' }];
  await bench.register();
  const [request, ...more] = bench.sent;
  assert.deepEqual(more, []);
  assert.deepEqual([request?.vendorId, request?.messageId], ['generalConfiguration', 'setMeterConfiguration']);
  assert.deepEqual(JSON.parse(request?.data ?? ''), {
    meters: [
      { connectorId: 1, meterSerial: 'M1', type: 'SIGNATURE', publicKey: '3059AB' },
      { connectorId: 2, meterSerial: 'M2', type: 'SIGNATURE', publicKey: '3060' },
    ],
  });
});

test('a station without keys, or one that shall not, sends nothing', async () => {
  const bench = new Bench(accepted);
  bench.wanted = false;
  await bench.register();
  bench.wanted = true;
  bench.keys = [];
  await bench.register();
  assert.deepEqual(bench.sent, []);
});

const endings: Readonly<Record<string, { readonly ending: Ending; readonly first: number; readonly changed: number }>> =
  {
    'accepted: sent once, and again with another key': { ending: accepted, first: 1, changed: 2 },
    'rejected: sent once, and again with another key': { ending: rejected, first: 1, changed: 2 },
    'unknown vendor: sent once, whatever the key': { ending: unknownVendor, first: 1, changed: 1 },
    'unknown action: sent once, whatever the key': { ending: notImplemented, first: 1, changed: 1 },
  };

for (const [name, { ending, first, changed }] of Object.entries(endings)) {
  test(`${name}; the next registration hears of it anew`, async () => {
    const bench = new Bench(ending);
    await bench.register();
    await bench.register(true);
    bench.transfer.look();
    await bench.pass();
    assert.equal(bench.sent.length, first);
    bench.changeKey('3061');
    await bench.pass();
    assert.equal(bench.sent.length, changed);
    await bench.register();
    assert.equal(bench.sent.length, changed + 1);
    assert.equal(bench.problems.length, ending === accepted ? 0 : changed + 1);
  });
}

test('left unanswered it goes five times, a minute apart, and no more before the next registration', async () => {
  const bench = new Bench({ kind: 'unanswered' });
  bench.transfer.registered(false);
  await bench.time.advance(59_000);
  assert.equal(bench.sent.length, 1);
  await bench.time.advance(1_000);
  assert.equal(bench.sent.length, 2);
  await bench.pass();
  assert.deepEqual([bench.sent.length, bench.problems.length], [5, 1]);
  bench.ending = accepted;
  await bench.register();
  assert.equal(bench.sent.length, 6);
});

test('a lost link sends nothing more until the station is back, and then what was not heard', async () => {
  const bench = new Bench({ kind: 'linkLost' });
  await bench.register();
  bench.transfer.unregistered();
  bench.changeKey('3061');
  await bench.pass();
  assert.equal(bench.sent.length, 1);
  bench.ending = accepted;
  await bench.register(true);
  assert.equal(bench.sent.length, 2);
  assert.match(bench.sent[1]?.data ?? '', /3061/);
  bench.transfer.stop();
  bench.transfer.stop();
});
