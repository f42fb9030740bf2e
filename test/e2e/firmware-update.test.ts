import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import type { JsonObject } from '@kerbside/station';
import { CertificateAuthority, startFtpPeer, StrictBackend } from '@kerbside/testkit';

import { root } from '../../tools/source-files.ts';
import { writeConfiguration } from './parts/configuration.ts';
import { startDaemon, type DaemonProcess } from './parts/daemon.ts';
import { ImageServer } from './parts/image-server.ts';
import { Manufacturer, simulatedImage } from './parts/manufacturer.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const identity = 'FIRMWARE-1';
const limitMs = 30_000;

/** A station as a process, its backend, its manufacturer, and a server with images over HTTPS. */
class Street {
  readonly backend: StrictBackend;
  readonly images: ImageServer;
  readonly maker: Manufacturer;
  readonly folder: string;
  readonly #args: readonly string[];
  #daemon: DaemonProcess;

  private constructor(parts: Pick<Street, 'backend' | 'images' | 'maker' | 'folder'>, args: readonly string[]) {
    this.backend = parts.backend;
    this.images = parts.images;
    this.maker = parts.maker;
    this.folder = parts.folder;
    this.#args = args;
    this.#daemon = startDaemon(args);
  }

  static async open(t: TestContext, more: readonly string[] = []): Promise<Street> {
    const folder = temporaryFolder(t);
    const authority = new CertificateAuthority(Date.now());
    const images = await ImageServer.start(t, authority.issue({ commonName: 'files', hosts: ['127.0.0.1'] }));
    const backend = new StrictBackend();
    await backend.start();
    t.after(() => backend.close());
    writeFileSync(join(folder, 'web-root.pem'), authority.cert);
    const config = writeConfiguration(folder, { 'backend.tlsCaFile': join(folder, 'web-root.pem') });
    const args = ['--simulate', '--data', join(folder, 'data'), '--config', config, '--identity', identity];
    const parts = { backend, images, maker: new Manufacturer(folder, 'maker'), folder };
    const street = new Street(parts, [...args, '--backend', `${backend.url}/ocpp`, ...more]);
    t.after(() => street.#daemon.child.kill());
    await street.booted(1);
    const certificate = { certificateType: 'ManufacturerRootCertificate', certificate: street.maker.root };
    assert.deepEqual(await street.call('InstallCertificate', certificate), { status: 'Accepted' });
    return street;
  }

  async call(action: string, payload: JsonObject): Promise<JsonObject> {
    return this.backend.call(identity, action, payload);
  }

  /** Asks for an update, which is taken. */
  async update(request: JsonObject): Promise<void> {
    assert.deepEqual(await this.call('SignedUpdateFirmware', request), { status: 'Accepted' });
  }

  /** How a request went; what was told again after a kill stands here once. */
  statuses(requestId: number): readonly string[] {
    const told = this.backend.frames
      .calls('SignedFirmwareStatusNotification')
      .filter(({ payload }) => payload['requestId'] === requestId)
      .map(({ payload }) => String(payload['status']));
    return told.filter((status, index) => status !== told[index - 1]);
  }

  async told(requestId: number, status: string): Promise<void> {
    const isTold = (): boolean => this.statuses(requestId).includes(status);
    await this.backend.waitFor(isTold, `${status} of request ${requestId}`, limitMs);
  }

  /** The firmware versions that were told at each boot, one after the other. */
  get versions(): readonly string[] {
    return this.backend.frames.calls('BootNotification').map(({ payload }) => String(payload['firmwareVersion']));
  }

  async booted(times: number): Promise<void> {
    await this.backend.waitFor(() => this.versions.length >= times, `boot ${times}`, limitMs);
    await this.backend.waitFor(() => this.backend.online(identity), 'the link', limitMs);
  }

  /** `kill -9`, and the process again. */
  async kill(): Promise<void> {
    await this.#daemon.child.kill();
    this.begin();
  }

  /** The process again. */
  begin(): void {
    this.backend.checker.rebooted(identity);
    this.#daemon = startDaemon(this.#args);
  }

  get daemon(): DaemonProcess {
    return this.#daemon;
  }
}

const wholeStory = ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed'];

test('a signed update over HTTPS: the new image tells its version, and that it is installed (S-17, S-18)', async (t) => {
  const street = await Street.open(t);
  const { maker, images, backend } = street;
  assert.equal(readdirSync(join(street.folder, 'data')).includes('firmware'), false, 'nothing before the first update');
  const image = simulatedImage('2.0.0');
  await street.update(maker.request(1, images.offer('two.bin', image), image));
  await street.told(1, 'Installed');
  assert.deepEqual(street.statuses(1), wholeStory);
  assert.equal(street.versions.at(-1), '2.0.0');
  assert.notEqual(street.versions[0], '2.0.0');
  assert.equal(images.asked, 1);
  await street.kill();
  await street.booted(street.versions.length + 1);
  assert.equal(street.versions.at(-1), '2.0.0', 'it stays');
  assert.deepEqual(backend.finish(), []);
});

test('a signed update from an FTP server of others, with kill -9 after InstallRebooting (S-17)', async (t) => {
  const peer = await startFtpPeer({ user: 'station', password: 'p@ss:word' });
  if (typeof peer === 'string') return t.skip(peer);
  t.after(() => peer.stop());
  const street = await Street.open(t);
  const image = simulatedImage('2.1.0');
  peer.write('firmware.bin', image);
  const address = `ftp://station:p%40ss%3Aword@127.0.0.1:${peer.port}/firmware.bin`;
  await street.update(street.maker.request(2, address, image));
  await street.told(2, 'InstallRebooting');
  await street.kill();
  await street.told(2, 'Installed');
  assert.deepEqual(street.statuses(2), wholeStory);
  assert.equal(street.versions.at(-1), '2.1.0');
  assert.doesNotMatch(`${street.daemon.child.output}${street.daemon.child.errors}`, /p@ss|p%40ss/, 'the log shows it');
  return undefined;
});

test('kill -9 while downloading and while installing: the update goes on with the next start (S-17)', async (t) => {
  const street = await Street.open(t);
  const { maker, images } = street;
  const image = simulatedImage('2.2.0', { bytes: 30_000_000 });
  images.stalls = 1;
  await street.update(maker.request(3, images.offer('large.bin', image), image));
  await street.told(3, 'Downloading');
  await until('the download', () => images.asked === 1);
  await street.kill();
  await street.told(3, 'Installing');
  await street.kill();
  await street.told(3, 'Installed');
  assert.deepEqual(street.statuses(3), wholeStory);
  assert.equal(images.asked, 2, 'what came whole is not fetched again');
  assert.equal(street.versions.at(-1), '2.2.0');
});

test('what goes wrong is told by its name, and the software from before runs on (S-17, S-18)', async (t) => {
  const street = await Street.open(t);
  const { maker, images } = street;
  const [before] = street.versions;
  const good = simulatedImage('3.0.0');
  const failing = (simulate: string): Buffer => simulatedImage('3.0.0', { simulate });
  const offered = (requestId: number, image: Buffer): JsonObject =>
    maker.request(requestId, images.offer(`${requestId}.bin`, image), image);

  await street.update(maker.request(10, images.address('missing.bin'), good));
  await street.told(10, 'DownloadFailed');
  const notSigned = simulatedImage('6.6.6');
  await street.update(maker.request(11, images.offer('other.bin', notSigned), good));
  await street.told(11, 'InvalidSignature');
  const stranger = new Manufacturer(street.folder, 'stranger');
  const foreign = stranger.request(12, images.offer('foreign.bin', good), good);
  assert.deepEqual(await street.call('SignedUpdateFirmware', foreign), { status: 'InvalidCertificate' });
  await street.update(offered(13, failing('installFails')));
  await street.told(13, 'InstallationFailed');
  await street.update(offered(14, failing('unverified')));
  await street.told(14, 'InstallVerificationFailed');
  await street.update(offered(15, failing('cannotRestart')));
  await street.told(15, 'InstallationFailed');
  const boots = street.versions.length;
  await street.update(offered(16, failing('doesNotStart')));
  await street.told(16, 'InstallationFailed');
  assert.ok(street.versions.length > boots, 'it was started');
  assert.deepEqual(new Set(street.versions), new Set([before]));
  assert.deepEqual(street.statuses(16), [...wholeStory.slice(0, -1), 'InstallationFailed']);
  assert.deepEqual(street.statuses(12), []);

  await street.update(offered(17, good));
  await street.told(17, 'Installed');
  assert.equal(street.versions.at(-1), '3.0.0');
});

test('a program installs the firmware, ends the process, and the supervisor starts the new one (S-17)', async (t) => {
  const work = temporaryFolder(t);
  const program = join(work, 'installer');
  const example = join(root, 'examples/firmware/two-folders.sh');
  writeFileSync(program, `#!/bin/sh\nSLOTS='${work}/slots' exec '${example}' "$@"\n`, { mode: 0o755 });
  mkdirSync(join(work, 'slots/slot-a'), { recursive: true });
  writeFileSync(join(work, 'slots/slot-a/version'), '1.0.0\n');
  const street = await Street.open(t, ['--firmware-installer', program]);
  assert.deepEqual(street.versions, ['1.0.0']);
  writeFileSync(join(work, 'version'), '2.3.0\n');
  const image = execFileSync('tar', ['-cf', '-', '-C', work, 'version']);
  await street.update(street.maker.request(4, street.images.offer('two.tar', image), image));
  await street.told(4, 'InstallRebooting');
  assert.equal((await street.daemon.child.ended).code, 9);
  street.begin();
  await street.told(4, 'Installed');
  assert.deepEqual(street.versions, ['1.0.0', '2.3.0']);
  assert.deepEqual(street.statuses(4), wholeStory);
});
