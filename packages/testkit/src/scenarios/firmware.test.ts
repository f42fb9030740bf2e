import assert from 'node:assert/strict';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { scenario } from '../world/scenario.ts';
import { ask, askInVain } from './backend-steps.ts';
import {
  bootedVersions,
  eventsOf,
  firmwareUrl,
  imageOf,
  manufacturer,
  offer,
  plainStatuses,
  signedStatuses,
  signedUpdate,
  untilStatus,
} from './firmware-steps.ts';
import { endByCard, reported, startByCard, statusOf, untilReported } from './steps.ts';

const whole = ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed'];
const numbered = (statuses: readonly string[], requestId = 11): string[] =>
  statuses.map((one) => `${one} ${requestId}`);

{
  const files = new FakeFileServer();
  scenario(
    'signed firmware is fetched, verified and installed; Installed is told by the image that runs, with its version and the event FirmwareUpdated (S-17, S-18, TC_080)',
    { files },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, files, maker, image);
      const boots = bootedVersions(world).length;
      assert.equal(await signedUpdate(world, maker, image), 'Accepted');
      await untilStatus(world, 'Installed');
      await world.until('the event', () => eventsOf(world, 'FirmwareUpdated').length > 0);
      assert.deepEqual(signedStatuses(world), numbered(whole));
      assert.deepEqual(bootedVersions(world).slice(boots), ['2.0.0']);
      assert.deepEqual(eventsOf(world, 'FirmwareUpdated'), ['2.0.0']);
      await untilReported(world, 1, 'Available');
      await untilReported(world, 2, 'Available');
      const frames = world.backend.frames.all().map(({ text }) => text);
      const placeOf = (part: string): number => frames.findIndex((text) => text.includes(part));
      assert.ok(placeOf('"Accepted"') < placeOf('"Downloading"'), 'an answer comes before what it speaks of');
      assert.ok(placeOf('"firmwareVersion":"2.0.0"') < placeOf('"Installed"'));
    },
  );
}

{
  const files = new FakeFileServer();
  scenario(
    'firmware whose signature is not right is not installed: InvalidSignature, and the event InvalidFirmwareSignature (S-17, S-18, TC_081)',
    { files },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      const other = Buffer.from(image);
      other[other.length - 1] = 0;
      await offer(world, files, maker, other);
      const boots = bootedVersions(world).length;
      assert.equal(await signedUpdate(world, maker, image), 'Accepted');
      await untilStatus(world, 'InvalidSignature');
      await world.until('the event', () => eventsOf(world, 'InvalidFirmwareSignature').length > 0);
      await world.pass(60_000);
      assert.deepEqual(signedStatuses(world), numbered(['Downloading', 'Downloaded', 'InvalidSignature']));
      assert.equal(bootedVersions(world).length, boots);
      assert.equal(statusOf(world, 1), 'Available');
    },
  );
}

for (const [what, certificate] of [
  ['of another manufacturer', () => manufacturer('Somebody').certificate],
  ['that is none', () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  [
    'that has expired',
    (root: ReturnType<typeof manufacturer>['root']) =>
      root.issue({ commonName: 'old', notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs: Date.UTC(2021, 0, 1) }).cert,
  ],
] as const) {
  scenario(
    `a signing certificate ${what} is InvalidCertificate: nothing is fetched, and the event InvalidFirmwareSigningCertificate is told (S-17)`,
    {},
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, new FakeFileServer(), maker, image);
      const signingCertificate = certificate(maker.root);
      assert.equal(await signedUpdate(world, maker, image, { firmware: { signingCertificate } }), 'InvalidCertificate');
      await world.until('the event', () => eventsOf(world, 'InvalidFirmwareSigningCertificate').length > 0);
      await world.pass(30_000);
      assert.deepEqual(signedStatuses(world), []);
    },
  );
}

scenario('without a root of the manufacturer no certificate is good enough (S-17)', {}, async (world) => {
  assert.equal(await signedUpdate(world, manufacturer(), imageOf('2.0.0')), 'InvalidCertificate');
});

{
  const files = new FakeFileServer();
  scenario(
    'a later request takes the place of one that is not being installed: AcceptedCanceled, and nothing more is told of the first (S-17)',
    { files },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, files, maker, image);
      files.next.push('hang');
      assert.equal(await signedUpdate(world, maker, image), 'Accepted');
      await untilStatus(world, 'Downloading 11');
      assert.equal(await signedUpdate(world, maker, image, { requestId: 12 }), 'AcceptedCanceled');
      await untilStatus(world, 'Installed 12');
      assert.deepEqual(signedStatuses(world), ['Downloading 11', ...numbered(whole, 12)]);
    },
  );
}

