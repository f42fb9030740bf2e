import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { it } from 'node:test';

import type { FirmwareInstaller, InstallerState } from './firmware-installer.ts';

/** A machine with slots, as the suite needs it. */
export interface InstallerBench {
  /** The software begins anew: a new installer over what is on disk. */
  readonly boot: () => FirmwareInstaller;
  /** An image that runs under this version. */
  readonly image: (version: string) => Uint8Array;
  readonly close: () => void;
}

/** Gives an image to an installer and installs it. */
export async function putImage(installer: FirmwareInstaller, update: string, image: Uint8Array): Promise<void> {
  const writer = await installer.stage(update);
  await writer.write(image.subarray(0, 5));
  await writer.write(image.subarray(5));
  await writer.finish();
  await installer.install(update);
}

/** All of an image that is kept; null when none is. */
export async function keptImage(installer: FirmwareInstaller, update: string): Promise<Buffer | null> {
  const kept = await installer.staged(update);
  if (kept === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of kept) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A started installer, with what it told. */
async function booted(bench: InstallerBench): Promise<{ installer: FirmwareInstaller; state: InstallerState }> {
  const installer = bench.boot();
  return { installer, state: await installer.starting() };
}

type Check = (bench: InstallerBench) => Promise<void>;

/** What every `FirmwareInstaller` must do. */
const checks: Readonly<Record<string, Check>> = {
  async 'keeps an image from its beginning, over a restart, and only for its update'(bench) {
    const { installer } = await booted(bench);
    const image = bench.image('2.0.0');
    assert.equal(await keptImage(installer, 'one'), null);
    const writer = await installer.stage('one');
    await writer.write(image);
    assert.equal(await keptImage(installer, 'one'), null, 'it is not whole yet');
    await writer.finish();
    assert.deepEqual(await keptImage(installer, 'one'), Buffer.from(image));
    const { installer: next } = await booted(bench);
    assert.deepEqual(await keptImage(next, 'one'), Buffer.from(image));
    assert.equal(await keptImage(next, 'two'), null);
    const other = await next.stage('two');
    assert.equal(await keptImage(next, 'one'), null, 'there is room for one');
    await other.abandon();
    await other.abandon();
    assert.equal(await keptImage(next, 'two'), null);
  },

  async 'tries an image after the restart, and keeps it once it is confirmed'(bench) {
    const { installer, state: before } = await booted(bench);
    await putImage(installer, 'one', bench.image('2.0.0'));
    await installer.restart();
    const { installer: tried, state } = await booted(bench);
    assert.deepEqual([state.version, state.trial, state.failed], ['2.0.0', 'one', null]);
    assert.notEqual(state.slot, before.slot);
    await tried.confirm();
    await tried.confirm();
    const { state: after } = await booted(bench);
    assert.deepEqual(after, { slot: state.slot, version: '2.0.0', trial: null, failed: null });
  },

  async 'goes back when the station wants it, and tells why'(bench) {
    const { installer, state: before } = await booted(bench);
    await putImage(installer, 'one', bench.image('2.0.0'));
    await installer.restart();
    const { installer: tried } = await booted(bench);
    await tried.rollBack('it does not reach the backend');
    await tried.restart();
    const { state } = await booted(bench);
    assert.deepEqual(state, { ...before, failed: { update: 'one', reason: 'it does not reach the backend' } });
  },

  async 'takes an image after one that went back'(bench) {
    const { installer } = await booted(bench);
    await putImage(installer, 'one', bench.image('2.0.0'));
    await installer.rollBack('it was not wanted');
    const { installer: again, state } = await booted(bench);
    assert.equal(state.failed?.update, 'one');
    await putImage(again, 'two', bench.image('3.0.0'));
    await again.restart();
    const { installer: tried, state: third } = await booted(bench);
    assert.deepEqual([third.version, third.trial], ['3.0.0', 'two']);
    await tried.confirm();
    assert.equal((await booted(bench)).state.failed, null);
  },

  async 'does not go back from an image that is confirmed'(bench) {
    const { installer } = await booted(bench);
    await putImage(installer, 'one', bench.image('2.0.0'));
    await installer.restart();
    const { installer: tried } = await booted(bench);
    await tried.confirm();
    await tried.rollBack('too late');
    assert.deepEqual([(await booted(bench)).state.version, (await booted(bench)).state.failed], ['2.0.0', null]);
  },

  async 'throws away what was kept and what was to be tried'(bench) {
    const { installer, state: before } = await booted(bench);
    await putImage(installer, 'one', bench.image('2.0.0'));
    await installer.discard('other');
    assert.notEqual(await keptImage(installer, 'one'), null);
    await installer.discard('one');
    assert.equal(await keptImage(installer, 'one'), null);
    await assert.rejects(installer.install('one'), { code: 'firmware.refused' });
    assert.deepEqual((await booted(bench)).state, before);
  },

  async 'takes the image of the next update while the one before is being thrown away'(bench) {
    const { installer } = await booted(bench);
    await putImage(installer, 'one', bench.image('2.0.0'));
    const thrownAway = installer.discard('one');
    await putImage(installer, 'two', bench.image('3.0.0'));
    await thrownAway;
    assert.notEqual(await keptImage(installer, 'two'), null);
    await installer.restart();
    assert.equal((await booted(bench)).state.trial, 'two');
  },

  async 'takes another image into the slot of the one before the last'(bench) {
    for (const version of ['2.0.0', '3.0.0', '4.0.0']) {
      const { installer } = await booted(bench);
      await putImage(installer, version, bench.image(version));
      await installer.restart();
      const { installer: tried, state } = await booted(bench);
      assert.deepEqual([state.version, state.trial], [version, version]);
      await tried.confirm();
    }
    assert.equal((await booted(bench)).state.version, '4.0.0');
  },
};

/** Registers the whole suite; `open` gives a machine as it leaves the factory. */
export function installerContract(open: () => InstallerBench): void {
  for (const [title, check] of Object.entries(checks)) {
    void it(title, async () => {
      const bench = open();
      try {
        await check(bench);
      } finally {
        bench.close();
      }
    });
  }
}
