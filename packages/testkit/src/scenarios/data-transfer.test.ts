import assert from 'node:assert/strict';

import type { DataTransferAnswer, DataTransferRequest, DataTransferVendor, Outcome } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, askInVain, registered, reset } from './backend-steps.ts';
import { endByCard, startByCard } from './steps.ts';

/** A vendor as a user of the library registers it. */
const acme: DataTransferVendor = {
  vendorId: 'com.acme',
  messages: {
    Echo: (data) => ({ status: 'accepted', ...(data === null ? {} : { data }) }),
    Refuse: () => ({ status: 'rejected', data: 'not today' }),
    Fail: () => Promise.reject(new Error('a defect of the vendor')),
    '': (_, { station }) => ({ status: 'accepted', data: station }),
  },
};

scenario(
  'an unknown vendor, an unknown message and a refusal are told apart, and what a vendor answers arrives (D-01, fault 60, TC_062)',
  { vendors: [acme] },
  async (world) => {
    const rows: readonly (readonly [request: Readonly<Record<string, string>>, answer: object])[] = [
      [{ vendorId: 'nobody' }, { status: 'UnknownVendorId' }],
      [{ vendorId: 'nobody', messageId: 'Echo', data: 'x' }, { status: 'UnknownVendorId' }],
      [{ vendorId: 'com.acme', messageId: 'Unknown' }, { status: 'UnknownMessageId' }],
      [{ vendorId: 'kerbside' }, { status: 'UnknownMessageId' }],
      [{ vendorId: 'kerbside', messageId: 'constructor' }, { status: 'UnknownMessageId' }],
      [
        { vendorId: 'COM.ACME', messageId: 'echo', data: 'ä{}"' },
        { status: 'Accepted', data: 'ä{}"' },
      ],
      [{ vendorId: 'com.acme', messageId: 'Echo' }, { status: 'Accepted' }],
      [
        { vendorId: 'com.acme', messageId: 'Refuse' },
        { status: 'Rejected', data: 'not today' },
      ],
      [{ vendorId: 'com.acme', messageId: 'Fail' }, { status: 'Rejected' }],
      [{ vendorId: 'com.acme' }, { status: 'Accepted', data: 'CS-1' }],
      [
        { vendorId: 'kerbside', messageId: 'ResendParked' },
        { status: 'Accepted', data: '{"messages":0}' },
      ],
      [{ vendorId: 'org.openchargealliance.iso15118pnc' }, { status: 'UnknownVendorId' }],
      [{ vendorId: 'org.openchargealliance.costmsg', messageId: 'RunningCost' }, { status: 'UnknownVendorId' }],
    ];
    for (const [request, answer] of rows)
      assert.deepEqual(await ask(world, 'DataTransfer', request), answer, JSON.stringify(request));
  },
);

scenario('data of 64 KiB and more are taken and given back whole (D-01)', { vendors: [acme] }, async (world) => {
  for (const length of [65_536, 200_000]) {
    const data = 'é'.repeat(length);
    const answer = await ask(world, 'DataTransfer', { vendorId: 'com.acme', messageId: 'Echo', data });
    assert.deepEqual(answer, { status: 'Accepted', data });
  }
  const tooLong = { vendorId: 'com.acme', messageId: 'Echo', data: 'x'.repeat(300_000) };
  assert.deepEqual(await ask(world, 'DataTransfer', tooLong), { status: 'Rejected' });
});

scenario(
  'data far beyond the limit, or with every character escaped, are answered, and no link is lost for them (D-01)',
  { vendors: [acme], only: 'virtual' },
  async (world) => {
    const boots = world.calls('BootNotification').length;
    for (const length of [262_145, 1_000_000, 3_000_000]) {
      const tooLong = { vendorId: 'com.acme', messageId: 'Echo', data: 'x'.repeat(length) };
      assert.deepEqual(await ask(world, 'DataTransfer', tooLong), { status: 'Rejected' });
    }
    const data = '\u0001'.repeat(262_144);
    assert.deepEqual(await ask(world, 'DataTransfer', { vendorId: 'com.acme', messageId: 'Echo', data }), {
      status: 'Accepted',
      data,
    });
    assert.match(world.status().problems.at(-1)?.text ?? '', /com\.acme Echo was refused: more than 262144 characters/);
    assert.equal(world.calls('BootNotification').length, boots);
    assert.equal(world.status().link.kind, 'open');
  },
);

