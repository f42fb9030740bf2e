import assert from 'node:assert/strict';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { authoritiesFor, certify, opens, registeredAnew, lastAttempt } from './certificate-steps.ts';
import { audit } from './day-books.ts';
import { dayBeginsMs, dayIn, live } from './day-clock.ts';
import { filesOf } from './day-firmware.ts';
import { mishaps, morningMishaps, registers } from './day-mishaps.ts';
import { orders } from './day-orders.ts';
import { morningVisits, visits } from './day-timetable.ts';
import { happeningsOf } from './day-visits.ts';

const seed = process.env['KERBSIDE_SEED'] ?? 'a day in the life';

const files = new FakeFileServer();

const evses = [{ signs: true }, { signs: true }, { signs: true, signing: { records: 'combined' } }] as const;

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

scenario(
  'a day in the life: forty sessions with reservations, profiles, outages and power cuts, and the ledger balances to the watt-hour',
  {
    only: 'virtual',
    files,
    // What the backend refused or did not answer comes again later; the audit says for which transactions.
    allow: { books: { parkedResends: true } },
    evses,
    startWallMs: dayBeginsMs - 300_000,
    defaults: {
      'backend.protocol': 'wss',
      'metering.clockAlignedInterval': 900,
      'metering.stopTxnSampledData': ['Energy.Active.Import.Register'],
      'traffic.transactionMessageAttempts': 50,
      'traffic.meterValuesAttempts': 500,
      'traffic.retryIntervalMax': 120,
    },
  },
  async (world) => {
    world.backend.configure({ idTags: cards });
    await inProfile3(world);
    const day = await dayIn(world, seed);
    const before = await registers(day);
    await live(day, [...visits.flatMap(happeningsOf), ...mishaps, ...orders, ...filesOf(files)]);
    await audit(day, visits, before, await registers(day));
  },
);

scenario(
  'a short morning on real sockets: seven sessions over an outage and a power cut, and the ledger balances to the watt-hour',
  { only: 'strict', evses, defaults: { 'metering.sampleInterval': 10, 'metering.clockAlignedInterval': 300 } },
  async (world) => {
    world.backend.configure({ idTags: cards });
    const day = await dayIn(world, seed, 20_000);
    const before = await registers(day);
    await live(day, [...morningVisits.flatMap(happeningsOf), ...morningMishaps], 20);
    await audit(day, morningVisits, before, await registers(day));
  },
);
