import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { DataTransferVendor } from '../../dialects/data-transfer.ts';
import { DataTransferDesk } from './data-transfer-desk.ts';

const vendor: DataTransferVendor = {
  vendorId: 'Acme',
  messages: { Echo: (data) => ({ status: 'accepted', ...(data === null ? {} : { data }) }) },
};

function desk(vendors: readonly DataTransferVendor[], problems: string[] = []): DataTransferDesk {
  const scheduler = { request: async () => ({ kind: 'linkLost' }) } as unknown as CallScheduler;
  return new DataTransferDesk({ station: 'S', scheduler, vendors, onProblem: (problem) => problems.push(problem) });
}

test('ids are compared without letter case, and never with what every object has', async () => {
  const { serve } = bound(desk([vendor]));
  assert.equal(await serve('ACME', 'echo'), 'accepted');
  assert.equal(await serve('acme', 'toString'), 'unknownMessageId');
  assert.equal(await serve('acme', null), 'unknownMessageId');
  assert.equal(await serve('constructor', 'Echo'), 'unknownVendorId');
});

test('of two vendors with one id the later counts', async () => {
  const later: DataTransferVendor = { vendorId: 'acme', messages: { Other: () => ({ status: 'rejected' }) } };
  const { serve } = bound(desk([vendor, later]));
  assert.equal(await serve('acme', 'Echo'), 'unknownMessageId');
  assert.equal(await serve('acme', 'Other'), 'rejected');
});

test('what a vendor throws, and data beyond the limit, are refused and told to people', async () => {
  const problems: string[] = [];
  const failing: DataTransferVendor = {
    vendorId: 'acme',
    messages: {
      Fail: () => {
        throw new Error('a defect');
      },
      Echo: () => ({ status: 'accepted' }),
    },
  };
  const { serve } = bound(desk([failing], problems));
  assert.equal(await serve('acme', 'Fail', null), 'rejected');
  assert.equal(await serve('acme', 'Echo', 'x'.repeat(262_144)), 'accepted');
  assert.equal(await serve('acme', 'Echo', 'x'.repeat(262_145)), 'rejected');
  assert.match(problems[0] ?? '', /acme Fail .*a defect/);
  assert.match(problems[1] ?? '', /more than 262144 characters/);
});

test('an answer beyond the limit goes without its data, since it was done, and is told to people', async () => {
  const problems: string[] = [];
  const talkative: DataTransferVendor = {
    vendorId: 'acme',
    messages: { Tell: (data) => ({ status: 'accepted', data: 'x'.repeat(Number(data)) }) },
  };
  const each = desk([talkative], problems);
  const ask = (data: string): ReturnType<typeof each.serve> =>
    each.serve({ vendorId: 'acme', messageId: 'Tell', data });
  assert.equal((await ask('262144')).data?.length, 262_144);
  assert.deepEqual(await ask('262145'), { status: 'accepted', data: null });
  assert.match(problems.join(), /acme Tell was answered without data/);
});

test('data beyond the limit are not sent', async () => {
  const request = { vendorId: 'acme', messageId: 'Echo', data: 'x'.repeat(262_145) };
  await assert.rejects(desk([vendor]).send(request), /at most 262144/);
});

test('messages of vendors that are not registered are not sent (D-02)', async () => {
  const request = { messageId: null, data: null };
  await assert.rejects(desk([vendor]).send({ ...request, vendorId: 'nobody' }), /nobody is not registered/);
  assert.deepEqual(await desk([vendor]).send({ ...request, vendorId: 'ACME' }), { kind: 'linkLost' });
});

/** Gives the status alone. */
function bound(each: DataTransferDesk): {
  serve: (vendorId: string, messageId: string | null, data?: string | null) => Promise<string>;
} {
  return {
    serve: async (vendorId, messageId, data = 'data') => (await each.serve({ vendorId, messageId, data })).status,
  };
}
