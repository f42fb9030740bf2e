import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMemorySlots, type FirmwareInstaller } from '@kerbside/station';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import {
  firmwareUrl,
  imageOf,
  manufacturer,
  offer,
  signedRequest,
  signedStatuses,
  signedUpdate,
} from './firmware-steps.ts';

const identity = 'CS-1';
const maker = manufacturer();
const image = imageOf('2.0.0');

/** What the backend was told, in order. */
function told(world: PowerWorld): readonly string[] {
  return world.backend.frames
    .calls('SignedFirmwareStatusNotification', identity)
    .map(({ payload }) => String(payload['status']));
}

/** What a status may be followed by: itself, when a power cut hit its telling, or a later one. */
const order = ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed'];

/** Asks for the update until it is answered, and lets it come to its end. */
async function story(plan: CutPlan): Promise<{ readonly world: PowerWorld; readonly accepted: number }> {
  const files = new FakeFileServer();
  files.offered.set(firmwareUrl, image);
  const world = new PowerWorld(plan, { files, installer: createMemorySlots() });
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  let accepted = 0;
  const ask = async (action: string, payload: Parameters<typeof world.backend.call>[2]): Promise<boolean> => {
    if (!world.backend.online(identity)) return false;
    let status: unknown = null;
    const asked = world.backend.call(identity, action, payload);
    void asked.then((answer) => (status = answer['status'])).catch(() => undefined);
    await world.pass(500);
    return status === 'Accepted' || status === 'AcceptedCanceled';
  };
  await world.start();
  await world.pass(5_000);
  const root = { certificateType: 'ManufacturerRootCertificate', certificate: maker.root.cert };
  for (let attempt = 0; attempt < 5 && !(await ask('InstallCertificate', root)); attempt += 1) await world.pass(5_000);
  for (let attempt = 0; attempt < 5 && accepted === 0; attempt += 1) {
    if (await ask('SignedUpdateFirmware', signedRequest(maker, image))) accepted += 1;
    else if (told(world).length > 0) break;
    else await world.pass(5_000);
  }
  await world.pass(120_000);
  return { world, accepted };
}

/** Statuses never go back but to a step that is done again, and the last is Installed, told once. */
function assertWhole({ world }: Awaited<ReturnType<typeof story>>, what: string): void {
  const statuses = told(world);
  assert.equal(statuses.at(-1), 'Installed', `${what}: ${statuses.join(', ')}`);
  const installed = statuses.filter((status) => status === 'Installed');
  assert.ok(installed.length <= 2, `${what}: ${statuses.join(', ')}`);
  for (const [index, status] of statuses.entries()) {
    const before = statuses[index - 1];
    const goesOn = before === undefined || order.indexOf(status) >= order.indexOf(before);
    assert.ok(goesOn, `${what}: ${status} after ${before}`);
  }
  const events = world.backend.frames.calls('SecurityEventNotification', identity);
  assert.ok(
    events.some(({ payload }) => payload['type'] === 'FirmwareUpdated'),
    `${what}: FirmwareUpdated was never told (S-14)`,
  );
  const boots = world.backend.frames.calls('BootNotification', identity);
  assert.equal(boots.at(-1)?.payload['firmwareVersion'], '2.0.0', what);
  const firstInstalled = world.backend.frames.calls('SignedFirmwareStatusNotification', identity);
  const at = firstInstalled.find(({ payload }) => payload['status'] === 'Installed')?.atMs ?? 0;
  const newSoftware = boots.find(({ payload }) => payload['firmwareVersion'] === '2.0.0')?.atMs ?? Infinity;
  assert.ok(newSoftware <= at, `${what}: Installed was told before the new software ran`);
  assert.ok(
    world.station?.status().evses.every(({ status }) => status === 'Available'),
    `${what}: a connector stays out of service`,
  );
}

test('power may go before or after any durable step of a signed update: it is carried out all the same, and Installed is told by the new software only (S-17, S-18)', async () => {
  const calm = await story({});
  assert.equal(calm.accepted, 1);
  assert.deepEqual(told(calm.world), order);
  const steps = calm.world.durableSteps;
  await calm.world.end();
  assert.ok(steps >= 10, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step += 1) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const end = await story(plan);
      assertWhole(end, JSON.stringify(plan));
      await end.world.end();
    }
  }
});

/** An installer that is cut from its power before or after a step of its own. */
function cutAt(
  inner: FirmwareInstaller,
  cut: { readonly step: number; readonly after: boolean },
  onCut: () => void,
): FirmwareInstaller & { readonly steps: () => number } {
  let steps = 0;
  const through = async <T>(work: () => Promise<T>): Promise<T> => {
    steps += 1;
    if (steps !== cut.step) return work();
    if (cut.after) await work();
    onCut();
    return new Promise<T>(() => undefined);
  };
  return {
    simulated: true,
    maxImageBytes: inner.maxImageBytes,
    steps: () => steps,
    starting: () => inner.starting(),
    staged: (update) => inner.staged(update),
    stage: async (update) => {
      const writer = await through(() => inner.stage(update));
      return { ...writer, write: (piece) => writer.write(piece), finish: () => through(() => writer.finish()) };
    },
    install: (update) => through(() => inner.install(update)),
    restart: () => inner.restart(),
    confirm: () => through(() => inner.confirm()),
    rollBack: (reason) => through(() => inner.rollBack(reason)),
    discard: (update) => through(() => inner.discard(update)),
  };
}

for (const after of [false, true]) {
  for (let step = 1; step <= 4; step += 1) {
    test(`power goes ${after ? 'after' : 'before'} step ${step} of the installer: the update is carried out all the same (S-17)`, async () => {
      const files = new FakeFileServer();
      let cycle: () => void = () => undefined;
      const installer = cutAt(createMemorySlots(), { step, after }, () => cycle());
      const world = await createVirtualWorld({ files, installer });
      cycle = () => void world.station.powerCycle();
      await world.until('registration', () => world.status().registration === 'accepted');
      await offer(world, files, maker, image);
      assert.equal(await signedUpdate(world, maker, image), 'Accepted');
      await world.until('the end', () => signedStatuses(world).at(-1) === 'Installed 11', 300_000);
      assert.ok(installer.steps() >= 4, 'fewer steps than are cut');
      await world.end();
    });
  }
}