scenario(
  'data that are no text, and ids that are too long, are refused as the schema says, and the next message is served (D-01)',
  { vendors: [acme], only: 'virtual' },
  async (world) => {
    const echo = { vendorId: 'com.acme', messageId: 'Echo' };
    for (const data of [{ a: 1 }, ['a'], 7, true])
      assert.equal(await askInVain(world, 'DataTransfer', { ...echo, data }), 'TypeConstraintViolation');
    for (const wrong of [
      { messageId: 'Echo' },
      { ...echo, vendorId: 'v'.repeat(256) },
      { ...echo, messageId: 'm'.repeat(51) },
    ])
      assert.match(await askInVain(world, 'DataTransfer', wrong), /Violation$/);
    assert.deepEqual(await ask(world, 'DataTransfer', { ...echo, data: '{"a":1}' }), {
      status: 'Accepted',
      data: '{"a":1}',
    });
  },
);

/** The backend asks for what was given up; how many messages that were. */
async function resendParked(world: World): Promise<number> {
  const answer = await ask(world, 'DataTransfer', { vendorId: 'kerbside', messageId: 'ResendParked' });
  assert.equal(answer['status'], 'Accepted');
  const told: unknown = JSON.parse(String(answer['data']));
  return Number((told as Readonly<Record<string, unknown>>)['messages']);
}

const resendRules = {
  only: 'virtual',
  allow: { books: { parkedResends: true } },
  defaults: {
    'traffic.transactionMessageAttempts': 1,
    'traffic.parkedRetryInterval': 36_000,
    'traffic.backlogRate': 0,
  },
} as const;

