import assert from 'node:assert/strict';

import { createMemoryStore, type JsonObject, type TransferOutcome } from '@kerbside/station';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';
import { diagnosticsTold, getDiagnostics } from './diagnostics-steps.ts';
import { unzipped } from './unzipped.ts';

async function untilTold(world: World, count: number): Promise<void> {
  await world.until(`${count} statuses`, () => diagnosticsTold(world).length >= count);
}

const files = new FakeFileServer();
scenario(
  'GetDiagnostics names the file, tells Uploading and Uploaded, and brings an archive (F-05, TC_045_1)',
  { files },
  async (world) => {
    const before = files.files.length;
    const { fileName, ...others } = await getDiagnostics(world);
    assert.deepEqual(others, {});
    assert.match(String(fileName), /^CS-1-diagnostics-\d{4}-\d\d-\d\dT[\d-]+Z\.zip$/);
    await untilTold(world, 2);
    assert.deepEqual(diagnosticsTold(world), ['Uploading', 'Uploaded']);
    const [file] = files.files.slice(before);
    assert.ok(file !== undefined);
    assert.equal(file.fileName, fileName);
    assert.match(unzipped(file.bytes).get('messages.txt') ?? '', /-> \[2,"[^"]+","BootNotification"/);
    // An answer comes before what it speaks of.
    const frames = world.backend.frames.all().filter(({ text }) => /fileName|"Uploading"/.test(text));
    assert.match(frames[0]?.text ?? '', /fileName/);
  },
);

const failed: TransferOutcome = { kind: 'failed', problem: 'the server answered 404' };

/** What keeps diagnostics from arriving; it is told once. */
const failures: readonly (readonly [name: string, request: JsonObject, next: readonly TransferOutcome[]])[] = [
  ['a server that fails', {}, [failed]],
  ['a server that fails at every retry', { retries: 2, retryInterval: 10 }, [failed, failed, failed]],
  ['a server that wants another password', {}, [{ kind: 'denied', problem: 'the server answered 401' }]],
  ['an address without a host', { location: 'mailto:logs@example.com' }, []],
  ['an address with a port that is none', { location: 'http://files.example:99999/' }, []],
  ['a scheme that is not built', { location: 'sftp://files.example/' }, []],
];

for (const [name, request, next] of failures) {
  const server = new FakeFileServer();
  scenario(
    `GetDiagnostics with ${name}: Uploading, then UploadFailed, each once (F-05, F-07, TC_045_2, fault 53)`,
    { only: 'virtual', files: server },
    async (world) => {
      server.next.push(...next);
      assert.equal(typeof (await getDiagnostics(world, request))['fileName'], 'string');
      await world.pass(120_000);
      assert.deepEqual(diagnosticsTold(world), ['Uploading', 'UploadFailed']);
    },
  );
}

const retried = new FakeFileServer();
scenario(
  'diagnostics are tried again as often as asked, with the interval between, and told once (F-02, F-05)',
  { only: 'virtual', files: retried },
  async (world) => {
    retried.next.push(failed, failed);
    const beganMs = world.time.monotonicMs();
    await getDiagnostics(world, { retries: 2, retryInterval: 30 });
    await untilTold(world, 2);
    assert.deepEqual(diagnosticsTold(world), ['Uploading', 'Uploaded']);
    assert.equal(retried.attempts.length, 3);
    assert.ok(Math.abs(world.time.monotonicMs() - beganMs - 60_000) < 200);
  },
);

const twice = new FakeFileServer();
scenario(
  'a second request while one uploads ends the first: one final status each, in order; two in a row work (F-05, fault 53)',
  { only: 'virtual', files: twice },
  async (world) => {
    twice.next.push('hang');
    await getDiagnostics(world);
    await untilTold(world, 1);
    await getDiagnostics(world);
    await untilTold(world, 4);
    assert.deepEqual(diagnosticsTold(world), ['Uploading', 'UploadFailed', 'Uploading', 'Uploaded']);
    await getDiagnostics(world);
    await untilTold(world, 6);
    assert.deepEqual(diagnosticsTold(world).slice(4), ['Uploading', 'Uploaded']);
    assert.equal(twice.files.length, 2);
  },
);

const stalled = new FakeFileServer();
scenario(
  'while a server stalls every other CALL is answered, a trigger tells Uploading, and Idle afterwards (F-05, TR-03)',
  { only: 'virtual', files: stalled },
  async (world) => {
    stalled.next.push('hang');
    await getDiagnostics(world);
    await untilTold(world, 1);
    await ask(world, 'GetConfiguration', { key: ['HeartbeatInterval'] });
    const log = { remoteLocation: 'https://files.example/logs/' };
    assert.equal((await ask(world, 'GetLog', { logType: 'SecurityLog', requestId: 4, log }))['status'], 'Accepted');
    await world.until('the log', () => world.calls('LogStatusNotification').length === 2);
    await ask(world, 'TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' });
    await untilTold(world, 2);
    await world.pass(61_000);
    await ask(world, 'TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' });
    await untilTold(world, 4);
    assert.deepEqual(diagnosticsTold(world), ['Uploading', 'Uploading', 'UploadFailed', 'Idle']);
  },
);

