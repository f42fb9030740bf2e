import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, askInVain, changeKey, gapsInSeconds, readKey, registered, reset } from './backend-steps.ts';
import { endByCard, startByCard, statusOf } from './steps.ts';

/** Identities that a careless encoding breaks, and what has to stand in the request line. */
const identities: readonly (readonly [identity: string, segment: string])[] = [
  ['RDAM 123', 'RDAM%20123'],
  ['A B', 'A%20B'],
  ['a|b', 'a%7Cb'],
  ['ä', '%C3%A4'],
  ['50%', '50%25'],
  ['50%25', '50%2525'],
  ['a/b', 'a%2Fb'],
  ['a#b?c', 'a%23b%3Fc'],
];

for (const [identity, segment] of identities) {
  scenario(
    `the identity ${JSON.stringify(identity)} is dialled as ${segment}, with the query of the address behind it (T-01, fault 3)`,
    { identity, defaults: { 'backend.path': '/base/?tenant=7' } },
    async (world) => {
      const url = world.backend.attempts[0]?.url ?? '';
      assert.ok(url.endsWith(`/base/${segment}?tenant=7`), url);
      assert.ok(!url.replace('://', '').includes('//'), url);
      assert.ok(world.backend.online(identity), 'the backend reads back the very identity');
    },
  );
}

scenario(
  'a path with slashes at both ends, or none at all, gives one slash before the identity (T-01, fault 3)',
  { only: 'virtual' },
  async (world) => {
    for (const [path, url] of [
      ['/ocpp/', 'ws://backend.test/ocpp/CS-1'],
      ['ocpp', 'ws://backend.test/ocpp/CS-1'],
      ['/', 'ws://backend.test/CS-1'],
    ] as const) {
      await world.configure({ 'backend.path': path });
      await world.station.applyEndpoint(true);
      await world.pass(2_000);
      await registered(world);
      assert.equal(world.backend.attempts.at(-1)?.url, url, path);
    }
  },
);

scenario(
  'no identity above 48 characters is taken, and none with a colon beside a password (T-02)',
  {},
  async (world) => {
    const password = { key: 'AuthorizationKey', value: '00112233445566778899aabbccddeeff' };
    assert.equal((await ask(world, 'ChangeConfiguration', password))['status'], 'Accepted');
    await world.until('a connection with the password', () => world.backend.attempts.at(-1)?.authorized === true);
    await registered(world);
    for (const value of ['x'.repeat(49), 'a:b']) await changeKey(world, 'ChargePointId', value, 'Rejected');
    assert.equal((await readKey(world, 'ChargePointId'))?.['value'], 'CS-1');
    await changeKey(world, 'ChargePointId', 'x'.repeat(48), 'RebootRequired');
    await reset(world);
    await world.until('the longest identity to dial', () => world.backend.online('x'.repeat(48)));
  },
);

for (const name of [null, 'ocpp2.0.1', 'OCPP1.6'] as const) {
  scenario(
    `a backend that selects ${name ?? 'no sub-protocol'} is left without a frame, and dialled again later (T-03, T-04, fault 1)`,
    { unregistered: true, ...(name === 'OCPP1.6' ? { only: 'virtual' } : {}) },
    async (world) => {
      await registered(world);
      await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
      await world.pass(1_000);
      world.backend.setRules([{ on: { action: '@connect', times: 2 }, do: { selectSubProtocol: { name } } }]);
      const frames = world.backend.frames.all().length;
      const attempts = world.backend.attempts.length;
      world.backend.disconnect(world.identity, { code: 1001 });
      await world.until('two attempts', () => world.backend.attempts.length === attempts + 2, 300_000);
      await world.pass(500);
      assert.equal(world.backend.frames.all().length, frames, 'nothing was said');
      await registered(world);
      for (const { subProtocols } of world.backend.attempts) assert.deepEqual(subProtocols, ['ocpp1.6']);
      const [, ...gaps] = gapsInSeconds(world.backend.attempts.map(({ monotonicMs }) => monotonicMs));
      assert.ok(
        gaps.every((gap) => gap >= 1),
        `no tight loop: ${gaps.join()}`,
      );
    },
  );
}

