import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { createSeededRandom } from '../../core/random.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { ended, metered, started } from '../../delivery/test-facts.ts';
import type { FactAnswer, Outcome, StationIdentity, StatusReport } from '../../delivery/session.ts';
import type { DialectConnection, WireEvent } from '../dialect.ts';
import type { StationCommands } from '../station-commands.ts';
import { ocpp16Dialect } from './dialect.ts';

const identity: StationIdentity = {
  vendor: 'Vendor',
  model: 'Model',
  serialNumber: null,
  chargeBoxSerialNumber: null,
  firmwareVersion: null,
  meterType: null,
  meterSerialNumber: null,
  iccid: null,
  imsi: null,
};
const report: StatusReport = {
  evse: 1,
  connector: 1,
  status: 'Faulted',
  errorCode: 'GroundFailure',
  info: null,
  vendorErrorCode: 'E7',
  timeMs: 0,
};
const commands = {
  registration: () => 'accepted',
  reset: () => 'accepted',
  configuration: {
    change: () => Promise.reject(new Error('a defect')),
    list: () => [],
    find: () => null,
    maxKeys: () => 50,
  },
} as unknown as StationCommands;

/** A dialect on a socket that keeps what is sent. */
class Bench {
  readonly time = new VirtualTime();
  readonly sent: (readonly [number, string, ...unknown[]])[] = [];
  readonly events: WireEvent[] = [];
  readonly late: (readonly [string, Outcome<FactAnswer>])[] = [];
  readonly connection: DialectConnection;
  open = true;
  timeoutMs = 30_000;

  constructor() {
    this.connection = ocpp16Dialect.open({
      time: this.time,
      random: createSeededRandom('dialect'),
      commands,
      vendor: () => 'Vendor',
      messageTimeoutMs: () => this.timeoutMs,
      send: (text) => {
        if (this.open) this.sent.push(JSON.parse(text) as [number, string]);
        return this.open;
      },
      lateFactAnswer: (id, outcome) => this.late.push([id, outcome]),
      observe: (event) => this.events.push(event),
    });
  }

  get session(): DialectConnection['session'] {
    return this.connection.session;
  }

  /** Answers the CALL that went out last. */
  answer(payload: unknown): void {
    const id = this.sent.at(-1)?.[1];
    this.connection.receive(JSON.stringify([3, id, payload]));
  }

  refuse(code: string): void {
    this.connection.receive(JSON.stringify([4, this.sent.at(-1)?.[1], code, '', {}]));
  }

  mishaps(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'mishap' ? [event.what] : []));
  }
}

test('speaks ocpp1.6', () => {
  assert.equal(ocpp16Dialect.subProtocol, 'ocpp1.6');
});

describe('the calls of the station', () => {
  test('boot is answered with status, time and interval; without a readable time it failed (B-07)', async () => {
    const bench = new Bench();
    const first = bench.session.boot(identity);
    assert.deepEqual(bench.sent[0]?.slice(2), [
      'BootNotification',
      { chargePointVendor: 'Vendor', chargePointModel: 'Model' },
    ]);
    bench.answer({ status: 'Pending', currentTime: '2026-11-22T12:00:00Z', interval: 10 });
    const timeMs = Date.UTC(2026, 10, 22, 12);
    assert.deepEqual(await first, { kind: 'answered', answer: { status: 'pending', timeMs, intervalSeconds: 10 } });
    for (const wrong of [
      { status: 'Accepted', interval: 10 },
      { status: 'Accepted', currentTime: 'x', interval: 1 },
      {},
    ]) {
      const next = bench.session.boot(identity);
      bench.answer(wrong);
      const outcome = await next;
      assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.final], ['refused', false]);
    }
  });

  test('heartbeat gives the time', async () => {
    const bench = new Bench();
    const beat = bench.session.heartbeat();
    bench.answer({ currentTime: '2026-11-22T12:00:00Z' });
    assert.deepEqual(await beat, { kind: 'answered', answer: { timeMs: Date.UTC(2026, 10, 22, 12) } });
  });

  test('authorize gives what the backend says of the identifier', async () => {
    const bench = new Bench();
    const asked = bench.session.authorize('CARD');
    assert.deepEqual(bench.sent[0]?.slice(2), ['Authorize', { idTag: 'CARD' }]);
    bench.answer({ idTagInfo: { status: 'Accepted', parentIdTag: 'FLEET' } });
    const answer = { status: 'accepted', expiryMs: null, parentIdToken: 'FLEET' };
    assert.deepEqual(await asked, { kind: 'answered', answer });
  });

  test('an identifier that is too long is never sent, cut or whole (T-18)', async () => {
    const bench = new Bench();
    assert.equal((await bench.session.authorize('x'.repeat(21))).kind, 'notSendable');
    assert.deepEqual([bench.sent, bench.mishaps()], [[], ['outViolation']]);
  });

  test('a status names the vendor with his code, also on a connection without BootNotification (N-03, T-22)', async () => {
    const bench = new Bench();
    const told = bench.session.status(report);
    assert.deepEqual(bench.sent[0]?.[3], {
      connectorId: 1,
      errorCode: 'GroundFailure',
      status: 'Faulted',
      timestamp: '1970-01-01T00:00:00.000Z',
      vendorErrorCode: 'E7',
      vendorId: 'Vendor',
    });
    bench.answer({});
    assert.equal((await told).kind, 'answered');
  });
});

