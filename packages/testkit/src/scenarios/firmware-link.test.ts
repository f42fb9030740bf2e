import assert from 'node:assert/strict';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { scenario } from '../world/scenario.ts';
import { imageOf, manufacturer, offer, signedStatuses, signedUpdate, untilStatus } from './firmware-steps.ts';
import { endByCard, startByCard, statusOf } from './steps.ts';

const whole = ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed'];

{
  const files = new FakeFileServer();
  scenario(
    'what cannot be told while the link is down is told when it is back, in order and once; the update does not wait for it (S-17)',
    { files, only: 'virtual' },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, files, maker, image);
      const firmware = { retrieveDateTime: new Date(world.time.systemWallMs() + 60_000).toISOString() };
      assert.equal(await signedUpdate(world, maker, image, { firmware }), 'Accepted');
      await untilStatus(world, 'DownloadScheduled');
      await world.cutLink();
      await world.pass(90_000);
      assert.equal(world.station.parameters.get('station.firmwareVersion'), '2.0.0', 'it is on trial by now');
      await world.restoreLink();
      await untilStatus(world, 'Installed');
      assert.deepEqual(
        signedStatuses(world),
        ['DownloadScheduled', ...whole].map((status) => `${status} 11`),
      );
    },
  );
}

{
  const files = new FakeFileServer();
  scenario(
    'a backend that does not know the statuses of firmware gets one, and the firmware is installed all the same (S-17, S-14)',
    { files, only: 'virtual' },
    async (world) => {
      const maker = manufacturer();
      const image = imageOf('2.0.0');
      await offer(world, files, maker, image);
      world.backend.setRules([
        { on: { action: 'SignedFirmwareStatusNotification' }, do: { callError: { code: 'NotImplemented' } } },
      ]);
      assert.equal(await signedUpdate(world, maker, image), 'Accepted');
      await world.until('the new firmware', () => world.station.parameters.get('station.firmwareVersion') === '2.0.0');
      await world.pass(30_000);
      // One for each registration.
      assert.deepEqual(signedStatuses(world), ['Downloading 11', 'Installed 11']);
      await startByCard(world, 1, 'CARD1');
      await endByCard(world, 1, 'CARD1');
      assert.equal(statusOf(world, 1), 'Available');
    },
  );
}
