import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';

import type { FirmwareInstaller } from '../../firmware/firmware-installer.ts';
import { installerContract, keptImage, putImage } from '../../firmware/installer-contract.ts';
import { MemorySlotStorage } from './memory-storage.ts';
import { SimulatedSlots } from './simulated-slots.ts';
import type { ImagePlace, PlaceWriter, SlotStorage } from './slot-storage.ts';
import { faultyStorage, simulatedImage, type FaultyStorage } from './test-storage.ts';

function slotsOf(storage: SlotStorage, problems: string[] = []): FirmwareInstaller {
  return new SimulatedSlots({ storage, factoryVersion: '1.0.0', onProblem: (text) => problems.push(text) });
}

/** A storage whose other slot holds an image on trial that was started once. */
async function onTrial(image = simulatedImage('2.0.0')): Promise<MemorySlotStorage> {
  const storage = new MemorySlotStorage();
  const slots = slotsOf(storage);
  await slots.starting();
  await putImage(slots, 'one', image);
  return storage;
}

describe('simulated slots in memory', () => {
  installerContract(() => {
    const storage = new MemorySlotStorage();
    return { boot: () => slotsOf(storage), image: simulatedImage, close: () => undefined };
  });

  it('take any bytes for an image, and call it by its digest', async () => {
    const storage = await onTrial(Buffer.from('no header at all'));
    assert.equal((await slotsOf(storage).starting()).version, 'simulated-5fe30cbe');
  });

  it('count the starts of an image on trial, and go back at the fourth', async () => {
    const storage = await onTrial();
    for (const _ of [1, 2, 3]) assert.equal((await slotsOf(storage).starting()).trial, 'one');
    const state = await slotsOf(storage).starting();
    const reason = 'The new software was started 3 times and was never confirmed.';
    assert.deepEqual(state, { slot: 'A', version: '1.0.0', trial: null, failed: { update: 'one', reason } });
  });

  it('go back from an image that does not start', async () => {
    const storage = await onTrial(simulatedImage('2.0.0', 'doesNotStart'));
    const { version, failed } = await slotsOf(storage).starting();
    assert.deepEqual([version, failed?.reason], ['1.0.0', 'The new software did not start.']);
  });

  it('go back from a slot that was damaged since', async () => {
    const storage = await onTrial();
    await (await storage.open('B')).write(Buffer.from('x'));
    const { version, failed } = await slotsOf(storage).starting();
    assert.deepEqual([version, failed?.reason], ['1.0.0', 'The new software in slot B is damaged.']);
  });

  it('refuse an image that cannot be installed or is another one in the slot, and run the one before', async () => {
    for (const [defect, code] of [
      ['installFails', 'firmware.refused'],
      ['unverified', 'firmware.unverified'],
    ] as const) {
      const storage = new MemorySlotStorage();
      const slots = slotsOf(storage);
      await slots.starting();
      await assert.rejects(putImage(slots, 'one', simulatedImage('2.0.0', defect)), { code });
      assert.deepEqual((await slotsOf(storage).starting()).version, '1.0.0');
    }
  });

  it('refuse a restart that the image cannot do', async () => {
    const slots = slotsOf(await onTrial(simulatedImage('2.0.0', 'cannotRestart')));
    await assert.rejects(slots.restart(), { code: 'firmware.refused' });
  });

  it('refuse an image that is too long, and one while another is on trial', async () => {
    const small = new SimulatedSlots({ storage: new MemorySlotStorage(), factoryVersion: '', maxImageBytes: 8 });
    await small.starting();
    const writer = await small.stage('one');
    await assert.rejects(writer.write(new Uint8Array(9)), /longer than 8 bytes/);
    const slots = slotsOf(await onTrial());
    await slots.starting();
    await assert.rejects(putImage(slots, 'two', simulatedImage('3.0.0')), /on trial itself/);
    await slots.rollBack('enough');
    await assert.rejects(putImage(slots, 'two', simulatedImage('3.0.0')), /has to go back at a restart/);
  });

  it('take nothing more from a life that has ended', async () => {
    const storage = new MemorySlotStorage();
    const slots = slotsOf(storage);
    await slots.starting();
    const writer = await slots.stage('one');
    await slots.starting();
    await assert.rejects(writer.write(Buffer.from('x')), { code: 'firmware.refused' });
    await assert.rejects(writer.finish(), { code: 'firmware.refused' });
    assert.equal(await slots.staged('one'), null);
  });

  it('do not take a kept image for whole that has changed on the disk', async () => {
    const storage = await onTrial();
    const writer = await storage.open('staged');
    await writer.write(simulatedImage('6.6.6'));
    assert.equal(await keptImage(slotsOf(storage), 'one'), null);
  });

  it('lose nothing with one damaged copy of their state, say so, and fall back to the factory without any', async () => {
    for (const copy of [0, 1] as const) {
      const storage = await onTrial();
      await slotsOf(storage).starting();
      await storage.writeState(copy, '{"digest":"00","body":"{}"}');
      const problems: string[] = [];
      const slots = slotsOf(storage, problems);
      assert.deepEqual(await slots.starting(), { slot: 'B', version: '2.0.0', trial: 'one', failed: null });
      assert.match(problems.join(), /damaged/);
      await slots.confirm();
      const later: string[] = [];
      assert.equal((await slotsOf(storage, later).starting()).version, '2.0.0');
      assert.deepEqual(later, [], 'the damaged copy was written anew');
    }
    const storage = await onTrial();
    await storage.writeState(0, 'torn');
    await storage.writeState(1, 'to');
    const problems: string[] = [];
    const state = await slotsOf(storage, problems).starting();
    assert.deepEqual([state.version, problems.length], ['1.0.0', 2]);
  });

  it('say in words that the disk is full or read-only', async () => {
    for (const [code, words] of [
      ['ENOSPC', /the disk is full/],
      ['EROFS', /the disk is read-only/],
    ] as const) {
      const slots = slotsOf(new FullStorage(code));
      await slots.starting();
      const writer = await slots.stage('one');
      await assert.rejects(writer.write(Buffer.from('x')), { code: 'firmware.refused', message: words });
    }
  });
});

