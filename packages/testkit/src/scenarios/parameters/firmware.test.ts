import assert from 'node:assert/strict';

import { FakeFileServer } from '../../fake/fake-file-server.ts';
import { scenario } from '../../world/scenario.ts';
import { ask, askInVain } from '../backend-steps.ts';
import {
  bootedVersions,
  firmwareUrl,
  imageOf,
  manufacturer,
  offer,
  plainStatuses,
  signedStatuses,
  signedUpdate,
  untilStatus,
} from '../firmware-steps.ts';

const request = { location: firmwareUrl, retrieveDate: '2020-01-01T00:00:00Z' };

scenario(
  'firmware.acceptUnsigned: UpdateFirmware is NotSupported until the manufacturer allows it, and is served from then on',
  { only: 'virtual', files: new FakeFileServer() },
  async (world) => {
    assert.equal(await askInVain(world, 'UpdateFirmware', request), 'NotSupported');
    await world.configure({ 'firmware.acceptUnsigned': 'true' });
    assert.deepEqual(await ask(world, 'UpdateFirmware', request), {});
    await untilStatus(world, 'DownloadFailed');
    assert.deepEqual(plainStatuses(world), ['Downloading', 'DownloadFailed']);
  },
);

{
  const files = new FakeFileServer();
  scenario(
    'firmware.trialTimeout: new firmware that does not reach the backend in time goes back, and InstallationFailed is told by the one from before (S-17)',
    { only: 'virtual', files },
    async (world) => {
      await world.configure({ 'firmware.trialTimeout': '120' });
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, files, maker, image);
      await signedUpdate(world, maker, image);
      await untilStatus(world, 'InstallRebooting');
      world.backend.setRules([{ on: { action: '@connect' }, do: { refuseUpgrade: { status: 503 } } }]);
      await world.pass(110_000);
      assert.equal(world.station.parameters.get('station.firmwareVersion'), '2.0.0', 'the new firmware still tries');
      await world.pass(900_000);
      assert.notEqual(world.station.parameters.get('station.firmwareVersion'), '2.0.0', 'the new firmware went back');
      world.backend.setRules([]);
      await world.until('the end', () => signedStatuses(world).at(-1) === 'InstallationFailed 11', 900_000);
      assert.ok(!bootedVersions(world).includes('2.0.0'));
    },
  );
}

{
  const files = new FakeFileServer();
  scenario(
    'firmware.trialTimeout = 0: new firmware that starts stays, whether it reaches the backend or not',
    { only: 'virtual', files },
    async (world) => {
      await world.configure({ 'firmware.trialTimeout': '0' });
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, files, maker, image);
      await signedUpdate(world, maker, image);
      await untilStatus(world, 'InstallRebooting');
      world.backend.setRules([{ on: { action: '@connect' }, do: { refuseUpgrade: { status: 503 } } }]);
      await world.pass(3_600_000);
      assert.equal(world.station.parameters.get('station.firmwareVersion'), '2.0.0');
      world.backend.setRules([]);
      await world.until('the end', () => signedStatuses(world).at(-1) === 'Installed 11', 900_000);
    },
  );
}