describe('a fact', () => {
  test('of a start goes out under the id that it was given, and brings the id of the backend (X-04)', async () => {
    for (const transactionId of [7, 0, -5]) {
      const bench = new Bench();
      const sent = bench.session.fact(started('T'), 'my-id', null);
      assert.deepEqual(bench.sent[0]?.slice(0, 3), [2, 'my-id', 'StartTransaction']);
      bench.answer({ transactionId, idTagInfo: { status: 'Blocked' } });
      assert.deepEqual(await sent, {
        kind: 'answered',
        answer: {
          backendTransaction: String(transactionId),
          idToken: { status: 'blocked', expiryMs: null, parentIdToken: null },
        },
      });
    }
  });

  test('after the start carries the id of the backend', async () => {
    const bench = new Bench();
    const values = bench.session.fact(metered('T', 1), 'v', '-1');
    bench.answer({});
    assert.deepEqual(await values, { kind: 'answered', answer: { backendTransaction: null, idToken: null } });
    const stop = bench.session.fact(ended('T'), 's', '0');
    bench.answer({});
    await stop;
    const ids = bench.sent.map(([, , action, payload]) => [
      action,
      (payload as { transactionId: number }).transactionId,
    ]);
    assert.deepEqual(ids, [
      ['MeterValues', -1],
      ['StopTransaction', 0],
    ]);
  });

  test('that 1.6 cannot say, or not yet, is not sent', async () => {
    const bench = new Bench();
    const empty = metered('T', 1, { samples: [] });
    for (const fact of [ended('T'), empty]) {
      assert.equal((await bench.session.fact(fact, 'i', null)).kind, 'notSendable', fact.kind);
    }
    assert.deepEqual(bench.sent, []);
  });

  test('that is refused says whether trying again can help', async () => {
    for (const [code, final] of [
      ['InternalError', false],
      ['FormationViolation', true],
      ['OccurenceConstraintViolation', true],
    ] as const) {
      const bench = new Bench();
      const sent = bench.session.fact(metered('T', 1), 'i', '7');
      bench.refuse(code);
      const outcome = await sent;
      assert.deepEqual([outcome.kind, outcome.kind === 'refused' && outcome.final], ['refused', final]);
    }
  });

  test('is unanswered after the time; the late answer is passed on under its id (G-04)', async () => {
    const bench = new Bench();
    const sent = bench.session.fact(started('T'), 'i', null);
    await bench.time.advance(30_000);
    assert.deepEqual(await sent, { kind: 'unanswered' });
    bench.answer({ transactionId: 9, idTagInfo: { status: 'Accepted' } });
    assert.equal(bench.late.length, 1);
    const [id, outcome] = bench.late[0] ?? [];
    assert.deepEqual([id, outcome?.kind === 'answered' && outcome.answer.backendTransaction], ['i', '9']);
    assert.deepEqual(bench.mishaps(), ['timeout', 'lateAnswer']);
  });

  test('ends as linkLost when the socket goes or is gone', async () => {
    const bench = new Bench();
    const sent = bench.session.fact(started('T'), 'i', null);
    bench.connection.close();
    bench.connection.close();
    assert.deepEqual(await sent, { kind: 'linkLost' });
    const gone = new Bench();
    gone.open = false;
    assert.deepEqual(await gone.session.heartbeat(), { kind: 'linkLost' });
  });
});

describe('the calls of the backend', () => {
  test('are answered, and seen with action, direction and latency', async () => {
    const bench = new Bench();
    bench.connection.receive(JSON.stringify([2, 'b1', 'Reset', { type: 'Soft' }]));
    await bench.time.advance(0);
    assert.deepEqual(bench.sent, [[3, 'b1', { status: 'Accepted' }]]);
    const seen = bench.events.map(
      (event) => event.kind === 'frame' && [event.direction, event.messageType, event.action],
    );
    assert.deepEqual(seen, [
      ['in', 'call', 'Reset'],
      ['out', 'callResult', 'Reset'],
    ]);
  });

  test('that are unknown, malformed or hit a defect end in CALLERROR or silence, never in a crash (T-13)', async () => {
    const bench = new Bench();
    const frames = [
      [2, 'b1', 'NoSuchThing', {}],
      [2, 'b2', 'reset', { type: 'Soft' }],
      [2, 'b3', 'Heartbeat', {}],
      [2, 'b4', 'Reset', { type: 'Later' }],
      [2, 'b5', 'ChangeConfiguration', { key: 'a', value: 'b' }],
    ];
    for (const frame of frames) bench.connection.receive(JSON.stringify(frame));
    bench.connection.receive('not json');
    await bench.time.advance(0);
    assert.deepEqual(
      bench.sent
        .map(([type, id, code]) => [type, id, code])
        .toSorted((left, right) => String(left[1]).localeCompare(String(right[1]))),
      [
        [4, 'b1', 'NotImplemented'],
        [4, 'b2', 'NotImplemented'],
        [4, 'b3', 'NotSupported'],
        [4, 'b4', 'PropertyConstraintViolation'],
        [4, 'b5', 'InternalError'],
      ],
    );
    assert.deepEqual(new Set(bench.mishaps()), new Set(['malformedFrame', 'inViolation', 'handlerFailed']));
  });

  test('with a secret are masked in what is seen', () => {
    const bench = new Bench();
    bench.connection.receive(
      JSON.stringify([2, 'b', 'ChangeConfiguration', { key: 'AuthorizationKey', value: 'feed' }]),
    );
    assert.ok(bench.events.length > 0);
    assert.ok(!JSON.stringify(bench.events).includes('feed'));
  });
});
