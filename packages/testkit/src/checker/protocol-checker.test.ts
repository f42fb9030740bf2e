import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '@kerbside/station';

import { FrameLog } from '../frame-log.ts';
import { checkerRules, type CheckerRule } from './checker-rules.ts';
import { ProtocolChecker } from './protocol-checker.ts';

const identity = 'CP1';
const beganMs = Date.UTC(2026, 10, 22, 12);

/** Plays frames to a checker; time passes only when told. */
class Tape {
  readonly checker = new ProtocolChecker();
  readonly #log = new FrameLog();
  #nowMs = beganMs;
  #connection = 0;
  #ids = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  at(offsetSeconds = 0): string {
    return new Date(this.#nowMs + offsetSeconds * 1000).toISOString();
  }

  wait(seconds: number): this {
    this.#nowMs += seconds * 1000;
    return this;
  }

  connect(second = false): this {
    this.#connection += 1;
    this.checker.connected(identity, this.#connection, this.#nowMs, second);
    return this;
  }

  close(): this {
    this.checker.closed(identity, this.#connection, this.#nowMs);
    return this;
  }

  reconnect(): this {
    return this.close().connect();
  }

  in(...elements: unknown[]): this {
    return this.#frame('in', JSON.stringify(elements));
  }

  out(...elements: unknown[]): this {
    return this.#frame('out', JSON.stringify(elements));
  }

  text(text: string): this {
    return this.#frame('in', text);
  }

  /** A CALL of the station that the backend answers at once; `answer: null` leaves it unanswered, 'error' refuses it. */
  call(action: string, payload: JsonObject, answer: JsonObject | 'error' | null = {}, id = this.#id()): this {
    this.in(2, id, action, payload);
    if (answer === null) return this;
    return answer === 'error' ? this.out(4, id, 'InternalError', '', {}) : this.out(3, id, answer);
  }

  boot(status = 'Accepted', interval = 300): this {
    const payload = { chargePointVendor: 'v', chargePointModel: 'm' };
    return this.call('BootNotification', payload, { status, interval, currentTime: this.at() });
  }

  status(status: string, more: JsonObject = {}, answer: JsonObject | 'error' | null = {}): this {
    return this.call(
      'StatusNotification',
      { connectorId: 1, status, errorCode: 'NoError', timestamp: this.at(), ...more },
      answer,
    );
  }

  start(transactionId = 7, more: JsonObject = {}, answer?: 'error' | null): this {
    const payload = { connectorId: 1, idTag: 'TAG', meterStart: 100, timestamp: this.at(), ...more };
    const result = { idTagInfo: { status: 'Accepted' }, transactionId };
    return this.call('StartTransaction', payload, answer === undefined ? result : answer);
  }

  values(wattHours: number, more: JsonObject = {}, timestamp = this.at(), context = 'Sample.Periodic'): this {
    const sampledValue = [
      { value: String(wattHours), context, measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    ];
    return this.call('MeterValues', {
      connectorId: 1,
      transactionId: 7,
      meterValue: [{ timestamp, sampledValue }],
      ...more,
    });
  }

  securityEvent(): this {
    return this.call('SecurityEventNotification', { type: 'MemoryExhaustion', timestamp: this.at() });
  }

  stop(more: JsonObject = {}, transactionId = 7): this {
    return this.call('StopTransaction', { transactionId, meterStop: 200, timestamp: this.at(), ...more });
  }

  /** A CALL of the backend, answered after some seconds. */
  ask(action: string, payload: JsonObject, answer: JsonObject, seconds = 0): this {
    const id = this.#id();
    return this.out(2, id, action, payload).wait(seconds).in(3, id, answer);
  }

  #id(): string {
    this.#ids += 1;
    return `m${this.#ids}`;
  }

  #frame(direction: 'in' | 'out', text: string): this {
    const frame = { identity, connection: this.#connection, direction, text, atMs: this.#nowMs };
    this.checker.frame(this.#log.add(frame));
    return this;
  }
}

/** A registered station. */
function online(): Tape {
  return new Tape().connect().boot();
}

interface Row {
  readonly breaks: () => Tape;
  readonly keeps: () => Tape;
}

const trigger: JsonObject = { requestedMessage: 'StatusNotification', connectorId: 1 };
const accepted: JsonObject = { status: 'Accepted' };

const rows: Readonly<Record<CheckerRule, Row>> = {
  'call.twoInFlight': {
    breaks: () =>
      online().call('Heartbeat', {}, null).wait(5).call('Heartbeat', {}, { currentTime: '2026-11-22T12:00:00Z' }),
    keeps: () =>
      online().call('Heartbeat', {}, null).wait(30).call('Heartbeat', {}, { currentTime: '2026-11-22T12:00:00Z' }),
  },
  'call.idReused': {
    breaks: () =>
      online()
        .call('DataTransfer', { vendorId: 'a' }, accepted, 'x')
        .call('DataTransfer', { vendorId: 'b' }, accepted, 'x'),
    keeps: () =>
      online()
        .call('DataTransfer', { vendorId: 'a' }, accepted, 'x')
        .call('DataTransfer', { vendorId: 'b' }, accepted, 'y'),
  },
  'call.idRepeated': {
    breaks: () =>
      online()
        .call('DataTransfer', { vendorId: 'a' }, accepted, 'x')
        .call('DataTransfer', { vendorId: 'a' }, accepted, 'x'),
    keeps: () =>
      online()
        .call('DataTransfer', { vendorId: 'a' }, 'error', 'x')
        .call('DataTransfer', { vendorId: 'a' }, accepted, 'x')
        .reconnect()
        .call('DataTransfer', { vendorId: 'a' }, accepted, 'x'),
  },
  'socket.two': { breaks: () => online().connect(true), keeps: () => online().reconnect() },
  'boot.missing': {
    breaks: () => new Tape().connect().status('Available'),
    keeps: () => online().reconnect().status('Available'),
  },
  'boot.tooEarly': {
    breaks: () => new Tape().connect().boot('Pending', 60).wait(30).boot(),
    keeps: () => new Tape().connect().boot('Pending', 60).wait(60).boot(),
  },
  'boot.pendingCall': {
    breaks: () => new Tape().connect().boot('Pending', 60).status('Available'),
    keeps: () => new Tape().connect().boot('Pending', 60).ask('TriggerMessage', trigger, accepted).status('Available'),
  },
  'boot.rejectedCall': {
    breaks: () => new Tape().connect().boot('Rejected', 60).wait(61).status('Available'),
    keeps: () => new Tape().connect().boot('Rejected', 60).wait(61).boot().status('Available'),
  },
  'status.illegalEdge': {
    breaks: () => online().status('Preparing').status('Unavailable'),
    keeps: () => online().status('Preparing').status('Finishing').status('Unavailable').reconnect().status('Preparing'),
  },
  'status.repeated': {
    breaks: () => online().status('Available').status('Available'),
    keeps: () =>
      online()
        .status('Available')
        .status('Available', { info: 'informative' })
        .status('Available', { errorCode: 'WeakSignal' })
        .ask('TriggerMessage', trigger, accepted)
        .status('Available', { errorCode: 'WeakSignal' })
        .reconnect()
        .status('Available', { errorCode: 'WeakSignal' }, 'error')
        .status('Available', { errorCode: 'WeakSignal' }),
  },
  'status.connectorZero': {
    breaks: () => online().status('Charging', { connectorId: 0 }),
    keeps: () => online().status('Unavailable', { connectorId: 0 }),
  },
  'status.errorCode': {
    breaks: () => online().status('Faulted'),
    keeps: () =>
      online()
        .status('Faulted', { errorCode: 'GroundFailure' })
        .status('Preparing', { errorCode: 'EVCommunicationError' }),
  },
  'status.finishingBeforeStop': {
    breaks: () => online().status('Preparing').start().status('Charging').status('Finishing').stop(),
    keeps: () => online().status('Preparing').start().status('Charging').stop().status('Finishing'),
  },
  'transaction.startedTwice': {
    breaks: () => online().start(7, {}, null).wait(30).start(8, { timestamp: '2026-11-22T12:00:00.000Z' }),
    keeps: () => online().start(7).wait(30).stop().start(8, { meterStart: 200 }),
  },
  'transaction.overlap': {
    breaks: () => online().start(7).wait(30).start(8),
    keeps: () => online().start(7).wait(30).start(8, { connectorId: 2 }),
  },
  'transaction.unknownId': {
    breaks: () => online().start(7).stop({}, 8),
    keeps: () => online().start(-16).stop({}, -16),
  },
  'transaction.wrongConnector': {
    breaks: () => online().start().values(150, { connectorId: 2 }),
    keeps: () => online().start().values(150),
  },
  'transaction.idMissing': {
    breaks: () =>
      online()
        .start()
        .wait(60)
        .call('MeterValues', { connectorId: 1, meterValue: [reading('2026-11-22T12:00:30Z')] }),
    keeps: () =>
      online()
        .start()
        .wait(60)
        .stop()
        .wait(60)
        .call('MeterValues', { connectorId: 1, meterValue: [reading('2026-11-22T12:02:00Z')] }),
  },
  'transaction.mainMeterId': {
    breaks: () => online().start(7, { connectorId: 0 }).values(150, { connectorId: 0 }),
    keeps: () =>
      online()
        .start()
        .call('MeterValues', { connectorId: 0, meterValue: [reading('2026-11-22T12:00:30Z')] }),
  },
  'transaction.valuesAfterStop': {
    breaks: () => online().start().stop().values(200),
    keeps: () => online().start().values(150).stop(),
  },
  'transaction.stoppedTwice': {
    breaks: () => online().start().stop().stop(),
    keeps: () =>
      online()
        .start()
        .call('StopTransaction', stopPayload, null, 's')
        .reconnect()
        .call('StopTransaction', stopPayload, {}, 's'),
  },
  'transaction.timeBackwards': {
    breaks: () => online().start().wait(60).values(120).values(120, {}, '2026-11-22T12:00:30Z'),
    keeps: () =>
      online().start().wait(60).values(120).values(120, {}, '2026-11-22T12:00:30Z', 'Sample.Clock').wait(1).stop(),
  },
  'transaction.meterBackwards': {
    breaks: () => online().start(7, { meterStart: 300 }).stop({ meterStop: 299 }),
    keeps: () => online().start(7, { meterStart: 300 }).stop({ meterStop: 300 }),
  },
  'meter.registerBackwards': {
    breaks: () => online().start().wait(1).values(150).wait(1).values(120),
    keeps: () =>
      online()
        .start()
        .wait(1)
        .values(150)
        .wait(1)
        .values(150)
        .values(0, { meterValue: [reading(undefined, 'Power.Active.Import')] }),
  },
  'meter.empty': {
    breaks: () =>
      online()
        .start()
        .call('StopTransaction', { ...stopPayload, transactionData: [] }),
    keeps: () => online().start().call('StopTransaction', stopPayload),
  },
  'security.overtakes': {
    breaks: () =>
      online()
        .securityEvent()
        .start(7, { timestamp: new Date(beganMs - 60_000).toISOString() }),
    keeps: () =>
      online()
        .securityEvent()
        .start(7, { timestamp: new Date(beganMs - 1_000).toISOString() }),
  },
  'time.before2020': {
    breaks: () => online().status('Available', { timestamp: '1970-01-01T00:00:12Z' }),
    keeps: () => online().status('Available'),
  },
  'time.notUtc': {
    breaks: () => online().status('Available', { timestamp: '2026-11-22T13:00:00+01:00' }),
    keeps: () => online().status('Available'),
  },
  'schema.request': {
    breaks: () => online().call('Heartbeat', { extra: 1 }),
    keeps: () => online().call('Heartbeat', {}, { currentTime: '2026-11-22T12:00:00Z' }),
  },
  'schema.response': {
    breaks: () => online().ask('Reset', { type: 'Soft' }, { status: 'Later' }),
    keeps: () => online().ask('Reset', { type: 'Soft' }, accepted),
  },
  'schema.errorCode': {
    breaks: () => online().out(2, 'q', 'Reset', { type: 'Soft' }).in(4, 'q', 'FormatViolation', '', {}),
    keeps: () => online().out(2, 'q', 'Reset', { type: 'Soft' }).in(4, 'q', 'FormationViolation', '', {}),
  },
  'schema.malformed': { breaks: () => online().text('[2,"x"'), keeps: () => online() },
  'schema.strictServer': {
    breaks: () => {
      const tape = online();
      tape.checker.note('schema.strictServer', identity, 'refused');
      return tape;
    },
    keeps: () => {
      const tape = online();
      tape.checker.expect({ ignore: ['schema.strictServer'] });
      tape.checker.note('schema.strictServer', identity, 'refused');
      return tape;
    },
  },
  'answer.late': {
    breaks: () => online().ask('ClearCache', {}, accepted, 2),
    keeps: () => online().ask('ClearCache', {}, accepted, 1),
  },
  'answer.missing': {
    breaks: () => online().out(2, 'q', 'ClearCache', {}).wait(2),
    keeps: () => online().out(2, 'q', 'ClearCache', {}).close().wait(2),
  },
  'answer.duplicate': {
    breaks: () => online().out(2, 'q', 'ClearCache', {}).in(3, 'q', accepted).in(3, 'q', accepted),
    keeps: () =>
      online().out(2, 'q', 'ClearCache', {}).in(3, 'q', accepted).out(2, 'r', 'ClearCache', {}).in(3, 'r', accepted),
  },
  'answer.foreign': {
    breaks: () => online().in(3, 'nobody', {}),
    keeps: () => online().out(2, 'q', 'ClearCache', {}).in(3, 'q', accepted),
  },
};

const stopPayload: JsonObject = { transactionId: 7, meterStop: 200, timestamp: '2026-11-22T12:00:00Z' };

function reading(timestamp = '2026-11-22T12:00:02Z', measurand = 'Energy.Active.Import.Register'): JsonObject {
  return { timestamp, sampledValue: [{ value: '200', context: 'Sample.Periodic', measurand }] };
}

function rulesFound(tape: Tape): readonly string[] {
  return tape.checker.finish(tape.nowMs).map(({ rule }) => rule);
}

test('the energy of an interval that a transaction did not see to its end need not name it (V-02)', () => {
  const interval = reading('2026-11-22T12:00:30Z', 'Energy.Active.Import.Interval');
  const tape = online()
    .start()
    .wait(60)
    .stop()
    .call('MeterValues', { connectorId: 1, meterValue: [interval] });
  assert.deepEqual(rulesFound(tape), []);
});

for (const [rule, { breaks, keeps }] of Object.entries(rows)) {
  test(`${rule}: a story that breaks it is found, once`, () => {
    // An empty array breaks the schema only where the schema has a minimum; an odd error code is also a schema matter.
    const found = rulesFound(breaks()).filter((name) => rule === 'schema.request' || name !== 'schema.request');
    assert.deepEqual(found, [rule]);
  });

  test(`${rule}: a story that keeps it passes`, () => {
    const tape = keeps();
    assert.deepEqual(rulesFound(tape), [], tape.checker.summary());
  });
}

test('every rule has a story', () => {
  assert.deepEqual(Object.keys(rows).toSorted(), Object.keys(checkerRules).toSorted());
});

test('a message whose answer was lost may be sent again, and is counted', () => {
  const tape = online()
    .call('DataTransfer', { vendorId: 'a' }, null, 'x')
    .reconnect()
    .call('DataTransfer', { vendorId: 'a' }, accepted, 'x');
  assert.deepEqual(rulesFound(tape), []);
  assert.equal(tape.checker.retransmissions, 1);
});

test('after a reboot BootNotification comes first again', () => {
  const tape = online().close();
  tape.checker.rebooted(identity);
  tape.connect().status('Available');
  assert.deepEqual(rulesFound(tape), ['boot.missing']);
});

test('what was on its way when the station died is not held against its next life', () => {
  const tape = online();
  tape.checker.rebooted(identity);
  tape.status('Available').close().connect();
  assert.deepEqual(rulesFound(tape), []);
  tape.status('Available');
  assert.deepEqual(rulesFound(tape), ['boot.missing']);
});

test('frames that can never arrive count as not sent', () => {
  const checker = new ProtocolChecker();
  const log = new FrameLog();
  const frame = { identity, connection: 1, atMs: beganMs };
  checker.connected(identity, 1, beganMs);
  checker.frame(log.add({ ...frame, direction: 'out', text: '[2,"q","ClearCache",{}]', lost: true }));
  assert.deepEqual(checker.finish(beganMs + 60_000), []);
});

test('Finishing may overtake the Stop while a refused message holds the queue up', () => {
  const refused = online().status('Preparing').start().status('Charging');
  refused
    .call('MeterValues', { connectorId: 1, transactionId: 7, meterValue: [reading()] }, 'error')
    .status('Finishing');
  assert.deepEqual(rulesFound(refused), []);
});

test('a refused Stop with readings of one moment may come again as a whole', () => {
  const tape = online().start();
  const at = (value: string): JsonObject => ({ timestamp: tape.at(), sampledValue: [{ value }] });
  const stop = { transactionId: 7, meterStop: 167, timestamp: tape.at(), transactionData: [at('100'), at('167')] };
  tape.call('StopTransaction', stop, 'error').wait(1).call('StopTransaction', stop);
  assert.deepEqual(rulesFound(tape), []);
});

test('a Stop whose refusal was lost is sent again under its own id, and ends the transaction', () => {
  const tape = online().start();
  const stop = { transactionId: 7, meterStop: 200, timestamp: tape.at() };
  tape.call('StopTransaction', stop, 'error', 'x').reconnect().call('StopTransaction', stop, {}, 'x');
  tape.wait(5).start(8, { meterStart: 200 });
  assert.deepEqual(rulesFound(tape), []);
});

test('a transaction id of an earlier run is known after recall', () => {
  const tape = new Tape();
  const log = new FrameLog();
  const frame = { identity, connection: 0, atMs: beganMs };
  const start = { connectorId: 1, idTag: 'T', meterStart: 100, timestamp: tape.at() };
  tape.checker.recall([
    log.add({ ...frame, direction: 'in', text: JSON.stringify([2, 'old', 'StartTransaction', start]) }),
    log.add({
      ...frame,
      direction: 'out',
      text: JSON.stringify([3, 'old', { idTagInfo: accepted, transactionId: 7 }]),
    }),
  ]);
  tape.connect().boot().wait(10).values(150).stop();
  assert.deepEqual(rulesFound(tape), []);
});
