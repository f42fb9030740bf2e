import assert from 'node:assert/strict';

import { createMemorySlots, type FirmwareInstaller, type KerbsideError } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { FakeFileServer } from '../fake/fake-file-server.ts';
import { ask } from './backend-steps.ts';
import {
  bootedVersions,
  eventsOf,
  imageOf,
  manufacturer,
  offer,
  plainStatuses,
  signedStatuses,
  signedUpdate,
  untilStatus,
} from './firmware-steps.ts';
import { install } from './root-steps.ts';
import { endByCard, startByCard, statusOf, untilReported } from './steps.ts';
import { maker, pieces, proofOf, upload } from './upload-steps.ts';

const by = manufacturer();
const image = imageOf('2.0.0');

/** The refusal that something ends with, as code and text. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('it was not refused'),
    (thrown: KerbsideError) => thrown,
  );
  return `${error.code}: ${error.message}`;
}

function trust(world: World): Promise<unknown> {
  return install(world, by.root.cert, 'ManufacturerRootCertificate');
}

function firmware(world: World): ReturnType<World['status']>['firmware'] {
  return world.status().firmware;
}

/** Slots that take their time to install, until they are let go. */
function slow(): { readonly installer: FirmwareInstaller; readonly letGo: () => void } {
  const inner = createMemorySlots();
  const { promise, resolve } = Promise.withResolvers<void>();
  const installer: FirmwareInstaller = {
    simulated: true,
    maxImageBytes: inner.maxImageBytes,
    starting: () => inner.starting(),
    stage: (update) => inner.stage(update),
    staged: (update) => inner.staged(update),
    install: async (update) => {
      await promise;
      await inner.install(update);
    },
    restart: () => inner.restart(),
    confirm: () => inner.confirm(),
    rollBack: (reason) => inner.rollBack(reason),
    discard: (update) => inner.discard(update),
  };
  return { installer, letGo: resolve };
}

scenario(
  'firmware that a person brings is shown with its publisher, installed on trial, and the backend hears of it by version and event only (M16)',
  {},
  async (world) => {
    await trust(world);
    const uploaded = await upload(world.station, image, by);
    assert.deepEqual(
      { ...uploaded, id: '', sha256: '' },
      {
        id: '',
        state: 'kept',
        received: image.length,
        size: image.length,
        sha256: '',
        publisher: 'Manufacturer firmware',
        version: '2.0.0',
        verified: true,
        refusal: null,
      },
    );
    assert.equal(bootedVersions(world).includes('2.0.0'), false, 'nothing is installed yet');
    await world.station.device.firmware.install(uploaded.id, maker);
    assert.equal(firmware(world).upload, null);
    assert.equal(firmware(world).update?.by, 'Maria');
    await world.until('the end', () => firmware(world).update?.phase === 'over', 120_000);
    await world.until('the event', () => eventsOf(world, 'FirmwareUpdated').length > 0);
    assert.deepEqual([firmware(world).version, firmware(world).update?.status], ['2.0.0', 'installed']);
    assert.equal(firmware(world).update?.problem, null);
    assert.deepEqual(eventsOf(world, 'FirmwareUpdated'), ['2.0.0']);
    assert.equal(bootedVersions(world).at(-1), '2.0.0');
    assert.deepEqual([...signedStatuses(world), ...plainStatuses(world)], [], 'no backend ordered it');
    await untilReported(world, 1, 'Available');
  },
);

{
  const { installer, letGo } = slow();
  scenario(
    'who asks while firmware of a person is installed hears the truth in the form of 1.6, and nothing of an order that there is not (S-21)',
    { only: 'virtual', installer },
    async (world) => {
      await trust(world);
      const { id } = await upload(world.station, image, by);
      await world.station.device.firmware.install(id, maker);
      await world.until('the installation', () => firmware(world).update?.status === 'installing');
      assert.equal(firmware(world).update?.phase, 'installing');
      const requestedMessage = 'FirmwareStatusNotification';
      await ask(world, 'ExtendedTriggerMessage', { requestedMessage });
      await ask(world, 'TriggerMessage', { requestedMessage });
      await world.until('both', () => plainStatuses(world).length + signedStatuses(world).length === 2);
      letGo();
      await world.until('the end', () => firmware(world).update?.phase === 'over', 120_000);
      assert.deepEqual([signedStatuses(world), plainStatuses(world)], [['Idle without'], ['Installing']]);
    },
  );
}

scenario(
  'firmware with a wrong signature, or of another publisher, is kept with what is wrong, never installed, and is a security event (M16, S-18)',
  { only: 'virtual' },
  async (world) => {
    await trust(world);
    await world.configure({ 'firmware.acceptUnsigned': 'true' });
    const { firmware: desk } = world.station.device;
    const wrong = await desk.upload(pieces(image), { ...proofOf(image, by), signature: by.sign(imageOf('9.9.9')) });
    assert.equal(wrong.verified, false);
    assert.match(wrong.refusal?.en ?? '', /signature is not one over this file/);
    assert.match(wrong.refusal?.de ?? '', /Signatur gehört nicht/);
    assert.match(await refusalOf(desk.install(wrong.id, maker)), /^firmware\.refused: .*signature/);
    const foreign = await upload(world.station, image, manufacturer('Somebody'));
    assert.match(foreign.refusal?.en ?? '', /certificate .* signed by no installed root/);
    assert.match(await refusalOf(desk.install(foreign.id, maker)), /^firmware\.refused/);
    await world.until('both events', () => eventsOf(world, 'InvalidFirmwareSigningCertificate').length > 0);
    assert.equal(eventsOf(world, 'InvalidFirmwareSignature').length, 1);
    await desk.discard(foreign.id);
    assert.equal(firmware(world).upload, null);
    assert.match(await refusalOf(desk.discard(foreign.id)), /^firmware\.unknown/);
    assert.equal(bootedVersions(world).includes('2.0.0'), false);
  },
);

