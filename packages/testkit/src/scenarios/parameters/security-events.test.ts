import assert from 'node:assert/strict';

import { FakeFileServer } from '../../fake/fake-file-server.ts';
import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, delivered, readKey, registered } from '../backend-steps.ts';

/** Somebody opens the housing so often. */
async function tamper(world: World, times: number): Promise<void> {
  for (let each = 0; each < times; each++) {
    await world.sim({ action: 'fault', evse: 0, fault: 'tamper', active: true });
    await world.sim({ action: 'fault', evse: 0, fault: 'tamper', active: false });
    // Slower than a flood.
    await world.pass(61_000);
  }
}

function tampers(world: World): number {
  return world
    .calls('SecurityEventNotification')
    .filter(({ payload }) => payload['type'] === 'TamperDetectionActivated').length;
}

const noEvents = [
  { on: { action: 'SecurityEventNotification' }, do: { callError: { code: 'NotSupported' } } },
] as const;

scenario(
  'security.sendEvents: auto stops with the first NotSupported, until the next registration (S-14)',
  { only: 'virtual' },
  async (world) => {
    await delivered(world);
    world.backend.setRules(noEvents);
    await tamper(world, 3);
    assert.equal(tampers(world), 1);
    assert.equal((await readKey(world, 'SecuritySendEvents'))?.['value'], 'auto');
  },
);

scenario(
  'security.sendEvents: on repeats what is refused, and goes on (S-14)',
  { only: 'virtual', defaults: { 'security.sendEvents': 'on' } },
  async (world) => {
    await delivered(world);
    world.backend.setRules(noEvents);
    await tamper(world, 3);
    assert.equal(tampers(world), 3);
    world.backend.setRules([]);
    world.station.resendParked();
    await world.pass(60_000);
    assert.equal(tampers(world), 6);
  },
);

scenario(
  'security.sendEvents: off sends none, also not those that wait; the log keeps them (S-14)',
  { only: 'virtual' },
  async (world) => {
    await delivered(world);
    await world.cutLink();
    await tamper(world, 2);
    await world.configure({ 'security.sendEvents': 'off' });
    await world.restoreLink();
    await registered(world);
    await tamper(world, 2);
    assert.equal(tampers(world), 0);
    const kept = await world.station.securityLog.read();
    assert.equal(kept.filter(({ type }) => type === 'TamperDetectionActivated').length, 4);
    await changeKey(world, 'SecuritySendEvents', 'auto');
    await tamper(world, 1);
    assert.equal(tampers(world), 1);
  },
);

scenario(
  'security.eventQueueSize: the oldest that are not critical go first, then the oldest, and each loss is counted (S-14)',
  { only: 'virtual', defaults: { 'security.eventQueueSize': 20 } },
  async (world) => {
    await delivered(world);
    await world.cutLink();
    for (const each of [0, 1, 2]) {
      await world.configure({ 'backend.tlsVerification': each % 2 === 0 ? 'encryptOnly' : 'strict' });
      await world.pass(700_000);
    }
    await tamper(world, 22);
    const { counters } = world.status().outbox;
    assert.equal(counters.dropped, 5);
    await world.restoreLink();
    await registered(world);
    await delivered(world);
    const told = world.calls('SecurityEventNotification').map(({ payload }) => String(payload['type']));
    assert.deepEqual(
      told.slice(1),
      Array.from({ length: 20 }, () => 'TamperDetectionActivated'),
    );
  },
);

const files = new FakeFileServer();
scenario(
  'security.logSize: the oldest events leave the log, as a backend sees by GetLog (S-14, S-16)',
  { only: 'virtual', files, defaults: { 'security.logSize': 100 } },
  async (world) => {
    await delivered(world);
    await tamper(world, 105);
    await ask(world, 'GetLog', {
      logType: 'SecurityLog',
      requestId: 1,
      log: { remoteLocation: 'http://files.example/' },
    });
    await world.until('the file', () => files.files.length === 1);
    const lines = (files.files[0]?.text ?? '').split('\n').filter((line) => /^\d{4}-/.test(line));
    assert.equal(lines.length, 100);
    assert.ok(lines.every((line) => line.includes('TamperDetectionActivated')));
  },
);

scenario(
  'diagnostics.fileTransferProtocols: what is listed can be used, other schemes are NotSupportedOperation (S-16, F-03)',
  { only: 'virtual', files: new FakeFileServer(() => 0, ['https', 'http']) },
  async (world) => {
    const entry = await readKey(world, 'SupportedFileTransferProtocols');
    assert.deepEqual(entry, { key: 'SupportedFileTransferProtocols', readonly: true, value: 'HTTP,HTTPS' });
    const statuses: string[] = [];
    for (const [requestId, scheme] of ['http', 'https', 'ftp'].entries()) {
      await ask(world, 'GetLog', {
        logType: 'SecurityLog',
        requestId,
        log: { remoteLocation: `${scheme}://files.example/` },
      });
      await world.pass(5_000);
      statuses.push(String(world.calls('LogStatusNotification').at(-1)?.payload['status']));
    }
    assert.deepEqual(statuses, ['Uploaded', 'Uploaded', 'NotSupportedOperation']);
  },
);