{
  const files = new FakeFileServer();
  scenario(
    'while a car charges the installation waits: InstallScheduled, idle connectors are Unavailable, and come back afterwards (S-20, F-04)',
    { files },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, files, maker, image);
      await startByCard(world, 1, 'CARD1');
      assert.equal(await signedUpdate(world, maker, image), 'Accepted');
      await untilStatus(world, 'InstallScheduled');
      await untilReported(world, 2, 'Unavailable');
      await world.pass(60_000);
      assert.equal(statusOf(world, 1), 'Charging');
      assert.equal(signedStatuses(world).at(-1), 'InstallScheduled 11');
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
      await untilStatus(world, 'Installed');
      const verified = [...whole.slice(0, 3), 'InstallScheduled', ...whole.slice(3)];
      assert.deepEqual(signedStatuses(world), numbered(verified));
      await untilReported(world, 2, 'Available');
      assert.ok(
        reported(world, 1).includes('Unavailable'),
        'connector 1 goes out of service at the end of its transaction',
      );
      await world.sim({ action: 'unplug', evse: 1 });
      await untilReported(world, 1, 'Available');
      assert.equal(world.calls('StopTransaction').length, 1);
      await startByCard(world, 2, 'CARD2');
      await endByCard(world, 2, 'CARD2');
    },
  );
}

{
  const files = new FakeFileServer();
  scenario(
    'the times of a request are kept: DownloadScheduled until the one, InstallScheduled until the other (S-17)',
    { files, only: 'virtual' },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, files, maker, image);
      const at = (seconds: number): string => new Date(world.time.systemWallMs() + seconds * 1000).toISOString();
      const firmware = { retrieveDateTime: at(600), installDateTime: at(1_800) };
      const tried = files.attempts.length;
      assert.equal(await signedUpdate(world, maker, image, { firmware }), 'Accepted');
      await world.pass(590_000);
      assert.deepEqual(signedStatuses(world), ['DownloadScheduled 11']);
      assert.equal(files.attempts.length, tried);
      await world.pass(20_000);
      assert.equal(signedStatuses(world).at(-1), 'InstallScheduled 11');
      await world.pass(1_180_000);
      assert.equal(signedStatuses(world).at(-1), 'InstallScheduled 11');
      assert.equal(statusOf(world, 1), 'Available', 'nobody is kept away before the time');
      await world.pass(60_000);
      await untilStatus(world, 'Installed');
    },
  );
}

for (const [simulate, last, statuses] of [
  [
    'installFails',
    'InstallationFailed',
    ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallationFailed'],
  ],
  [
    'unverified',
    'InstallVerificationFailed',
    ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallVerificationFailed'],
  ],
  ['doesNotStart', 'InstallationFailed', [...whole.slice(0, 5), 'InstallationFailed']],
  ['cannotRestart', 'InstallationFailed', [...whole.slice(0, 5), 'InstallationFailed']],
] as const) {
  const files = new FakeFileServer();
  scenario(
    `firmware that ${simulate} ends with ${last}, and the software from before goes on (S-17)`,
    { files },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0', simulate);
      await offer(world, files, maker, image);
      assert.equal(await signedUpdate(world, maker, image), 'Accepted');
      await untilStatus(world, last);
      assert.deepEqual(signedStatuses(world), numbered(statuses));
      assert.ok(!bootedVersions(world).includes('2.0.0'));
      assert.deepEqual(eventsOf(world, 'FirmwareUpdated'), []);
      await world.until('EVSE 1 to be free', () => statusOf(world, 1) === 'Available');
      await startByCard(world, 1, 'CARD1');
      await endByCard(world, 1, 'CARD1');
    },
  );
}

{
  const files = new FakeFileServer();
  scenario(
    'unsigned firmware where the manufacturer allows it: Downloading, Downloaded, Installing, Installed (F-01, S-19, TC_044_1)',
    { files },
    async (world) => {
      await world.configure({ 'firmware.acceptUnsigned': 'true' });
      files.offered.set(firmwareUrl, imageOf('2.0.0'));
      const answer = await ask(world, 'UpdateFirmware', {
        location: firmwareUrl,
        retrieveDate: '2020-01-01T00:00:00Z',
      });
      assert.deepEqual(answer, {});
      await untilStatus(world, 'Installed');
      assert.deepEqual(plainStatuses(world), ['Downloading', 'Downloaded', 'Installing', 'Installed']);
      assert.equal(bootedVersions(world).at(-1), '2.0.0');
    },
  );
}