class FullStorage extends MemorySlotStorage {
  readonly #code: string;

  constructor(code: string) {
    super();
    this.#code = code;
  }

  override async open(place: ImagePlace): Promise<PlaceWriter> {
    const writer = await super.open(place);
    const error = Object.assign(new Error(`${this.#code}: write`), { code: this.#code });
    return { ...writer, write: () => Promise.reject(error) };
  }
}

describe('simulated slots and the power', () => {
  /** An update from its image to its confirmation, with one restart. */
  async function update(storage: SlotStorage): Promise<void> {
    const slots = slotsOf(storage);
    await slots.starting();
    await putImage(slots, 'one', simulatedImage('2.0.0'));
    await slots.restart();
    const next = slotsOf(storage);
    await next.starting();
    await next.confirm();
  }

  async function stepsOf(work: (storage: SlotStorage) => Promise<void>): Promise<number> {
    const faulty = faultyStorage(new MemorySlotStorage(), { stepsUntilCut: Number.POSITIVE_INFINITY, torn: false });
    await work(faulty.storage);
    return faulty.steps();
  }

  /** A cut in the last steps, which only tidy up, is noticed by nobody. */
  async function cutWithin(work: (storage: SlotStorage) => Promise<void>, faulty: FaultyStorage): Promise<void> {
    await work(faulty.storage).catch(() => undefined);
    assert.ok(faulty.wasCut());
  }

  for (const torn of [false, true]) {
    const how = torn ? 'within' : 'before';
    it(`run the old or the new image whenever it is cut ${how} a step, and take the image again`, async () => {
      const steps = await stepsOf(update);
      assert.ok(steps > 10, `${steps} steps`);
      const versions = new Set<string>();
      for (let stepsUntilCut = 0; stepsUntilCut < steps; stepsUntilCut++) {
        const disk = new MemorySlotStorage();
        await cutWithin(update, faultyStorage(disk, { stepsUntilCut, torn }));
        const slots = slotsOf(disk);
        const { version, slot, trial, failed } = await slots.starting();
        assert.ok(version === '1.0.0' || version === '2.0.0', `step ${stepsUntilCut}: ${version}`);
        assert.equal(slot, version === '1.0.0' ? 'A' : 'B');
        assert.equal(failed, null);
        versions.add(`${version} ${trial}`);
        if (trial !== null) await slots.confirm();
        else if (version === '1.0.0') await update(disk);
        assert.equal((await slotsOf(disk).starting()).version, '2.0.0');
      }
      assert.deepEqual([...versions], ['1.0.0 null', '2.0.0 one', '2.0.0 null']);
    });
  }

  it('never run half an image when a second update is cut', async () => {
    const second = async (storage: SlotStorage): Promise<void> => {
      const slots = slotsOf(storage);
      await slots.starting();
      await putImage(slots, 'two', simulatedImage('3.0.0'));
      await putImage(slots, 'three', simulatedImage('4.0.0'));
    };
    const steps = await stepsOf(second);
    for (let stepsUntilCut = 0; stepsUntilCut < steps; stepsUntilCut++) {
      const disk = new MemorySlotStorage();
      await update(disk);
      await cutWithin(second, faultyStorage(disk, { stepsUntilCut, torn: true }));
      const { version, failed } = await slotsOf(disk).starting();
      assert.ok(['2.0.0', '3.0.0', '4.0.0'].includes(version), version);
      assert.equal(failed, null, 'what was not whole was not to be tried');
    }
  });
});