scenario(
  'ResendParked: a whole session that waits for its Start goes in order, and nothing is sent while nothing is parked (D-01, Q-03)',
  resendRules,
  async (world) => {
    world.backend.checker.expect({ parkedResends: true });
    assert.equal(await resendParked(world), 0);
    world.backend.setRules([
      { on: { action: 'StartTransaction' }, do: { callError: { code: 'InternalError', booked: false } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.pass(200_000);
    await endByCard(world, 1, 'CARD1');
    await world.until('all to be parked', () => world.status().outbox.waiting === 0);
    const { parked } = world.status().outbox;
    assert.ok(parked >= 4, `${parked} are parked`);
    const starts = world.calls('StartTransaction').length;
    const others = world.calls('StopTransaction').length + world.calls('MeterValues').length;
    // Twice while it is still refused: one attempt of the Start each, and nothing that depends on it.
    for (const attempt of [1, 2]) {
      assert.equal(await resendParked(world), parked);
      await world.pass(30_000);
      assert.equal(world.calls('StartTransaction').length, starts + attempt);
    }
    assert.equal(world.calls('StopTransaction').length + world.calls('MeterValues').length, others);
    world.backend.setRules([]);
    assert.equal(await resendParked(world), parked);
    assert.ok((await resendParked(world)) <= parked);
    await world.until('all to be delivered', () => world.status().outbox.parked === 0, 60_000);
    const sent = world.calls().map(({ action }) => action);
    const session = sent
      .slice(sent.lastIndexOf('StartTransaction'))
      .filter((action) => /Transaction|MeterValues/.test(action));
    assert.deepEqual([session[0], session.at(-1)], ['StartTransaction', 'StopTransaction']);
    assert.equal(session.length, parked, 'each went once');
    assert.deepEqual([world.backend.ledger.counts.transactions, world.backend.ledger.counts.open], [1, 0]);
    assert.equal(await resendParked(world), 0);
  },
);

scenario(
  'ResendParked: what carries signed data goes again too (D-01)',
  {
    ...resendRules,
    evses: [{ signs: true }],
    defaults: { ...resendRules.defaults, 'traffic.eichrechtMessageAttempts': 1 },
  },
  async (world) => {
    world.backend.checker.expect({ parkedResends: true });
    await startByCard(world, 1, 'CARD1');
    world.backend.setRules([
      { on: { action: 'StopTransaction' }, do: { callError: { code: 'InternalError', booked: false } } },
    ]);
    await endByCard(world, 1, 'CARD1');
    await world.until('the Stop to be parked', () => world.status().outbox.parked === 1);
    world.backend.setRules([]);
    assert.equal(await resendParked(world), 1);
    await world.until('the end', () => world.backend.ledger.counts.open === 0, 60_000);
    const [first, second] = world.calls('StopTransaction').map(({ payload }) => payload);
    assert.match(JSON.stringify(second), /SignedData/);
    assert.deepEqual(second, first);
  },
);

scenario(
  'ResendParked: is answered while the registration is pending, and sends once it is accepted (D-01, B-04)',
  resendRules,
  async (world) => {
    world.backend.checker.expect({ parkedResends: true });
    world.backend.setRules([
      { on: { action: 'StartTransaction' }, do: { callError: { code: 'InternalError', booked: false } } },
      { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Pending', interval: 60 } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.until('the Start to be parked', () => world.status().outbox.parked > 0, 60_000);
    await reset(world, 'Soft');
    await world.until('Pending', () => world.status().registration === 'pending', 60_000);
    world.backend.setRules([]);
    const starts = world.calls('StartTransaction').length;
    assert.ok((await resendParked(world)) >= 2);
    await world.pass(20_000);
    assert.equal(world.calls('StartTransaction').length, starts);
    await registered(world);
    await world.until('the session', () => world.status().outbox.parked === 0, 60_000);
    assert.equal(world.backend.ledger.counts.open, 0);
  },
);

scenario(
  'ResendParked of our own vendor sends what was given up once more (D-01, Q-03)',
  {
    only: 'virtual',
    allow: { books: { parkedResends: true } },
    defaults: { 'traffic.transactionMessageAttempts': 1, 'traffic.parkedRetryInterval': 36_000 },
  },
  async (world) => {
    world.backend.checker.expect({ parkedResends: true });
    world.backend.setRules([
      { on: { action: 'StartTransaction', times: 1 }, do: { callError: { code: 'InternalError', booked: false } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.pass(600_000);
    assert.equal(world.backend.ledger.counts.transactions, 0);
    const { status } = await ask(world, 'DataTransfer', { vendorId: 'kerbside', messageId: 'ResendParked' });
    assert.equal(status, 'Accepted');
    await world.until('the start', () => world.backend.ledger.counts.transactions === 1, 60_000);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the end', () => world.backend.ledger.counts.open === 0, 60_000);
  },
);

scenario(
  'the station bears answers that no schema knows, and no answer at all, and goes on (D-02)',
  { vendors: [acme], only: 'virtual' },
  async (world) => {
    const request = { vendorId: 'com.acme', messageId: 'Hello', data: null };
    const kinds: string[] = [];
    for (const answer of [
      { status: 'Whatever' },
      {},
      { status: 'Accepted', data: { a: 1 } },
      { status: 7 },
      { status: 'Accepted', more: 1 },
    ]) {
      world.backend.setRules([{ on: { action: 'DataTransfer' }, do: { answer: { replace: answer } } }]);
      kinds.push((await send(world, request)).kind);
    }
    assert.deepEqual(kinds, ['refused', 'refused', 'refused', 'refused', 'answered']);
    const tooLong = { ...request, data: 'x'.repeat(262_145) };
    await assert.rejects(world.station.dataTransfer(tooLong), /at most 262144/);
    await startByCard(world, 1, 'CARD1');
    assert.equal(world.calls('DataTransfer').length, 5);
  },
);

/** The station sends a message of a vendor. */
async function send(world: World, request: DataTransferRequest): Promise<Outcome<DataTransferAnswer>> {
  let outcome: Outcome<DataTransferAnswer> | undefined;
  void world.station.dataTransfer(request).then((answer) => {
    outcome = answer;
  });
  await world.until('the answer', () => outcome !== undefined);
  assert.ok(outcome !== undefined);
  return outcome;
}

scenario(
  'the station sends messages of registered vendors only, once, and bears every answer (D-02)',
  { vendors: [acme] },
  async (world) => {
    await assert.rejects(
      world.station.dataTransfer({ vendorId: 'nobody', messageId: null, data: null }),
      /not registered/,
    );
    const request = { vendorId: 'com.acme', messageId: 'Hello', data: '{"a":1}' };
    const words = {
      Accepted: 'accepted',
      Rejected: 'rejected',
      UnknownMessageId: 'unknownMessageId',
      UnknownVendorId: 'unknownVendorId',
    } as const;
    for (const [status, word] of Object.entries(words)) {
      world.backend.setRules([
        { on: { action: 'DataTransfer' }, do: { answer: { replace: { status, data: 'seen' } } } },
      ]);
      assert.deepEqual(await send(world, request), { kind: 'answered', answer: { status: word, data: 'seen' } });
    }
    world.backend.setRules([{ on: { action: 'DataTransfer' }, do: { callError: { code: 'NotImplemented' } } }]);
    assert.equal((await send(world, request)).kind, 'refused');
    const sent = world.calls('DataTransfer').map(({ payload }) => payload);
    assert.equal(sent.length, 5, 'nothing was repeated');
    for (const payload of sent) assert.deepEqual(payload, request);
    await world.cutLink();
    assert.equal((await send(world, { ...request, data: null })).kind, 'linkLost');
    await world.restoreLink();
    await world.pass(5_000);
    assert.equal(world.calls('DataTransfer').length, 5, 'and nothing is made up for');
  },
);
