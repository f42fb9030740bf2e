import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ocpp16 } from './ocpp16/protocol.ts';
import { RpcPeer, RpcUsageError } from './index.ts';
import type { CallOutcome, IncomingAnswer, RpcEvent, RpcPeerOptions, RpcTimers } from './index.ts';

const heartbeatResponse = { currentTime: '2026-11-22T10:00:00Z' };
const accepted: IncomingAnswer = { kind: 'result', payload: { status: 'Accepted' } };

/** Time that passes when a test says so. */
class FakeTimers implements RpcTimers {
  #nowMs = 0;
  readonly #due = new Map<symbol, { atMs: number; callback: () => void }>();

  get running(): number {
    return this.#due.size;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(ms: number, callback: () => void): () => void {
    const key = Symbol('timer');
    this.#due.set(key, { atMs: this.#nowMs + ms, callback });
    return () => this.#due.delete(key);
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    for (const [key, { atMs, callback }] of this.#due) {
      if (atMs > this.#nowMs) continue;
      this.#due.delete(key);
      callback();
    }
  }
}

type Settings = Partial<
  Pick<RpcPeerOptions, 'admit' | 'handleCall' | 'handlerTimeoutMs' | 'role' | 'onLateAnswer' | 'transport'>
>;

/** A peer on fake timers; what it sends and reports is kept. */
function setUp(settings: Settings = {}) {
  const timers = new FakeTimers();
  const sent: string[] = [];
  const events: RpcEvent[] = [];
  const peer = new RpcPeer({
    protocol: ocpp16,
    transport: { send: (text) => sent.push(text) },
    timers,
    handleCall: () => Promise.resolve(accepted),
    onEvent: (event) => events.push(event),
    ...settings,
  });
  const kinds = (): string[] => events.map(({ kind }) => kind).filter((kind) => kind !== 'frame');
  const heartbeat = (id = 'a'): Promise<CallOutcome> => peer.call('Heartbeat', {}, { id, timeoutMs: 30_000 });
  return { peer, timers, sent, events, kinds, heartbeat };
}

/** Lets handlers that are ready answer. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A handler whose answers the test gives when it likes. */
function heldHandler() {
  const waiting: { resolve: (answer: IncomingAnswer) => void; reject: (cause: unknown) => void }[] = [];
  const handleCall = (): Promise<IncomingAnswer> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  return { handleCall, waiting };
}

/** Text of the characters that JSON is made of, and some that hurt. */
const jsonLikeText = fc.string({ unit: fc.constantFrom(...Array.from('[]{}",:\\234.-eEntruefalsx \u0000é😀\ud800')) });

const remoteStop = (id: string): string => `[2,"${id}","RemoteStopTransaction",{"transactionId":1}]`;

const fail = (): never => {
  throw new TypeError('fails on purpose');
};

// Own calls

test('a call is sent as [2, id, action, payload] and ends with the payload of its result (T-08)', async () => {
  const { peer, sent, heartbeat } = setUp();
  const outcome = heartbeat();
  assert.deepEqual(sent, ['[2,"a","Heartbeat",{}]']);
  assert.equal(peer.busy, true);
  peer.receive(`[3,"a",${JSON.stringify(heartbeatResponse)}]`);
  assert.equal(peer.busy, false);
  assert.deepEqual(await outcome, { kind: 'result', payload: heartbeatResponse });
});

test('a second call while one is in flight is refused and not sent (T-10)', async () => {
  const { peer, sent, heartbeat } = setUp();
  const first = heartbeat('a');
  assert.throws(
    () => heartbeat('b'),
    (thrown) => thrown instanceof RpcUsageError && thrown.code === 'rpc.busy',
  );
  assert.equal(sent.length, 1);
  peer.close();
  await first;
});

test('a call with an id that OCPP-J forbids is refused (T-09)', () => {
  const { sent, heartbeat } = setUp();
  for (const id of ['', 'x'.repeat(37)]) {
    assert.throws(
      () => heartbeat(id),
      (thrown) => thrown instanceof RpcUsageError && thrown.code === 'rpc.messageId',
    );
  }
  assert.deepEqual(sent, []);
});

test('a call that breaks its schema is our fault and is not sent (T-17)', async () => {
  const { peer, sent, kinds } = setUp();
  const outcome = await peer.call('Authorize', { idTag: 'x'.repeat(21) }, { id: 'a', timeoutMs: 1 });
  assert.equal(outcome.kind, 'invalidRequest');
  const surplus = await peer.call('Heartbeat', { surplus: 1 }, { id: 'a', timeoutMs: 1 });
  assert.equal(surplus.kind, 'invalidRequest');
  assert.deepEqual(sent, []);
  assert.equal(peer.busy, false);
  assert.deepEqual(kinds(), ['violation', 'violation']);
});

test('a call that this end may not send, or that does not exist, is not sent', async () => {
  const { peer, sent } = setUp();
  const rows = [
    ['Reset', 'NotSupported'],
    ['heartbeat', 'NotImplemented'],
  ] as const;
  for (const [action, code] of rows) {
    const outcome = await peer.call(action, {}, { id: 'a', timeoutMs: 1 });
    assert.equal(outcome.kind === 'invalidRequest' && outcome.violation.code, code);
  }
  assert.deepEqual(sent, []);
});

test('a CALLERROR ends the call with its code in either spelling (T-14)', async () => {
  const rows = [
    ['FormationViolation', 'FormatViolation'],
    ['FormatViolation', 'FormatViolation'],
    ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation'],
    ['OccurrenceConstraintViolation', 'OccurrenceConstraintViolation'],
    ['Kaputt', undefined],
  ] as const;
  const { peer, heartbeat } = setUp();
  for (const [codeText, code] of rows) {
    const outcome = heartbeat();
    peer.receive(`[4,"a","${codeText}","why",{"more":1}]`);
    assert.deepEqual(await outcome, { kind: 'error', code, codeText, description: 'why', details: { more: 1 } });
  }
});

test('a call without an answer ends as timeout after its time, and the next one may be sent (T-10)', async () => {
  const { peer, timers, kinds, heartbeat } = setUp();
  const outcome = heartbeat();
  timers.pass(29_999);
  assert.equal(peer.busy, true);
  timers.pass(1);
  assert.equal(peer.busy, false);
  assert.deepEqual(await outcome, { kind: 'timeout' });
  assert.deepEqual(kinds(), ['timeout']);
  const next = heartbeat('b');
  peer.receive(`[3,"b",${JSON.stringify(heartbeatResponse)}]`);
  assert.equal((await next).kind, 'result');
});

test('an answer to a call that had timed out is handed over as late, once, while another call is in flight', async () => {
  const late: [string, CallOutcome][] = [];
  const { peer, timers, kinds, heartbeat } = setUp({ onLateAnswer: (id, outcome) => late.push([id, outcome]) });
  const first = heartbeat('a');
  timers.pass(30_000);
  await first;
  const second = heartbeat('b');
  peer.receive(`[3,"a",${JSON.stringify(heartbeatResponse)}]`);
  peer.receive(`[3,"a",${JSON.stringify(heartbeatResponse)}]`);
  assert.deepEqual(late, [['a', { kind: 'result', payload: heartbeatResponse }]]);
  assert.deepEqual(kinds(), ['timeout', 'lateAnswer', 'foreignAnswer']);
  assert.equal(peer.busy, true);
  peer.close();
  await second;
});

test('an answer that comes late settles the call that was sent again under its id', async () => {
  const late: string[] = [];
  const { peer, timers, kinds, heartbeat } = setUp({ onLateAnswer: (id) => late.push(id) });
  const first = heartbeat('a');
  timers.pass(30_000);
  await first;
  const again = heartbeat('a');
  peer.receive(`[3,"a",${JSON.stringify(heartbeatResponse)}]`);
  assert.equal((await again).kind, 'result');
  peer.receive(`[3,"a",${JSON.stringify(heartbeatResponse)}]`);
  assert.deepEqual(late, []);
  assert.deepEqual(kinds(), ['timeout', 'foreignAnswer']);
});

test('the 64 calls that timed out last are remembered', async () => {
  const late: string[] = [];
  const { peer, timers, heartbeat } = setUp({ onLateAnswer: (id) => late.push(id) });
  for (let n = 0; n < 65; n += 1) {
    const outcome = heartbeat(`id${n}`);
    timers.pass(30_000);
    await outcome;
  }
  for (const n of [0, 1, 64]) peer.receive(`[4,"id${n}","GenericError","",{}]`);
  assert.deepEqual(late, ['id1', 'id64']);
});

test('a foreign, a duplicate and an early answer are dropped and nothing is sent (T-12)', async () => {
  const { peer, sent, kinds, heartbeat } = setUp();
  peer.receive('[3,"never asked",{}]');
  const outcome = heartbeat();
  peer.receive('[3,"never asked",{}]');
  peer.receive('[4,"never asked","GenericError","",{}]');
  peer.receive(`[3,"a",${JSON.stringify(heartbeatResponse)}]`);
  peer.receive(`[3,"a",${JSON.stringify(heartbeatResponse)}]`);
  assert.equal((await outcome).kind, 'result');
  assert.equal(sent.length, 1);
  assert.deepEqual(kinds(), ['foreignAnswer', 'foreignAnswer', 'foreignAnswer', 'foreignAnswer']);
});

test('a response with members that the schema does not know is a result and a remark', async () => {
  const { peer, kinds, heartbeat } = setUp();
  const outcome = heartbeat();
  const payload = { ...heartbeatResponse, vendor: 1 };
  peer.receive(JSON.stringify([3, 'a', payload]));
  const result = await outcome;
  assert.ok(result.kind === 'result');
  assert.deepEqual(result.payload, payload);
  assert.equal(result.violation?.onlyAdditionalProperties, true);
  assert.deepEqual(kinds(), ['violation']);
});

test('a response that breaks its schema otherwise is an invalid response (B-07)', async () => {
  const { peer, heartbeat } = setUp();
  for (const payload of [{}, { currentTime: 'yesterday' }, { currentTime: 5, vendor: 1 }, [], 'text']) {
    const outcome = heartbeat();
    peer.receive(JSON.stringify([3, 'a', payload]));
    const result = await outcome;
    assert.ok(result.kind === 'invalidResponse');
    assert.deepEqual(result.payload, payload);
  }
});

test('a malformed answer ends its call at once instead of by time-out, and is not answered', async () => {
  const { peer, sent, heartbeat } = setUp();
  for (const text of ['[3,"a"]', '[3,"a",{},{}]', '[4,"a"]']) {
    const outcome = heartbeat();
    peer.receive(text);
    assert.equal((await outcome).kind, 'invalidResponse');
  }
  assert.equal(sent.length, 3);
});

test('closing ends the call in flight as linkLost, twice does no harm, and later calls are not sent', async () => {
  const { peer, timers, sent, heartbeat } = setUp();
  const outcome = heartbeat();
  peer.close();
  peer.close();
  assert.deepEqual(await outcome, { kind: 'linkLost' });
  assert.equal(timers.running, 0);
  assert.deepEqual(await heartbeat('b'), { kind: 'linkLost' });
  peer.receive(remoteStop('x'));
  assert.equal(sent.length, 1);
});

test('a transport that throws ends the call as linkLost', async () => {
  const { peer, timers, kinds, heartbeat } = setUp({ transport: { send: fail } });
  assert.deepEqual(await heartbeat(), { kind: 'linkLost' });
  assert.equal(peer.busy, false);
  assert.equal(timers.running, 0);
  assert.deepEqual(kinds(), ['sendFailed']);
});

test('a transport that answers within send is heard', async () => {
  const { peer, heartbeat } = setUp({
    transport: { send: () => peer.receive(JSON.stringify([3, 'a', heartbeatResponse])) },
  });
  assert.equal((await heartbeat()).kind, 'result');
});

test('answers are reported with their action and latency', async () => {
  const { peer, timers, events, heartbeat } = setUp();
  const outcome = heartbeat();
  timers.pass(120);
  peer.receive(JSON.stringify([3, 'a', heartbeatResponse]));
  await outcome;
  const frames = events.filter((event) => event.kind === 'frame');
  assert.deepEqual(
    frames.map(({ direction, action, latencyMs }) => ({ direction, action, latencyMs })),
    [
      { direction: 'out', action: 'Heartbeat', latencyMs: undefined },
      { direction: 'in', action: 'Heartbeat', latencyMs: 120 },
    ],
  );
});

// Calls of the other end

test('an incoming call is answered with the payload of its handler (T-08)', async () => {
  const asked: unknown[] = [];
  const { peer, sent } = setUp({
    handleCall: (...parameters) => {
      asked.push(parameters);
      return Promise.resolve(accepted);
    },
  });
  peer.receive(remoteStop('x'));
  await settled();
  assert.deepEqual(asked, [['RemoteStopTransaction', { transactionId: 1 }, { id: 'x' }]]);
  assert.deepEqual(sent, ['[3,"x",{"status":"Accepted"}]']);
});

test('crossing calls: incoming calls are answered while an own call waits, each as soon as it is ready (T-11)', async () => {
  const { handleCall, waiting } = heldHandler();
  const { peer, sent, heartbeat } = setUp({ handleCall });
  const own = heartbeat();
  peer.receive(remoteStop('x'));
  peer.receive(remoteStop('y'));
  waiting[1]?.resolve(accepted);
  await settled();
  waiting[0]?.resolve(accepted);
  await settled();
  assert.deepEqual(sent.slice(1), ['[3,"y",{"status":"Accepted"}]', '[3,"x",{"status":"Accepted"}]']);
  assert.equal(peer.busy, true);
  peer.receive(JSON.stringify([3, 'a', heartbeatResponse]));
  assert.equal((await own).kind, 'result');
});

test('an incoming call may have the id of the own call in flight', async () => {
  const { peer, sent, heartbeat } = setUp();
  const own = heartbeat('same');
  peer.receive(remoteStop('same'));
  await settled();
  assert.equal(peer.busy, true);
  assert.equal(sent[1], '[3,"same",{"status":"Accepted"}]');
  peer.receive(JSON.stringify([3, 'same', heartbeatResponse]));
  assert.equal((await own).kind, 'result');
});

test('the message that follows an answer is sent after the answer (TR-01)', async () => {
  const calls: Promise<CallOutcome>[] = [];
  const { peer, sent, heartbeat } = setUp({
    handleCall: () => Promise.resolve({ ...accepted, after: () => calls.push(heartbeat()) }),
  });
  peer.receive('[2,"x","TriggerMessage",{"requestedMessage":"Heartbeat"}]');
  await settled();
  assert.deepEqual(sent, ['[3,"x",{"status":"Accepted"}]', '[2,"a","Heartbeat",{}]']);
  peer.close();
  await Promise.all(calls);
});

test('an unknown action gets NotImplemented; names are case-sensitive (T-14, T-16)', () => {
  const { peer, sent } = setUp();
  for (const action of ['Nonsense', 'reset', '', 'constructor', '__proto__', 'toString']) {
    peer.receive(JSON.stringify([2, 'x', action, {}]));
    assert.match(sent.pop() ?? '', /^\[4,"x","NotImplemented",/, action);
  }
});

test('a known action from the wrong end gets NotSupported (T-14)', () => {
  const station = setUp();
  station.peer.receive('[2,"x","BootNotification",{"chargePointVendor":"v","chargePointModel":"m"}]');
  assert.match(station.sent[0] ?? '', /^\[4,"x","NotSupported",/);
  const backend = setUp({ role: 'backend' });
  backend.peer.receive('[2,"x","Reset",{"type":"Soft"}]');
  assert.match(backend.sent[0] ?? '', /^\[4,"x","NotSupported",/);
});

test('what is not admitted is refused before it is read, whatever it is (B-05)', () => {
  let open = false;
  const refusal = { kind: 'error', code: 'SecurityError', description: 'not now' } as const;
  const { peer, sent } = setUp({ admit: () => (open ? undefined : refusal) });
  const frames = [
    '[2,"a","ClearCache",{}]',
    '[2,"b","NoSuchThing",{}]',
    '[2,"c","Reset",{"type":"Odd"}]',
    '[2,"d","Reset"]',
  ];
  for (const frame of frames) peer.receive(frame);
  assert.deepEqual(
    sent.map((text) => (JSON.parse(text) as unknown[]).slice(0, 3)),
    ['a', 'b', 'c', 'd'].map((id) => [4, id, 'SecurityError']),
  );
  open = true;
  peer.receive('[2,"e","NoSuchThing",{}]');
  assert.match(sent[4] ?? '', /NotImplemented/);
});

test('a backend answers what a station sends, and both may send DataTransfer', async () => {
  const { peer, sent } = setUp({
    role: 'backend',
    handleCall: (action) =>
      Promise.resolve(action === 'Heartbeat' ? { kind: 'result', payload: heartbeatResponse } : accepted),
  });
  peer.receive('[2,"x","Heartbeat",{}]');
  peer.receive('[2,"y","DataTransfer",{"vendorId":"v"}]');
  await settled();
  assert.deepEqual(sent, [JSON.stringify([3, 'x', heartbeatResponse]), '[3,"y",{"status":"Accepted"}]']);
});

test('schema violations of a request are refused in the spelling of 1.6 (T-15)', () => {
  const rows: readonly [payload: unknown, code: string, action?: string][] = [
    [{ transactionId: 'one' }, 'TypeConstraintViolation'],
    [{}, 'OccurenceConstraintViolation'],
    [{ transactionId: 1, surplus: 1 }, 'FormationViolation'],
    [[], 'FormationViolation'],
    ['text', 'FormationViolation'],
    [{ type: 'Gently' }, 'PropertyConstraintViolation', 'Reset'],
    [{ key: 'x'.repeat(51), value: '' }, 'PropertyConstraintViolation', 'ChangeConfiguration'],
  ];
  const { peer, sent } = setUp();
  for (const [payload, code, action = 'RemoteStopTransaction'] of rows) {
    peer.receive(JSON.stringify([2, 'x', action, payload]));
    const [type, id, actual, description, details] = JSON.parse(sent.pop() ?? '') as unknown[];
    assert.deepEqual([type, id, actual, details], [4, 'x', code, {}]);
    assert.notEqual(description, '');
  }
});

test('a null payload of a request is accepted as {} (T-19)', async () => {
  const { peer, sent } = setUp();
  peer.receive('[2,"x","ClearCache",null]');
  await settled();
  assert.deepEqual(sent, ['[3,"x",{"status":"Accepted"}]']);
});

test('a malformed CALL with a readable id gets FormationViolation (T-13)', () => {
  const { peer, sent } = setUp();
  for (const text of ['[2,"x"]', '[2,"x","Reset"]', '[2,"x",5,{}]', '[2,"x","Reset",{"type":"Soft"},1]']) {
    peer.receive(text);
    assert.match(sent.pop() ?? '', /^\[4,"x","FormationViolation",".+",\{\}\]$/, text);
  }
});

test('what has no readable id, is an answer, or has an unknown type number is never answered (T-12, T-13)', () => {
  const { peer, sent, events } = setUp();
  const texts = ['', 'x', '{}', '[]', '[2]', '[2,5,"Reset",{}]', `[2,"${'x'.repeat(256)}","Reset",{"type":"Soft"}]`];
  texts.push('[3,"x"]', '[4,"x"]', '[7,"x",{}]', '[5,"x","GenericError","",{}]', '[6,"x","Reset",{"type":"Soft"}]');
  for (const text of texts) peer.receive(text);
  assert.deepEqual(sent, []);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    texts.map(() => 'malformed'),
  );
});

test('a handler that fails is answered with InternalError and reported, without its secrets on the wire (T-26)', async () => {
  const cause = new TypeError('password=1234');
  for (const handleCall of [
    () => Promise.reject(cause),
    () => {
      throw cause;
    },
  ]) {
    const { peer, timers, sent, events } = setUp({ handleCall });
    peer.receive(remoteStop('x'));
    await settled();
    assert.match(sent[0] ?? '', /^\[4,"x","InternalError",/);
    assert.doesNotMatch(sent[0] ?? '', /1234/);
    const failed = events.find((event) => event.kind === 'handlerFailed');
    assert.deepEqual([failed?.reason, failed?.cause], ['threw', cause]);
    assert.equal(timers.running, 0);
  }
});

test('a handler that takes too long is answered with InternalError after 20 s, its own answer is dropped', async () => {
  const { handleCall, waiting } = heldHandler();
  const { peer, timers, sent, kinds } = setUp({ handleCall });
  let afterwards = false;
  peer.receive(remoteStop('x'));
  timers.pass(19_999);
  assert.deepEqual(sent, []);
  timers.pass(1);
  assert.match(sent[0] ?? '', /^\[4,"x","InternalError",/);
  waiting[0]?.resolve({
    ...accepted,
    after: () => {
      afterwards = true;
    },
  });
  await settled();
  assert.equal(sent.length, 1);
  assert.equal(afterwards, false);
  assert.deepEqual(kinds(), ['handlerFailed', 'answerDropped']);
});

test('the time of a handler can be set', () => {
  const { peer, timers, sent } = setUp({ handleCall: heldHandler().handleCall, handlerTimeoutMs: 50 });
  peer.receive(remoteStop('x'));
  timers.pass(50);
  assert.match(sent[0] ?? '', /InternalError/);
});

test('an answer that breaks its schema is never sent: InternalError goes in its place, and nothing follows (T-17)', async () => {
  let afterwards = false;
  const after = (): void => {
    afterwards = true;
  };
  const { peer, sent, kinds } = setUp({
    handleCall: () => Promise.resolve({ kind: 'result', payload: { status: 'Maybe' }, after }),
  });
  peer.receive(remoteStop('x'));
  await settled();
  assert.match(sent[0] ?? '', /^\[4,"x","InternalError",/);
  assert.equal(afterwards, false);
  assert.deepEqual(kinds(), ['violation']);
});

test('a refusal of a handler is written in the spelling of 1.6, always with five elements (T-08, T-14)', async () => {
  const { peer, sent } = setUp({
    handleCall: () => Promise.resolve({ kind: 'error', code: 'OccurrenceConstraintViolation', description: '' }),
  });
  peer.receive(remoteStop('x'));
  await settled();
  assert.deepEqual(sent, ['[4,"x","OccurenceConstraintViolation","",{}]']);
});

test('a long description is cut to 255 characters without tearing one apart', async () => {
  const description = `${'x'.repeat(254)}😀😀`;
  const { peer, sent } = setUp({
    handleCall: () => Promise.resolve({ kind: 'error', code: 'GenericError', description }),
  });
  peer.receive(remoteStop('x'));
  await settled();
  assert.deepEqual(sent, [`[4,"x","GenericError","${'x'.repeat(254)}",{}]`]);
});

test('a call that is repeated while its handler is at work is handled once and answered once each time', async () => {
  const { handleCall, waiting } = heldHandler();
  let afterwards = 0;
  const { peer, sent } = setUp({ handleCall });
  peer.receive(remoteStop('x'));
  peer.receive(remoteStop('x'));
  assert.equal(waiting.length, 1);
  waiting[0]?.resolve({
    ...accepted,
    after: () => {
      afterwards += 1;
    },
  });
  await settled();
  assert.deepEqual(sent, ['[3,"x",{"status":"Accepted"}]', '[3,"x",{"status":"Accepted"}]']);
  assert.equal(afterwards, 1);
  peer.receive(remoteStop('x'));
  assert.equal(waiting.length, 2);
  peer.close();
});

test('two different calls with one id are two calls', async () => {
  const { handleCall, waiting } = heldHandler();
  const { peer, sent } = setUp({ handleCall });
  peer.receive(remoteStop('x'));
  peer.receive('[2,"x","ClearCache",{}]');
  assert.equal(waiting.length, 2);
  for (const { resolve } of waiting) resolve(accepted);
  await settled();
  assert.equal(sent.length, 2);
});

test('a call whose handler had timed out may come again; the late first answer is not taken for the second', async () => {
  const { handleCall, waiting } = heldHandler();
  const { peer, timers, sent } = setUp({ handleCall });
  peer.receive(remoteStop('x'));
  timers.pass(20_000);
  peer.receive(remoteStop('x'));
  waiting[0]?.resolve({ kind: 'result', payload: { status: 'Rejected' } });
  await settled();
  assert.equal(sent.length, 1);
  waiting[1]?.resolve(accepted);
  await settled();
  assert.equal(sent[1], '[3,"x",{"status":"Accepted"}]');
});

test('answers of handlers that are at work when the link closes are dropped, and their timers end', async () => {
  const { handleCall, waiting } = heldHandler();
  const { peer, timers, sent, kinds } = setUp({ handleCall });
  peer.receive(remoteStop('x'));
  peer.receive(remoteStop('y'));
  peer.close();
  assert.equal(timers.running, 0);
  waiting[0]?.resolve(accepted);
  waiting[1]?.reject(new TypeError('link'));
  await settled();
  assert.deepEqual(sent, []);
  assert.deepEqual(kinds(), ['answerDropped', 'handlerFailed', 'answerDropped']);
});

test('callbacks of the owner that throw do not hurt the peer', async () => {
  const { peer, timers, sent, kinds, heartbeat } = setUp({
    handleCall: () => Promise.resolve({ ...accepted, after: fail }),
    onLateAnswer: fail,
  });
  const outcome = heartbeat();
  timers.pass(30_000);
  await outcome;
  peer.receive(JSON.stringify([3, 'a', heartbeatResponse]));
  peer.receive(remoteStop('x'));
  await settled();
  assert.equal(sent.length, 2);
  assert.deepEqual(kinds(), ['timeout', 'lateAnswer', 'callbackFailed', 'callbackFailed']);
});

test('whatever is received, the peer never throws and stays usable (T-26)', async () => {
  const actions = fc.constantFrom(...ocpp16.messages.keys(), 'Nonsense');
  const almostFrames = fc.oneof(
    fc.tuple(fc.constantFrom(2, 6), fc.constantFrom('a', 'b'), actions, fc.jsonValue()),
    fc.tuple(fc.constant(3), fc.constantFrom('b', 'c'), fc.jsonValue()),
    fc.tuple(fc.constantFrom(4, 5), fc.constantFrom('b', 'c'), fc.string(), fc.jsonValue(), fc.jsonValue()),
    fc.array(fc.jsonValue()),
  );
  const texts = fc.oneof(
    jsonLikeText,
    fc.json(),
    almostFrames.map((frame) => JSON.stringify(frame)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { maxLength: 10 }), async (received) => {
      const { peer, heartbeat } = setUp();
      const outcome = heartbeat('own');
      for (const text of received) peer.receive(text);
      await settled();
      assert.equal(peer.busy, true);
      peer.receive(JSON.stringify([3, 'own', heartbeatResponse]));
      assert.equal((await outcome).kind, 'result');
    }),
  );
});