scenario(
  'unsigned firmware is refused with NotSupported where the manufacturer does not allow it, and nothing starts (S-19)',
  {},
  async (world) => {
    const request = { location: firmwareUrl, retrieveDate: '2020-01-01T00:00:00Z' };
    assert.equal(await askInVain(world, 'UpdateFirmware', request), 'NotSupported');
    await world.pass(10_000);
    assert.deepEqual(plainStatuses(world), []);
  },
);

{
  const files = new FakeFileServer();
  scenario(
    'a download that fails is tried again as often as asked, with the pause that was asked for; then DownloadFailed (F-02, TC_044_2)',
    { files, only: 'virtual' },
    async (world) => {
      await world.configure({ 'firmware.acceptUnsigned': 'true' });
      const tried = files.attempts.length;
      const times: number[] = [];
      const request = { location: firmwareUrl, retrieveDate: '2020-01-01T00:00:00Z', retries: 2, retryInterval: 30 };
      await ask(world, 'UpdateFirmware', request);
      const began = world.time.monotonicMs();
      while (plainStatuses(world).at(-1) !== 'DownloadFailed') {
        await world.pass(1_000);
        while (files.attempts.length - tried > times.length) times.push(world.time.monotonicMs() - began);
      }
      assert.deepEqual(plainStatuses(world), ['Downloading', 'DownloadFailed']);
      assert.deepEqual(
        times.map((ms) => Math.round(ms / 10_000)),
        [0, 3, 6],
      );
    },
  );
}

{
  const files = new FakeFileServer();
  scenario(
    'unsigned firmware that cannot be installed: InstallationFailed, and Idle for who asks afterwards (F-01, TR-03, TC_044_3)',
    { files },
    async (world) => {
      await world.configure({ 'firmware.acceptUnsigned': 'true' });
      files.offered.set(firmwareUrl, imageOf('2.0.0', 'installFails'));
      await ask(world, 'UpdateFirmware', { location: firmwareUrl, retrieveDate: '2020-01-01T00:00:00Z' });
      await untilStatus(world, 'InstallationFailed');
      assert.deepEqual(plainStatuses(world), ['Downloading', 'Downloaded', 'Installing', 'InstallationFailed']);
      await ask(world, 'TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
      await world.until('the answer', () => plainStatuses(world).length === 5);
      assert.equal(plainStatuses(world).at(-1), 'Idle');
      await world.until('EVSE 1 to be free', () => statusOf(world, 1) === 'Available');
    },
  );
}

for (const location of ['not an address', 'sftp://files.example/a.bin', 'https://user:secret@files.example/none.bin']) {
  scenario(
    `firmware at ${location.replace('secret', 'password')} cannot be had: DownloadFailed, and no word of a password (F-03, F-07)`,
    { files: new FakeFileServer() },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, new FakeFileServer(), maker, image);
      assert.equal(await signedUpdate(world, maker, image, { retries: 0, firmware: { location } }), 'Accepted');
      await untilStatus(world, 'DownloadFailed');
      assert.deepEqual(signedStatuses(world), numbered(['Downloading', 'DownloadFailed']));
      assert.ok(!JSON.stringify(world.status()).includes('secret'));
    },
  );
}

{
  const files = new FakeFileServer();
  scenario(
    'whoever asks for the status of firmware hears the last one, and Idle without a number when all is done (S-21, TR-01)',
    { files },
    async (world) => {
      const trigger = (): Promise<unknown> =>
        ask(world, 'ExtendedTriggerMessage', { requestedMessage: 'FirmwareStatusNotification' });
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await trigger();
      await world.until('the first', () => signedStatuses(world).length === 1);
      await offer(world, files, maker, image);
      files.next.push('hang');
      await signedUpdate(world, maker, image);
      await untilStatus(world, 'Downloading');
      await trigger();
      await world.until('the second', () => signedStatuses(world).length === 3);
      await signedUpdate(world, maker, image, { requestId: 12 });
      await untilStatus(world, 'Installed');
      const told = signedStatuses(world).length;
      await trigger();
      await world.until('the third', () => signedStatuses(world).length > told);
      assert.deepEqual(signedStatuses(world).slice(0, 3), ['Idle without', 'Downloading 11', 'Downloading 11']);
      assert.equal(signedStatuses(world).at(-1), 'Idle without');
    },
  );
}
