import assert from 'node:assert/strict';

import { FakeBackend } from '../fake/fake-backend.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';

type Report = Awaited<ReturnType<World['station']['doctor']>>;

/** Lets the doctor look while time passes. */
async function look(world: World, disconnect = false): Promise<Report> {
  let report: Report | undefined;
  const looking = world.station.doctor({ disconnect }).then((found) => (report = found));
  await world.until('the doctor to be done', () => report !== undefined);
  return looking;
}

function step(report: Report, id: string): Report['steps'][number] {
  const found = report.steps.find((one) => one.step === id);
  assert.ok(found !== undefined, `there is no step ${id}`);
  return found;
}

scenario(
  'the doctor leaves an open link alone: no second connection, and the last steps are told by the link (T-24, fault 7)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    const report = await look(world);
    assert.equal(report.mode, 'besideLink');
    assert.equal(report.verdict, 'ok');
    assert.match(step(report, 'upgrade').text, /is open since/);
    assert.match(step(report, 'subProtocol').text, /selected ocpp1\.6/);
    assert.match(step(report, 'boot').text, /accepted the station/);
    assert.equal(world.wire.of('connect').length, 1);
    assert.equal(world.backend.attempts.length, 1);
    assert.equal(world.calls('BootNotification').length, 1);
    assert.equal(world.status().link.kind, 'open');
  },
);

scenario(
  'asked to disconnect, the doctor watches one clean reconnect of the station and never opens a second socket (T-24, T-22, fault 7)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    const report = await look(world, true);
    assert.equal(report.mode, 'watched');
    assert.notEqual(report.verdict, 'failed');
    assert.equal(step(report, 'upgrade').verdict, 'ok');
    assert.equal(step(report, 'boot').verdict, 'ok');
    assert.match(report.notes.join(), /BootNotification was not sent again/);
    const ends = world.wire.events.filter(({ kind }) => kind === 'connect' || kind === 'close');
    assert.deepEqual(
      ends.map(({ kind, attempt }) => `${kind} ${attempt}`),
      ['connect 1', 'close 1', 'connect 2'],
    );
    assert.equal(world.calls('BootNotification').length, 1);
  },
);

scenario(
  'the doctor makes a station that waits try at once, and tells what the refusal means (T-05)',
  { only: 'strict' },
  async (world) => {
    world.backend.setRules([{ on: { action: '@connect' }, do: { refuseUpgrade: { status: 401 } } }]);
    await world.cutLink();
    await world.restoreLink();
    await world.until('a refusal', () => world.status().link.kind === 'backingOff');
    const before = world.backend.attempts.length;
    const report = await look(world);
    assert.equal(report.mode, 'watched');
    assert.match(step(report, 'upgrade').text, /answered 401.*password is missing or wrong\. No password was sent/);
    assert.equal(step(report, 'tcp').verdict, 'ok');
    assert.equal(step(report, 'boot').verdict, 'skipped');
    assert.equal(world.backend.attempts.length, before + 1);
    world.backend.setRules([]);
    await world.until('registration', () => world.status().link.kind === 'open', 400_000);
  },
);

scenario(
  'the doctor tells what the backend said to BootNotification: rejected, and how far its clock is ahead (B-05)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    const currentTime = new Date(world.status().clock.nowMs + 7_200_000).toISOString();
    world.backend.setRules([
      {
        on: { action: 'BootNotification', times: 1 },
        do: { answer: { replace: { status: 'Rejected', interval: 60, currentTime } } },
      },
    ]);
    await world.powerCycle();
    await world.until('the rejection', () => world.status().registration === 'rejected');
    const report = await look(world);
    assert.equal(step(report, 'boot').verdict, 'failed');
    assert.match(step(report, 'boot').text, /rejected the station.*60 s\. The backend’s clock is 120 min ahead/);
    await world.until('registration', () => world.status().registration === 'accepted', 200_000);
  },
);

scenario(
  'a link that always dies of the same silence is told in status, log and doctor, with the keep-alive that prevents it (T-23)',
  { only: 'virtual', defaults: { 'backend.keepAliveInterval': 0, 'backend.heartbeatInterval': 900 } },
  async (world) => {
    assert.ok(world.backend instanceof FakeBackend);
    const { network } = world.backend;
    const idleMs = 100_000;
    for (let round = 0; round < 3; round += 1) {
      assert.equal(world.status().silence, null);
      await world.until('the link', () => world.status().link.kind === 'open');
      await world.pass(10_000);
      const lastMs = world.backend.frames.all().at(-1)?.atMs ?? 0;
      await world.pass(lastMs + idleMs - world.time.systemWallMs());
      network.reset();
      await world.until('the loss', () => world.status().link.kind !== 'open');
    }
    const { silence, problems } = world.status();
    assert.equal(silence?.seconds, 100);
    assert.match(silence?.text ?? '', /always dies 100 s after the last frame \(3 of the last 3 losses\)/);
    assert.ok(
      problems.some(({ text }) => /always dies 100 s.*WebSocketPingInterval .* below 100, such as 80/.test(text)),
    );
    await world.until('the link', () => world.status().link.kind === 'open');
    assert.deepEqual((await look(world)).silence, silence);
    await world.configure({ 'backend.keepAliveInterval': '80' });
    assert.match(world.status().silence?.remedy ?? '', /keep-alive of 80 s.*nothing to do/);
  },
);