const cut = new FakeFileServer();
scenario(
  'an upload of diagnostics that a power cut ended is told as failed after the restart, once (F-05)',
  { only: 'virtual', files: cut, store: createMemoryStore() },
  async (world) => {
    cut.next.push('hang');
    await getDiagnostics(world);
    await untilTold(world, 1);
    await world.powerCycle();
    await registered(world);
    await untilTold(world, 2);
    await world.pass(5_000);
    await world.powerCycle();
    await registered(world);
    await world.pass(10_000);
    assert.deepEqual(diagnosticsTold(world), ['Uploading', 'UploadFailed']);
  },
);

const reset = new FakeFileServer();
scenario(
  'an upload of diagnostics that a Reset ended is told as failed after the restart (F-05)',
  { only: 'virtual', files: reset, store: createMemoryStore() },
  async (world) => {
    reset.next.push('hang');
    await getDiagnostics(world);
    await untilTold(world, 1);
    await ask(world, 'Reset', { type: 'Soft' });
    await world.until('the restart', () => world.calls('BootNotification').length === 2);
    await registered(world);
    await untilTold(world, 2);
    await world.pass(10_000);
    assert.deepEqual(diagnosticsTold(world), ['Uploading', 'UploadFailed']);
  },
);

const lost = new FakeFileServer();
scenario(
  'what becomes of diagnostics while the link is away is told when it is back (F-05)',
  { only: 'virtual', files: lost },
  async (world) => {
    lost.next.push(failed);
    await getDiagnostics(world, { retries: 1, retryInterval: 60 });
    await untilTold(world, 1);
    await world.cutLink();
    await world.pass(120_000);
    await world.restoreLink();
    await registered(world);
    await untilTold(world, 2);
    assert.deepEqual(diagnosticsTold(world), ['Uploading', 'Uploaded']);
  },
);

const period = new FakeFileServer();
scenario(
  'only what happened in the period is in the diagnostics; of a period that has not begun there is nothing (F-05)',
  { only: 'virtual', files: period },
  async (world) => {
    await world.pass(600_000);
    await world.sim({ action: 'fault', evse: 0, fault: 'tamper', active: true });
    await world.pass(1_000);
    const at = (offsetMs: number): string => new Date(world.time.systemWallMs() + offsetMs).toISOString();
    await getDiagnostics(world, { startTime: at(-300_000), stopTime: at(0) });
    await untilTold(world, 2);
    const archive = unzipped(period.files[0]?.bytes ?? new Uint8Array());
    assert.match(archive.get('security-log.txt') ?? '', /TamperDetectionActivated/);
    assert.doesNotMatch(archive.get('security-log.txt') ?? '', /StartupOfTheDevice/);
    assert.doesNotMatch(archive.get('messages.txt') ?? '', /BootNotification/);
    for (const none of [{ startTime: at(-1_000), stopTime: at(-2_000) }, { startTime: at(60_000) }])
      assert.deepEqual(await getDiagnostics(world, none), {});
    await world.pass(10_000);
    assert.deepEqual(diagnosticsTold(world), ['Uploading', 'Uploaded']);
  },
);
