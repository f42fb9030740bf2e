import assert from 'node:assert/strict';

import { ask } from './backend-steps.ts';
import { profile } from './charging-steps.ts';
import { upTo, type Day, type Happening } from './day-clock.ts';
import type { Beginning, Ending, Visit } from './day-timetable.ts';
import { remoteStart } from './reservation-steps.ts';
import { statusOf } from './steps.ts';

/** What a remote start with a profile allows, in A per phase. */
export const remoteAmps = 10;

/** What happens because of one visit. */
export function happeningsOf(visit: Visit): readonly Happening[] {
  const { from, to, evse, who, begins, ends } = visit;
  const at = `at ${evse}`;
  return [
    { at: from, what: `${who} comes ${at} (${begins})`, act: (day) => begin(day, visit) },
    { at: to, what: `${who} leaves ${at} (${ends})`, act: (day) => end(day, visit) },
  ];
}

async function begin(day: Day, visit: Visit): Promise<void> {
  const { world } = day;
  const { evse } = visit;
  assert.equal(world.status().evses[evse - 1]?.transaction, null, `connector ${evse} is busy`);
  const { ledger } = world.backend;
  const booked = ledger.counts.transactions;
  await beginnings[visit.begins](day, visit);
  // What the backend refuses at once is over before anybody can see it at the station.
  const hasBegun = (): boolean => transactionAt(day, evse) !== null || ledger.counts.transactions > booked;
  await world.until('the transaction', hasBegun, 60_000);
}

const beginnings: Readonly<Record<Beginning, (day: Day, visit: Visit) => Promise<void>>> = {
  card: async (day, { evse, who }) => {
    await plugIn(day, evse);
    await day.world.pass(upTo(day, 20_000));
    await day.world.sim({ action: 'card', uid: who, evse });
  },
  cardFirst: async (day, { evse, who }) => {
    await day.world.sim({ action: 'card', uid: who, evse });
    await day.world.pass(5_000 + upTo(day, 20_000));
    await plugIn(day, evse);
  },
  remote: async (day, { evse, who }) => {
    await plugIn(day, evse);
    await day.world.pass(upTo(day, 20_000));
    assert.equal(await remoteStart(day.world, who, evse), 'Accepted');
  },
  remoteFirst: async (day, { evse, who }) => {
    assert.equal(await remoteStart(day.world, who, evse), 'Accepted');
    await day.world.pass(5_000 + upTo(day, 20_000));
    await plugIn(day, evse);
  },
  remoteProfile: async (day, { evse, who }) => {
    await plugIn(day, evse);
    const chargingProfile = profile([[0, remoteAmps]], { id: 90 + evse, purpose: 'TxProfile', stackLevel: 5 });
    const request = { connectorId: evse, idTag: who, chargingProfile };
    assert.equal((await ask(day.world, 'RemoteStartTransaction', request))['status'], 'Accepted');
  },
};

async function plugIn(day: Day, evse: number): Promise<void> {
  const vehicle = { soc: upTo(day, 30), capacityKwh: 200, maxAmps: 16 + Math.floor(upTo(day, 17)) };
  await day.world.sim({ action: 'plug', evse, ...vehicle });
}

async function end(day: Day, visit: Visit): Promise<void> {
  const { world } = day;
  const { evse } = visit;
  await endings[visit.ends](day, visit);
  await world.until('the end', () => transactionAt(day, evse) === null, 60_000);
  await leave(day, evse);
}

const endings: Readonly<Record<Ending, (day: Day, visit: Visit) => Promise<void>>> = {
  card: async ({ world }, { evse, who }) => void (await world.sim({ action: 'card', uid: who, evse })),
  groupCard: async ({ world }, { evse }) => void (await world.sim({ action: 'card', uid: 'VAN-9', evse })),
  remote: async (day, { evse }) => {
    const request = { transactionId: backendTransaction(day, evse) };
    assert.equal((await ask(day.world, 'RemoteStopTransaction', request))['status'], 'Accepted');
  },
  disconnect: async ({ world }, { evse }) => void (await world.sim({ action: 'unplugVehicle', evse })),
  unlock: async ({ world }, { evse }) => {
    assert.equal((await ask(world, 'UnlockConnector', { connectorId: evse }))['status'], 'Unlocked');
  },
  powerCut: alreadyOver,
  resetSoft: alreadyOver,
  resetHard: alreadyOver,
  refused: async (day, visit) => {
    await alreadyOver(day, visit);
    // The cable waits for the card that it was plugged in with.
    await day.world.sim({ action: 'card', uid: visit.who, evse: visit.evse });
    await day.world.pass(2_000);
  },
};

async function alreadyOver(day: Day, { evse }: Visit): Promise<void> {
  assert.equal(transactionAt(day, evse), null, 'the session is still under way');
}

/** Vehicle and cable leave; the connector is free, or as an order of the backend wants it. */
async function leave({ world }: Day, evse: number): Promise<void> {
  await world.pass(3_000);
  const { plugged } = await world.sim({ action: 'state', evse });
  if (plugged === true) await world.sim({ action: 'unplug', evse });
  const over = ['Available', 'Unavailable', 'Reserved'];
  await world.until('the connector to be free', () => over.includes(statusOf(world, evse) ?? ''), 60_000);
}

function transactionAt({ world }: Day, evse: number): unknown {
  return world.status().evses[evse - 1]?.transaction ?? null;
}

/** The id that the backend gave the transaction at a connector that is still open in its books. */
export function backendTransaction({ world }: Day, evse: number): number {
  const open = world.backend.ledger
    .transactions()
    .findLast(({ connectorId, stops }) => connectorId === evse && stops.length === 0);
  assert.ok(open !== undefined, `no transaction of connector ${evse} is in the books`);
  return open.transactionId;
}