scenario(
  'firmware.acceptUnsigned: unsigned firmware of a person is not installed until the manufacturer allows it',
  { only: 'virtual' },
  async (world) => {
    const { firmware: desk } = world.station.device;
    const { id, refusal } = await upload(world.station, image, null);
    assert.match(refusal?.en ?? '', /firmware\.acceptUnsigned/);
    assert.match(await refusalOf(desk.install(id, maker)), /firmware\.acceptUnsigned/);
    await world.configure({ 'firmware.acceptUnsigned': 'true' });
    assert.equal(firmware(world).upload?.refusal, null);
    await desk.install(id, maker);
    await world.until('the end', () => firmware(world).version === '2.0.0', 120_000);
  },
);

scenario(
  'while somebody charges no firmware of a person is taken or installed, and the status says why (M16, F-04)',
  { only: 'virtual' },
  async (world) => {
    await trust(world);
    const { firmware: desk } = world.station.device;
    const { id } = await upload(world.station, image, by);
    await startByCard(world, 1, 'CARD1');
    assert.match(firmware(world).uploadRefusal?.de ?? '', /Ladevorgang/);
    assert.match(firmware(world).upload?.refusal?.en ?? '', /transaction runs/);
    assert.match(await refusalOf(upload(world.station, image, by)), /^firmware\.refused: .*a transaction runs/);
    assert.match(await refusalOf(desk.install(id, maker)), /a transaction runs/);
    assert.equal(firmware(world).upload?.id, id, 'what was uploaded before is still there');
    assert.equal(statusOf(world, 1), 'Charging');
    await endByCard(world, 1, 'CARD1');
    assert.equal(firmware(world).uploadRefusal, null);
    await desk.install(id, maker);
    await world.until('the end', () => firmware(world).version === '2.0.0', 120_000);
  },
);

scenario(
  'an upload that breaks off, falls silent, is too long or too short leaves nothing (M16)',
  { only: 'virtual' },
  async (world) => {
    const { firmware: desk } = world.station.device;
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(image.subarray(0, 8_192));
      throw new Error('the line is gone');
    }
    const unsigned = { signature: null, certificate: null, length: null };
    assert.match(await refusalOf(desk.upload(broken(), unsigned)), /broke off/);
    assert.match(await refusalOf(desk.upload(pieces(new Uint8Array()), unsigned)), /is empty/);
    assert.match(await refusalOf(desk.upload(pieces(image), { ...unsigned, length: 7 })), /another length/);
    assert.match(await refusalOf(desk.upload(pieces(image), { ...unsigned, length: 2 ** 40 })), /longer than the slot/);
    assert.match(
      await refusalOf(desk.upload(pieces(image), { ...unsigned, signature: 'c2ln' })),
      /needs the certificate/,
    );
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(16 * 2 ** 20);
    }
    assert.match(await refusalOf(desk.upload(endless(), unsigned)), /longer than the slot/);
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield image.subarray(0, 10);
      await new Promise(() => undefined);
    }
    const waiting = refusalOf(desk.upload(silent(), unsigned));
    await world.until('the first bytes', () => firmware(world).upload?.received === 10);
    assert.equal(firmware(world).upload?.state, 'receiving');
    assert.match(await refusalOf(desk.upload(pieces(image), unsigned)), /another upload/);
    await world.pass(61_000);
    assert.match(await waiting, /nothing came for a minute/);
    assert.equal(firmware(world).upload, null);
    assert.equal((await desk.upload(pieces(image), unsigned)).state, 'kept');
  },
);

scenario(
  'firmware of a person that does not reach the backend goes back, and says so (M16, S-17)',
  { only: 'virtual' },
  async (world) => {
    await world.configure({ 'firmware.trialTimeout': '120' });
    await trust(world);
    const { id } = await upload(world.station, image, by);
    world.backend.setRules([{ on: { action: '@connect' }, do: { refuseUpgrade: { status: 503 } } }]);
    await world.station.device.firmware.install(id, maker);
    await world.until('the roll-back', () => firmware(world).update?.phase === 'over', 1_800_000);
    assert.match(firmware(world).update?.problem ?? '', /did not reach the backend/);
    assert.notEqual(firmware(world).version, '2.0.0');
    world.backend.setRules([]);
    await world.until('registration', () => world.status().registration === 'accepted', 900_000);
    assert.deepEqual([...signedStatuses(world), ...plainStatuses(world)], []);
  },
);

{
  const files = new FakeFileServer();
  scenario(
    'an update that the backend orders takes the place of uploaded firmware, which is gone then (M16)',
    { only: 'virtual', files },
    async (world) => {
      await offer(world, files, by, imageOf('3.0.0'));
      const { id } = await upload(world.station, image, by);
      assert.equal(await signedUpdate(world, by, imageOf('3.0.0')), 'Accepted');
      assert.equal(firmware(world).upload, null);
      const { firmware: desk } = world.station.device;
      assert.match(await refusalOf(desk.install(id, maker)), /^firmware\.unknown/);
      await world.until('the download', () => firmware(world).update?.phase !== 'scheduled');
      assert.match(await refusalOf(upload(world.station, image, by)), /another update is under way/);
      await untilStatus(world, 'Installed');
      assert.equal(firmware(world).version, '3.0.0');
    },
  );
}
