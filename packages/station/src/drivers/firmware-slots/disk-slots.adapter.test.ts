import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, beforeEach, describe, it } from 'node:test';

import type { FirmwareInstaller } from '../../firmware/firmware-installer.ts';
import { installerContract, keptImage, putImage } from '../../firmware/installer-contract.ts';
import { createDiskSlots } from './disk-slots.ts';
import { DiskSlotStorage } from './disk-storage.ts';
import { SimulatedSlots } from './simulated-slots.ts';
import { faultyStorage, simulatedImage } from './test-storage.ts';

describe('simulated slots on disk', () => {
  let root = '';
  let folder = '';
  let made = 0;
  let problems: string[] = [];
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'kb-slots-'));
  });
  after(() => rmSync(root, { recursive: true, force: true }));
  beforeEach(() => {
    folder = join(root, String(made++), 'firmware', 'station');
    problems = [];
  });

  function slots(): FirmwareInstaller {
    return createDiskSlots({ folder, onProblem: (text) => problems.push(text) });
  }

  installerContract(() => ({ boot: slots, image: simulatedImage, close: () => assert.deepEqual(problems, []) }));

  it('have nothing on disk before the first update, and afterwards what only the owner reads', async () => {
    const installer = slots();
    await installer.starting();
    await installer.discard('one');
    await installer.rollBack('nothing runs on trial');
    await installer.confirm();
    assert.equal(existsSync(folder), false);
    await putImage(installer, 'one', simulatedImage('2.0.0'));
    assert.deepEqual(readdirSync(folder).toSorted(), ['slot-b.img', 'staged.img', 'state-0.json', 'state-1.json']);
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
    await slots().starting();
    await slots().confirm();
    assert.deepEqual(readdirSync(folder).toSorted(), ['slot-b.img', 'state-0.json', 'state-1.json']);
  });

  it('run the old or the new image after a cut at each step', async () => {
    for (let stepsUntilCut = 0; ; stepsUntilCut++) {
      folder = join(root, `cut-${stepsUntilCut}`);
      const faulty = faultyStorage(new DiskSlotStorage(folder), { stepsUntilCut, torn: true });
      const installer = new SimulatedSlots({ storage: faulty.storage, factoryVersion: '1.0.0' });
      await installer.starting();
      await putImage(installer, 'one', simulatedImage('2.0.0')).catch(() => undefined);
      if (!faulty.wasCut()) return;
      const { version, trial, failed } = await slots().starting();
      assert.ok((version === '' && trial === null) || (version === '2.0.0' && trial === 'one'), version);
      assert.equal(failed, null);
    }
  });

  it('fall back and say so when files were damaged', async () => {
    const installer = slots();
    await installer.starting();
    await putImage(installer, 'one', simulatedImage('2.0.0'));
    truncateSync(join(folder, 'staged.img'), 100);
    assert.equal(await keptImage(slots(), 'one'), null);
    writeFileSync(join(folder, 'state-0.json'), '');
    assert.equal((await slots().starting()).version, '2.0.0');
    assert.match(problems.join(), /a copy of the state of the firmware slots is damaged/);
    truncateSync(join(folder, 'slot-b.img'), 100);
    assert.deepEqual((await slots().starting()).failed, {
      update: 'one',
      reason: 'The new software in slot B is damaged.',
    });
  });

  it('refuse in words when the disk is full or read-only, and go on when it is not any more', async (t) => {
    folder = join(root, 'small', 'station');
    mkdirSync(join(root, 'small'));
    const mount = (...args: readonly string[]): boolean =>
      process.platform === 'linux' && spawnSync('mount', [...args, join(root, 'small')]).status === 0;
    if (!mount('-t', 'tmpfs', '-o', 'size=64k', 'kerbside-test')) return t.skip('mounting is not permitted here');
    t.after(() => spawnSync('umount', ['--lazy', join(root, 'small')]));
    const installer = slots();
    const factory = await installer.starting();
    const writer = await installer.stage('one');
    await assert.rejects(writer.write(Buffer.alloc(1_000_000)), {
      code: 'firmware.refused',
      message: /the disk is full/,
    });
    await writer.abandon();
    // The image fits once, and not a second time in its slot.
    const large = await installer.stage('two');
    await large.write(Buffer.alloc(40_000));
    await large.finish();
    await assert.rejects(installer.install('two'), { code: 'firmware.refused', message: /the disk is full/ });
    assert.ok(mount('-o', 'remount,ro'));
    await assert.rejects(slots().stage('three'), { code: 'firmware.refused', message: /the disk is read-only/ });
    assert.deepEqual(await slots().starting(), factory);
    assert.ok(mount('-o', 'remount,rw,size=1m'));
    const again = slots();
    await again.starting();
    await again.install('two');
    assert.equal((await slots().starting()).trial, 'two');
    return undefined;
  });

  it('refuse in words where the folder is none', async () => {
    folder = join(root, 'a-file', 'station');
    writeFileSync(join(root, 'a-file'), '');
    const installer = slots();
    await installer.starting();
    await assert.rejects(installer.stage('one'), {
      code: 'firmware.refused',
      message: /The image cannot be stored: .*a-file/,
    });
  });
});
