import assert from 'node:assert/strict';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import type { ScenarioOptions } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { authoritiesFor, certify, lastAttempt, opens, registeredAnew } from './certificate-steps.ts';
import { audit } from './day-books.ts';
import { dayBeginsMs, dayIn, live } from './day-clock.ts';
import { asMuchAsPlanned } from './day-counts.ts';
import { filesOf } from './day-firmware.ts';
import { mishaps, morningMishaps, registers } from './day-mishaps.ts';
import { orders } from './day-orders.ts';
import { morningVisits, visits } from './day-timetable.ts';
import { happeningsOf } from './day-visits.ts';

/** A story with the world that it is played in. */
export interface Story {
  readonly options: ScenarioOptions;
  readonly play: (world: World) => Promise<void>;
}

const evses = [{ signs: true }, { signs: true }, { signs: true, signing: { records: 'combined' } }] as const;

/** What the backend knows of cards; every other one may charge. */
const cards = {
  'VAN-1': { parentIdTag: 'FLEET' },
  'VAN-2': { parentIdTag: 'FLEET' },
  'VAN-3': { parentIdTag: 'FLEET' },
  'VAN-9': { parentIdTag: 'FLEET' },
  STOLEN: { status: 'Blocked' },
  'LIST-2': { status: 'Invalid' },
} as const;

/** The station logs in over TLS with a certificate of its own. */
async function inProfile3(world: World): Promise<void> {
  const certificate = await certify(world, authoritiesFor(world).stations);
  const before = opens(world);
  await world.configure({ 'security.useClientCertificate': 'true' });
  await world.station.applyEndpoint(true);
  await registeredAnew(world, before);
  assert.equal(lastAttempt(world).certificate, certificate);
}

/** The whole day, on the virtual clock; chance changes cars and how late everybody is. */
export function wholeDay(seed: string): Story {
  const files = new FakeFileServer();
  const options: ScenarioOptions = {
    only: 'virtual',
    files,
    // What the backend refused or did not answer comes again later; the audit says for which transactions.
    allow: { books: { parkedResends: true } },
    evses,
    startWallMs: dayBeginsMs - 300_000,
    defaults: {
      'backend.protocol': 'wss',
      'security.cpoName': 'Ladewerk Süd',
      'metering.clockAlignedInterval': 900,
      'metering.stopTxnSampledData': ['Energy.Active.Import.Register'],
      'traffic.transactionMessageAttempts': 50,
      'traffic.meterValuesAttempts': 500,
      'traffic.retryIntervalMax': 120,
    },
  };
  const play = async (world: World): Promise<void> => {
    world.backend.configure({ idTags: cards });
    await inProfile3(world);
    const day = await dayIn(world, seed);
    const before = await registers(day);
    await live(day, [...visits.flatMap(happeningsOf), ...mishaps, ...orders, ...filesOf(files)]);
    await audit(day, visits, before, await registers(day));
    await asMuchAsPlanned(day);
  };
  return { options, play };
}

/** Twenty minutes of a morning that pass three times as fast, on real sockets. */
export function shortMorning(seed: string): Story {
  const defaults = { 'metering.sampleInterval': 10, 'metering.clockAlignedInterval': 300 } as const;
  const play = async (world: World): Promise<void> => {
    world.backend.configure({ idTags: cards });
    const day = await dayIn(world, seed, 20_000);
    const before = await registers(day);
    await live(day, [...morningVisits.flatMap(happeningsOf), ...morningMishaps], 20);
    await audit(day, morningVisits, before, await registers(day));
  };
  return { options: { only: 'strict', evses, defaults }, play };
}