scenario(
  'refusals of every kind are answered with another attempt, for ever and ever more slowly (T-05, T-06)',
  { only: 'virtual' },
  async (world) => {
    const failures = [
      { refuseTcp: {} },
      { dnsFailure: {} },
      ...[401, 403, 404, 500, 503].map((status) => ({ refuseUpgrade: { status } })),
    ];
    for (const failure of failures) {
      world.backend.setRules([{ on: { action: '@connect' }, do: failure }]);
      const before = world.backend.attempts.length;
      world.backend.disconnect(world.identity, { drop: true });
      await world.pass(24 * 3_600_000);
      const times = world.backend.attempts.slice(before).map(({ monotonicMs }) => monotonicMs);
      const gaps = gapsInSeconds(times);
      assert.ok(times.length > 100, `${JSON.stringify(failure)}: ${times.length} attempts in a day`);
      assert.ok(
        gaps.every((gap) => gap >= 1),
        'no tight loop',
      );
      assert.ok(Math.max(...gaps.slice(0, 3)) < Math.min(...gaps.slice(8)), 'the waits grow');
      world.backend.setRules([]);
      await world.until('the backend to be reached again', () => world.status().link.kind === 'open', 600_000);
    }
    await registered(world);
  },
);

scenario(
  'frames are JSON arrays of the right length, and every message has an id of its own, also after restarts (T-07, T-08, T-09, T-17, fault 12, fault 13)',
  { defaults: { 'metering.sampleInterval': 5 } },
  async (world) => {
    for (const card of ['CARD1', 'CARD2', 'CARD3']) {
      await startByCard(world, 1, card);
      await world.pass(12_000);
      await endByCard(world, 1, card);
      await world.pass(1_000);
      await (card === 'CARD1' ? reset(world) : world.powerCycle());
      await registered(world);
    }
    await ask(world, 'GetConfiguration', {});
    await askInVain(world, 'Heartbeat');
    const own = world.backend.frames.all().filter(({ direction }) => direction === 'in');
    for (const { text } of own) {
      const [type, id, ...rest] = JSON.parse(text) as [number, string, ...unknown[]];
      assert.equal(rest.length, { 2: 2, 3: 1, 4: 3 }[type], text);
      assert.ok(typeof id === 'string' && id.length > 0 && id.length <= 36, text);
    }
    const ids = world.calls().map(({ id }) => id);
    assert.ok(ids.length > 30, `${ids.length} calls`);
    assert.equal(new Set(ids).size, ids.length, 'no id twice');
  },
);

scenario(
  'one call is on the way at most: a backend that answers nothing hears the next only after MessageTimeout (T-10, fault 9)',
  { only: 'virtual' },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    world.backend.setRules([{ on: { action: '*' }, do: { noAnswer: {} } }]);
    await changeKey(world, 'MessageTimeout', '20');
    world.backend.checker.expect({ callTimeoutMs: 20_000 });
    const before = world.calls().length;
    await world.sim({ action: 'plug', evse: 1 });
    await world.sim({ action: 'plug', evse: 2 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(100_000);
    const times = world
      .calls()
      .slice(before)
      .map(({ atMs }) => atMs);
    assert.ok(times.length >= 3, `${times.length} calls`);
    assert.ok(
      gapsInSeconds(times).every((gap) => gap >= 19.9),
      gapsInSeconds(times).join(),
    );
    world.backend.setRules([]);
  },
);

scenario(
  'calls of the backend are answered at once while an own call waits for its answer (T-11, fault 10, G-05)',
  { only: 'virtual' },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    world.backend.setRules([{ on: { action: 'StatusNotification', times: 1 }, do: { noAnswer: {} } }]);
    await world.sim({ action: 'plug', evse: 1 });
    await world.until('the status', () => world.calls('StatusNotification').length === 4);
    for (const [action, payload] of [
      ['GetConfiguration', {}],
      ['TriggerMessage', { requestedMessage: 'Heartbeat' }],
      ['ChangeConfiguration', { key: 'HeartbeatInterval', value: '60' }],
      ['ClearCache', {}],
      ['DataTransfer', { vendorId: 'nobody' }],
    ] as const) {
      const askedMs = world.time.monotonicMs();
      await ask(world, action, payload);
      assert.ok(world.time.monotonicMs() - askedMs < 1_000, `${action} was answered late`);
    }
    assert.equal(world.calls('Heartbeat').length, 0, 'what was triggered waits for its turn');
    await world.until('the triggered Heartbeat', () => world.calls('Heartbeat').length === 1);
  },
);

