import assert from 'node:assert/strict';

import type { FakeFileServer } from '../fake/fake-file-server.ts';
import { ask } from './backend-steps.ts';
import { untilMade } from './certificate-steps.ts';
import { timestampAt, type Day, type Happening } from './day-clock.ts';
import {
  bootedVersions,
  eventsOf,
  imageOf,
  manufacturer,
  offer,
  signedStatuses,
  signedUpdate,
} from './firmware-steps.ts';
import { refusedCard } from './reservation-steps.ts';
import { statusOf } from './steps.ts';

const version = '2.7.0';
const logs = 'https://files.example/logs/';

/** What is fetched and sent as files in the course of the day: a log, and new firmware in the night. */
export function filesOf(files: FakeFileServer): readonly Happening[] {
  return [
    { at: '19:35', what: 'a log is wanted', act: askForLog },
    { at: '19:38', what: 'the log is there', act: async () => logArrived(files) },
    { at: '19:41', what: 'diagnostics are wanted', act: (day) => diagnosticsOf(day, files) },
    { at: '01:30', what: 'firmware is offered', act: (day) => offerFirmware(day, files) },
    { at: '02:20', what: 'the firmware waits for the last session', act: waits },
    { at: '02:55', what: 'the new firmware runs', act: async (day) => runs(day) },
  ];
}

async function askForLog({ world }: Day): Promise<void> {
  const request = { logType: 'SecurityLog', requestId: 5, log: { remoteLocation: logs } };
  assert.equal((await ask(world, 'GetLog', request))['status'], 'Accepted');
}

function logArrived({ files }: FakeFileServer): void {
  assert.equal(files.length, 1);
  assert.match(files[0]?.text ?? '', /StartupOfTheDevice/);
}

async function diagnosticsOf({ world }: Day, { files }: FakeFileServer): Promise<void> {
  const { fileName } = await ask(world, 'GetDiagnostics', { location: logs });
  const statuses = (): readonly unknown[] =>
    world.calls('DiagnosticsStatusNotification').map(({ payload }) => payload['status']);
  await untilMade(world, 'the diagnostics', () => statuses().length >= 2);
  assert.deepEqual(statuses(), ['Uploading', 'Uploaded']);
  assert.equal(files.at(-1)?.fileName, fileName);
  assert.equal(files.length, 2);
}

async function offerFirmware(day: Day, files: FakeFileServer): Promise<void> {
  const maker = manufacturer();
  const image = imageOf(version);
  await offer(day.world, files, maker, image);
  const firmware = { retrieveDateTime: timestampAt(day, '01:45'), installDateTime: timestampAt(day, '02:00') };
  assert.equal(await signedUpdate(day.world, maker, image, { firmware }), 'Accepted');
}

/** One still charges, and nobody else can begin. */
async function waits({ world }: Day): Promise<void> {
  assert.deepEqual(
    [1, 2, 3].map((evse) => statusOf(world, evse)),
    ['Unavailable', 'Unavailable', 'Charging'],
  );
  await refusedCard(world, 'SVEN', 1);
  assert.equal(signedStatuses(world).at(-1), 'InstallScheduled 11');
  assert.ok(!bootedVersions(world).includes(version));
}

function runs({ world }: Day): void {
  const way = ['DownloadScheduled', 'Downloading', 'Downloaded', 'SignatureVerified', 'InstallScheduled', 'Installing'];
  assert.deepEqual(
    signedStatuses(world),
    [...way, 'InstallRebooting', 'Installed'].map((status) => `${status} 11`),
  );
  assert.equal(bootedVersions(world).at(-1), version);
  assert.deepEqual(eventsOf(world, 'FirmwareUpdated'), [version]);
  for (const evse of [1, 2, 3]) assert.equal(statusOf(world, evse), 'Available');
}
