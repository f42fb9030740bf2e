import assert from 'node:assert/strict';

import type { DataTransferAnswer, DataTransferRequest, DataTransferVendor, Outcome } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { startByCard } from './steps.ts';

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
