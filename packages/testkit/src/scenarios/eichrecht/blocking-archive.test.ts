import assert from 'node:assert/strict';

import { createMemoryStore, type Store } from '@kerbside/station';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { blocks, causes, isFree, legalWorld, session } from './blocking-steps.ts';

/** A store in which somebody changes things behind the back of the station. */
class AlteredStore {
  readonly store: Store;
  readonly #memory: Store = createMemoryStore();
  /** A digit of each signed record is another. */
  damaged = false;
  /** The commissioned meter had a sealed component beside it. */
  component = false;

  constructor() {
    const memory = this.#memory;
    this.store = {
      ...memory,
      readArchive: async (station, archive, query) => {
        const found = await memory.readArchive(station, archive, query);
        if (!this.damaged || archive !== 'signed') return found;
        return found.map((record) => ({
          ...record,
          body: record.body.replace(/\d/, (digit) => (digit === '7' ? '8' : '7')),
        }));
      },
      readDocuments: async (station, collection) => {
        const found = await memory.readDocuments(station, collection);
        if (!this.component || collection !== 'meterIdentity') return found;
        const component = { name: 'signer', version: '1.0', checksum: 'abc' };
        return new Map([...found].map(([key, value]) => [key, { ...(value as object), component }]));
      },
    };
  }
}

async function securityEvents(world: World): Promise<readonly string[]> {
  return (await world.station.securityLog.read()).map(({ type }) => type);
}

async function restarted(world: World): Promise<void> {
  await world.powerCycle();
  await world.until('registration', () => world.status().registration === 'accepted');
}

const { store: fullStore } = new AlteredStore();

scenario(
  'archiveFull: undelivered signed records that fill the store block, and nothing is overwritten, until the backend takes them (E-11)',
  {
    ...legalWorld,
    only: 'virtual',
    store: fullStore,
    defaults: {
      ...legalWorld.defaults,
      'eichrecht.recordCapacity': 100,
      'authorization.allowOfflineTxForUnknownId': true,
    },
  },
  async (world) => {
    await world.cutLink();
    for (let count = 0; count < 50; count++) await session(world);
    await world.pass(1_000);
    assert.deepEqual(await causes(world), ['archiveFull']);
    const { archive } = await world.station.eichrecht.view();
    assert.deepEqual(archive, { records: 100, undelivered: 100, capacity: 100, blocked: 'full' });
    const release = { evse: 1, cause: 'archiveFull', reason: 'we need to charge' };
    await assert.rejects(world.station.eichrecht.release(release, { role: 'manufacturer', who: 'test' }));
    world.backend.setRules([
      { on: { action: 'StopTransaction', times: 1_000 }, do: { callError: { code: 'InternalError' } } },
    ]);
    await world.restoreLink();
    await blocks(world, 'archiveFull', {
      status: 'Unavailable',
      errorCode: 'InternalError',
      info: 'The store of signed data is full',
    });
    assert.ok((await securityEvents(world)).includes('MemoryExhaustion'));
    world.backend.setRules([]);
    await isFree(world);
  },
);

const tampered = new AlteredStore();

scenario(
  'archiveDamaged: records that were changed block, until the manufacturer takes the store as it is (E-11, E-13)',
  { ...legalWorld, only: 'virtual', store: tampered.store },
  async (world) => {
    await session(world);
    tampered.damaged = true;
    await restarted(world);
    await blocks(world, 'archiveDamaged', {
      status: 'Unavailable',
      errorCode: 'InternalError',
      info: 'Stored signed data are damaged',
    });
    assert.ok((await securityEvents(world)).includes('TamperDetectionActivated'));
    const release = { evse: 1, cause: 'archiveDamaged', reason: 'the disk was exchanged, see report 17' };
    await assert.rejects(world.station.eichrecht.release(release, { role: 'operator', who: 'operator token' }));
    tampered.damaged = false;
    await restarted(world);
    assert.deepEqual(await causes(world), ['archiveDamaged']);
    await world.station.eichrecht.release(release, { role: 'manufacturer', who: 'local console' });
    await isFree(world);
    await restarted(world);
    await isFree(world);
  },
);

const exchanged = new AlteredStore();

scenario(
  'componentChanged: another signing component than the commissioned one blocks, until it is commissioned (E-06, E-13)',
  { ...legalWorld, only: 'virtual', store: exchanged.store },
  async (world) => {
    await session(world);
    exchanged.component = true;
    await restarted(world);
    await blocks(world, 'componentChanged', {
      status: 'Unavailable',
      errorCode: 'PowerMeterFailure',
      info: 'The signing component changed',
    });
    exchanged.component = false;
    const reason = 'new firmware of the component, approved';
    await world.station.eichrecht.commission({ evse: 1, reason }, { role: 'manufacturer', who: 'local console' });
    await isFree(world);
  },
);
