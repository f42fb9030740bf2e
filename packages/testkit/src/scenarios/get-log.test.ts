import assert from 'node:assert/strict';

import { createMemoryStore, type JsonObject, type TransferOutcome } from '@kerbside/station';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';
import { unzipped } from './unzipped.ts';

const location = 'https://files.example/logs/';

function getLog(world: World, more: JsonObject = {}): Promise<JsonObject> {
  return ask(world, 'GetLog', { logType: 'SecurityLog', requestId: 7, log: { remoteLocation: location }, ...more });
}

/** The statuses of uploads that the backend was told, with their numbers. */
function statuses(world: World): readonly string[] {
  return world
    .calls('LogStatusNotification')
    .map(({ payload }) => `${String(payload['status'])} ${String(payload['requestId'] ?? 'without')}`);
}

async function untilTold(world: World, count: number): Promise<void> {
  await world.until(`${count} statuses`, () => statuses(world).length >= count);
}

for (const [logType, expected] of [
  ['SecurityLog', /## Security events\n\S+Z StartupOfTheDevice/],
  ['DiagnosticsLog', /-> \[2,"[^"]+","BootNotification"/],
] as const) {
  const files = new FakeFileServer();
  scenario(
    `GetLog of the ${logType} is Accepted with a file name, then Uploading and Uploaded, and the file is where it was wanted (S-16, TC_079)`,
    { files },
    async (world) => {
      await world.until('the first event', () => world.calls('SecurityEventNotification').length > 0);
      const before = files.files.length;
      const answer = await getLog(world, { logType });
      assert.equal(answer['status'], 'Accepted');
      await untilTold(world, 2);
      assert.deepEqual(statuses(world), ['Uploading 7', 'Uploaded 7']);
      const [file] = files.files.slice(before);
      assert.ok(file !== undefined);
      assert.equal(file.fileName, answer['filename']);
      assert.match(file.fileName, /^CS-1-\w+-\d{4}-\d\d-\d\dT[\d-]+Z\.(log|zip)$/);
      const isArchive = file.fileName.endsWith('.zip');
      assert.equal(isArchive, logType === 'DiagnosticsLog');
      assert.match(isArchive ? (unzipped(file.bytes).get('messages.txt') ?? '') : file.text, expected);
      // An answer comes before what it speaks of.
      const frames = world.backend.frames.all().filter(({ text }) => /filename|"Uploading"/.test(text));
      assert.match(frames[0]?.text ?? '', /filename/);
    },
  );
}

/** What ends an upload, and the status for it. */
const endings: readonly (readonly [
  name: string,
  request: JsonObject,
  next: readonly TransferOutcome[],
  told: readonly string[],
])[] = [
  ['an address that is none', { log: { remoteLocation: 'nowhere' } }, [], ['BadMessage 7']],
  [
    'a scheme that is not built',
    { log: { remoteLocation: 'gopher://files.example/' } },
    [],
    ['NotSupportedOperation 7'],
  ],
  [
    'a period that ends before it begins',
    {
      log: {
        remoteLocation: location,
        oldestTimestamp: '2026-11-22T12:00:00Z',
        latestTimestamp: '2026-11-21T12:00:00Z',
      },
    },
    [],
    ['BadMessage 7'],
  ],
  [
    'a server that wants another password',
    {},
    [{ kind: 'denied', problem: '403' }],
    ['Uploading 7', 'PermissionDenied 7'],
  ],
  [
    'a server that fails, without retries',
    {},
    [{ kind: 'failed', problem: '500' }],
    ['Uploading 7', 'UploadFailure 7'],
  ],
  [
    'a server that fails more often than it is tried again',
    { retries: 2, retryInterval: 10 },
    [
      { kind: 'failed', problem: '500' },
      { kind: 'failed', problem: '500' },
      { kind: 'failed', problem: '500' },
    ],
    ['Uploading 7', 'UploadFailure 7'],
  ],
  [
    'a server that takes it at the second retry',
    { retries: 2, retryInterval: 10 },
    [
      { kind: 'failed', problem: '500' },
      { kind: 'failed', problem: '500' },
    ],
    ['Uploading 7', 'Uploaded 7'],
  ],
];

for (const [name, request, next, told] of endings) {
  const files = new FakeFileServer();
  scenario(
    `GetLog with ${name}: ${told.join(', ')} (S-16, F-07, fault 53)`,
    { only: 'virtual', files },
    async (world) => {
      files.next.push(...next);
      assert.equal((await getLog(world, request))['status'], 'Accepted');
      await world.pass(60_000);
      assert.deepEqual(statuses(world), told);
    },
  );
}

const waits = new FakeFileServer();
scenario(
  'retries are re-tries, with the interval between them (S-16, F-02)',
  { only: 'virtual', files: waits },
  async (world) => {
    waits.next.push({ kind: 'failed', problem: '500' }, { kind: 'failed', problem: '500' });
    const beganMs = world.time.monotonicMs();
    await getLog(world, { retries: 2, retryInterval: 30 });
    await world.until('the end', () => statuses(world).length === 2);
    assert.equal(waits.attempts.length, 3);
    assert.ok(Math.abs(world.time.monotonicMs() - beganMs - 60_000) < 100);
  },
);

const stalled = new FakeFileServer();
scenario(
  'a server that takes nothing delays no other answer, and is given up; a second request cancels the first (S-16, G-05)',
  { only: 'virtual', files: stalled },
  async (world) => {
    stalled.next.push('hang');
    assert.equal((await getLog(world))['status'], 'Accepted');
    await untilTold(world, 1);
    await ask(world, 'GetConfiguration', { key: ['HeartbeatInterval'] });
    assert.equal(
      (await ask(world, 'ExtendedTriggerMessage', { requestedMessage: 'LogStatusNotification' }))['status'],
      'Accepted',
    );
    await untilTold(world, 2);
    const second = await getLog(world, { requestId: 8 });
    assert.equal(second['status'], 'AcceptedCanceled');
    assert.equal(typeof second['filename'], 'string');
    await untilTold(world, 4);
    assert.deepEqual(statuses(world), ['Uploading 7', 'Uploading 7', 'Uploading 8', 'Uploaded 8']);
    stalled.next.push('hang');
    await getLog(world, { requestId: 9 });
    await world.pass(61_000);
    assert.deepEqual(statuses(world).slice(4), ['Uploading 9', 'UploadFailure 9']);
  },
);

const cut = new FakeFileServer();
scenario(
  'an upload that a power cut ended is told as failed after the restart, once (S-16)',
  { only: 'virtual', files: cut, store: createMemoryStore() },
  async (world) => {
    cut.next.push('hang');
    await getLog(world);
    await untilTold(world, 1);
    await world.powerCycle();
    await registered(world);
    await untilTold(world, 2);
    await world.pass(5_000);
    await world.powerCycle();
    await registered(world);
    await world.pass(10_000);
    assert.deepEqual(statuses(world), ['Uploading 7', 'UploadFailure 7']);
  },
);

const lost = new FakeFileServer();
scenario(
  'a status that the link cut is told when it is back (S-16)',
  { only: 'virtual', files: lost },
  async (world) => {
    lost.next.push({ kind: 'failed', problem: '500' });
    await getLog(world, { retries: 1, retryInterval: 60 });
    await untilTold(world, 1);
    await world.cutLink();
    await world.pass(120_000);
    await world.restoreLink();
    await registered(world);
    await untilTold(world, 2);
    assert.deepEqual(statuses(world), ['Uploading 7', 'Uploaded 7']);
  },
);

const period = new FakeFileServer();
scenario('only what happened in the period is in the log (S-16)', { only: 'virtual', files: period }, async (world) => {
  await world.pass(600_000);
  await world.sim({ action: 'fault', evse: 0, fault: 'tamper', active: true });
  await world.pass(1_000);
  const oldestTimestamp = new Date(world.time.systemWallMs() - 300_000).toISOString();
  await getLog(world, { log: { remoteLocation: location, oldestTimestamp } });
  await untilTold(world, 2);
  const text = period.files[0]?.text ?? '';
  assert.match(text, /TamperDetectionActivated/);
  assert.doesNotMatch(text, /StartupOfTheDevice/);
});