scenario(
  'answers that are late, doubled or to nothing at all are dropped without a word, and the link stays (T-12, fault 11)',
  { only: 'virtual' },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    const connections = world.backend.attempts.length;
    const before = world.backend.frames.all().filter(({ direction }) => direction === 'in').length;
    for (const text of [
      '[3,"nobody-asked",{}]',
      '[4,"nobody-asked","InternalError","",{}]',
      `[3,"${world.calls()[0]?.id ?? ''}",{"status":"Rejected","currentTime":"2026-11-22T10:00:00Z","interval":5}]`,
    ]) {
      world.backend.sendText(world.identity, text);
    }
    await world.pass(1_000);
    assert.equal(world.backend.frames.all().filter(({ direction }) => direction === 'in').length, before);
    assert.equal(world.status().registration, 'accepted');
    world.backend.setRules([
      { on: { action: 'Authorize', times: 1 }, do: { duplicateAnswer: { times: 2 } } },
      { on: { action: 'StartTransaction', times: 1 }, do: { duplicateAnswer: { times: 2 } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.pass(5_000);
    await endByCard(world, 1, 'CARD1');
    assert.equal(world.backend.attempts.length, connections, 'the link stays');
    assert.equal(world.backend.ledger.counts.transactions, 1);
  },
);

/** Sends a text as it is and gives what the station says to it within a second. */
async function saidTo(world: World, text: string): Promise<readonly unknown[][]> {
  const before = world.backend.frames.all().length;
  world.backend.sendText(world.identity, text);
  await world.pass(world.kind === 'virtual' ? 1_000 : 3_000);
  return (
    world.backend.frames
      .all()
      .slice(before)
      .filter(({ direction }) => direction === 'in')
      .map((frame) => JSON.parse(frame.text) as unknown[])
      // That the station has started may be told at any time.
      .filter(([, , action]) => action !== 'SecurityEventNotification')
  );
}

scenario(
  'frames that are none are survived: a readable id gets FormationViolation, all else silence (T-13)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    for (const text of ['', 'hello', '{', '{}', 'null', '[]', '[2]', '[7,"a","Reset",{}]', '["2","a","Reset",{}]'])
      assert.deepEqual(await saidTo(world, text), [], text);
    for (const text of ['[2,"a"]', '[2,"a","Reset"]', '[2,"a",7,{}]', '[2,"a","Reset",{},1]']) {
      const [answer] = await saidTo(world, text);
      assert.deepEqual(answer?.slice(0, 3), [4, 'a', 'FormationViolation'], text);
      assert.equal(answer.length, 5);
    }
    assert.equal(world.status().link.kind, 'open');
    assert.equal(world.backend.attempts.length, 1);
  },
);

/** A request, and the code that its breach gets. */
const breaches: readonly (readonly [request: string, code: string])[] = [
  ['"heartbeat",{}', 'NotImplemented'],
  ['"Heartbeat",{}', 'NotSupported'],
  ['"reset",{"type":"Soft"}', 'NotImplemented'],
  ['"NoSuchAction",{}', 'NotImplemented'],
  ['"UpdateFirmware",{"location":"ftp://a/b","retrieveDate":"2030-01-01T00:00:00Z"}', 'NotSupported'],
  ['"Reset",{"type":7}', 'TypeConstraintViolation'],
  ['"RemoteStopTransaction",{"transactionId":"7"}', 'TypeConstraintViolation'],
  ['"ChangeConfiguration",{"key":"HeartbeatInterval"}', 'OccurenceConstraintViolation'],
  ['"Reset",{"type":"Lukewarm"}', 'PropertyConstraintViolation'],
  [`"RemoteStartTransaction",{"idTag":"${'x'.repeat(21)}"}`, 'PropertyConstraintViolation'],
  ['"Reset",{"type":"Soft","extra":1}', 'FormationViolation'],
  ['"Reset",["Soft"]', 'FormationViolation'],
];

scenario(
  'each breach of a schema, and each action that is not served, has its code in the spelling of 1.6 (T-14, T-15, T-16)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    for (const [request, code] of breaches) {
      const [answer] = await saidTo(world, `[2,"breach",${request}]`);
      assert.deepEqual(answer?.slice(0, 3), [4, 'breach', code], request);
      assert.equal(answer.length, 5, request);
      assert.equal(typeof answer[3], 'string');
    }
    assert.equal(world.calls('BootNotification').length, 1, 'nothing was reset');
  },
);

for (const code of ['OccurenceConstraintViolation', 'OccurrenceConstraintViolation', 'FormatViolation']) {
  scenario(
    `${code} of the backend is understood: what can never succeed is not tried again, the next value follows (T-14)`,
    { only: 'virtual', allow: { books: { parkedResends: true } } },
    async (world) => {
      world.backend.checker.expect({ parkedResends: true });
      world.backend.setRules([{ on: { action: 'MeterValues', times: 1 }, do: { callError: { code } } }]);
      await startByCard(world, 1, 'CARD1');
      await world.until('two messages', () => world.calls('MeterValues').length >= 2, 300_000);
      const [first, second] = world.calls('MeterValues');
      assert.notDeepEqual(first?.payload, second?.payload);
      await world.pass(1_000);
      await endByCard(world, 1, 'CARD1');
    },
  );
}

scenario('confirmations without content are {}, and null is taken for one (T-19)', {}, async (world) => {
  await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
  const [answer] = await saidTo(world, '[2,"n","ClearCache",null]');
  assert.deepEqual(answer, [3, 'n', { status: 'Accepted' }]);
  world.backend.setRules([{ on: { action: 'StatusNotification' }, do: { noAnswer: {} } }]);
  await world.sim({ action: 'plug', evse: 1 });
  await world.until('the status', () => world.calls('StatusNotification').length === 4);
  world.backend.sendText(world.identity, `[3,"${world.calls('StatusNotification')[3]?.id ?? ''}",null]`);
  world.backend.setRules([]);
  await world.sim({ action: 'unplug', evse: 1 });
  await world.until('the next status', () => world.calls('StatusNotification').length === 5, 10_000);
  assert.equal(statusOf(world, 1), 'Available');
});

scenario(
  'WebSocketPingInterval: negative is Rejected, a change is in effect without a reconnect, 0 ends the pings (T-21, fault 4)',
  { only: 'virtual' },
  async (world) => {
    await changeKey(world, 'WebSocketPingInterval', '-1', 'Rejected');
    await changeKey(world, 'WebSocketPingInterval', '10');
    await world.pass(60_000);
    const pings = world.wire.of('ping').length;
    assert.ok(pings >= 5, `${pings} pings in a minute`);
    await changeKey(world, 'WebSocketPingInterval', '0');
    await world.pass(60_000);
    assert.equal(world.wire.of('ping').length, pings);
    assert.equal(world.backend.attempts.length, 1);
  },
);

scenario(
  'a pong that stays out ends the connection, and the station comes back by itself (T-21, T-23, fault 4, fault 5)',
  { only: 'virtual', defaults: { 'backend.keepAliveInterval': 10 } },
  async (world) => {
    const silentMs = world.time.monotonicMs();
    world.backend.halfOpen(world.identity);
    await world.until('another attempt', () => world.backend.attempts.length === 2);
    const [, second] = world.backend.attempts;
    assert.ok((second?.monotonicMs ?? 0) - silentMs <= 20_000 + 10_000, 'two intervals, and the first redial');
    await registered(world);
  },
);

for (const code of [1000, 1001, 1011, 1012]) {
  scenario(
    `a close with ${code} brings another connection, not at once, and no BootNotification (T-22, T-23)`,
    {},
    async (world) => {
      await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
      await world.pass(1_000);
      const closedMs = world.time.monotonicMs();
      world.backend.disconnect(world.identity, { code });
      await world.until('another attempt', () => world.backend.attempts.length === 2);
      const [, second] = world.backend.attempts;
      assert.ok((second?.monotonicMs ?? 0) - closedMs >= 1_000, 'after a wait');
      await registered(world);
      await world.until('each status once', () => world.calls('StatusNotification').length === 6);
      assert.equal(world.calls('BootNotification').length, 1);
    },
  );
}
