import assert from 'node:assert/strict';

import { ask, changeKey } from './backend-steps.ts';
import { authoritiesFor, certify, lastAttempt, opens, registeredAnew } from './certificate-steps.ts';
import { offered, profile, setProfile, untilOffered } from './charging-steps.ts';
import { backendTransaction, remoteAmps } from './day-visits.ts';
import { timestampAt, type Day, type Happening } from './day-clock.ts';
import { listed, listVersion, sendList } from './local-list-steps.ts';
import { cancelReservation, refusedCard, reserveNow } from './reservation-steps.ts';
import { statusOf } from './steps.ts';

/** What is signed as the tariff from five past twelve on. */
export const dayTariff = '0,49 €/kWh für Gäste';

/** What the backend orders in the course of the day, and strangers whom it refuses. */
export const orders: readonly Happening[] = [
  { at: '06:00', what: 'the profiles of the day', act: sendProfiles },
  { at: '06:01', what: 'the whole local list', act: ({ world }) => updateList(world, 'Full', 1, ['LIST-1', 'LIST-9']) },
  { at: '07:15', what: 'a stolen card', act: (day) => refused(day, 'STOLEN', 1) },
  { at: '07:50', what: 'a card without a car', act: giveUp },
  { at: '08:55', what: 'a reservation that is used', act: (day) => reserve(day, 3, 'ROSA', 11, '09:50') },
  { at: '09:05', what: 'a card at the reserved connector', act: (day) => refused(day, 'EMIL', 3) },
  { at: '10:50', what: 'a profile for the transaction', act: limitTransaction },
  {
    at: '12:00',
    what: 'an update of the local list',
    act: ({ world }) => updateList(world, 'Differential', 2, ['LIST-2']),
  },
  { at: '12:05', what: 'another tariff', act: ({ world }) => changeKey(world, 'TariffText', dayTariff) },
  { at: '16:00', what: 'a reservation that nobody uses', act: (day) => reserve(day, 1, 'TOM', 12, '16:30') },
  { at: '16:10', what: 'a card at the reserved connector', act: (day) => refused(day, 'JAN', 1) },
  { at: '16:32', what: 'the reservation is over', act: (day) => shows(day, 1, 'Available') },
  { at: '17:10', what: 'the operator limits', act: (day) => operatorLimits(day, '11', '33') },
  { at: '17:15', what: 'the limit is in force', act: limitInForce },
  { at: '17:35', what: 'the operator limits no more', act: (day) => operatorLimits(day, '', '') },
  { at: '17:37', what: 'the station maximum of the evening', act: async (day) => offers(day, [remoteAmps, 15, 15]) },
  { at: '18:30', what: 'a reservation that is cancelled', act: (day) => reserve(day, 3, 'UWE', 13, '20:00') },
  { at: '18:45', what: 'the cancellation', act: cancel },
  {
    at: '19:00',
    what: 'a connector shall go out of service',
    act: (day) => availability(day, 2, 'Inoperative', 'Scheduled'),
  },
  { at: '19:45', what: 'it is out of service', act: (day) => shows(day, 2, 'Unavailable') },
  { at: '19:55', what: 'it comes back', act: (day) => availability(day, 2, 'Operative', 'Accepted') },
  { at: '20:05', what: 'a reservation of any connector', act: (day) => reserve(day, 0, 'ZOE', 14, '20:45') },
  { at: '20:35', what: 'a certificate is renewed', act: renewCertificate },
  { at: '23:00', what: 'the profile of the night', act: async (day) => offers(day, [12, 12]) },
  { at: '00:45', what: 'a card will be refused', act: refuseLater },
];

async function sendProfiles(day: Day): Promise<void> {
  const { world } = day;
  const daily = { kind: 'Recurring', recurrencyKind: 'Daily', startSchedule: timestampAt(day, '06:30') } as const;
  const hours = 3_600;
  const max = profile(
    [
      [0, 80],
      [10.5 * hours, 40],
      [14.5 * hours, 80],
    ],
    { id: 1, purpose: 'ChargePointMaxProfile', ...daily },
  );
  assert.equal(await setProfile(world, 0, max), 'Accepted');
  const night = profile(
    [
      [0, 32],
      [15.5 * hours, 12],
      [23 * hours, 32],
    ],
    { id: 2, ...daily },
  );
  assert.equal(await setProfile(world, 0, night), 'Accepted');
}

async function updateList(
  world: Day['world'],
  type: 'Full' | 'Differential',
  version: number,
  cards: readonly string[],
): Promise<void> {
  assert.equal(
    await sendList(
      world,
      type,
      version,
      cards.map((card) => listed(card)),
    ),
    'Accepted',
  );
  assert.equal(await listVersion(world), version);
}

async function refused({ world }: Day, who: string, evse: number): Promise<void> {
  await refusedCard(world, who, evse);
}

/** Somebody shows a card and drives on: after ConnectionTimeOut nothing has happened. */
async function giveUp({ world }: Day): Promise<void> {
  const starts = world.calls('StartTransaction').length;
  await world.sim({ action: 'card', uid: 'UDO', evse: 2 });
  await world.until('Preparing', () => statusOf(world, 2) === 'Preparing');
  await world.until('the connector to be free again', () => statusOf(world, 2) === 'Available');
  assert.equal(world.calls('StartTransaction').length, starts);
}

async function reserve(
  day: Day,
  connectorId: number,
  idTag: string,
  reservationId: number,
  until: `${number}:${number}`,
): Promise<void> {
  const seconds = (Date.parse(timestampAt(day, until)) - day.world.status().clock.nowMs) / 1000;
  assert.equal(await reserveNow(day.world, { connectorId, idTag, reservationId, seconds }), 'Accepted');
  if (connectorId !== 0) await shows(day, connectorId, 'Reserved');
}

async function cancel(day: Day): Promise<void> {
  assert.equal(await cancelReservation(day.world, 13), 'Accepted');
  await shows(day, 3, 'Available');
}

async function shows({ world }: Day, evse: number, status: string): Promise<void> {
  await world.until(`connector ${evse} to be ${status}`, () => statusOf(world, evse) === status, 5_000);
}

async function limitTransaction(day: Day): Promise<void> {
  const { world } = day;
  const transactionId = backendTransaction(day, 2);
  const own = profile(
    [
      [0, 7],
      [1_800, 32],
    ],
    { id: 3, purpose: 'TxProfile', stackLevel: 1, kind: 'Relative', transactionId },
  );
  assert.equal(await setProfile(world, 2, own), 'Accepted');
  await untilOffered(world, 2, 7);
}

async function operatorLimits({ world }: Day, connector: string, station: string): Promise<void> {
  await changeKey(world, 'OperatorCurrentLimit_2', connector);
  await changeKey(world, 'StationCurrentLimit', station);
}

/** All three charge: one as its transaction's profile wants it, one as the operator wants it, and the last has the rest. */
async function limitInForce(day: Day): Promise<void> {
  const limits = [remoteAmps, 11, 33 - remoteAmps - 11];
  offers(day, limits);
  for (const [index, limit] of limits.entries()) {
    const { drawAmps } = await day.world.sim({ action: 'state', evse: index + 1 });
    assert.ok(Number(drawAmps) <= limit, `connector ${index + 1} takes ${String(drawAmps)} A`);
  }
}

/** Fails unless the connectors, from the first on, offer so many A per phase. */
function offers({ world }: Day, amps: readonly number[]): void {
  assert.deepEqual(
    amps.map((_, index) => offered(world, index + 1)),
    amps,
  );
}

async function availability({ world }: Day, connectorId: number, type: string, expected: string): Promise<void> {
  assert.equal((await ask(world, 'ChangeAvailability', { connectorId, type }))['status'], expected);
}

async function renewCertificate({ world }: Day): Promise<void> {
  const before = opens(world);
  const renewed = await certify(world, authoritiesFor(world).stations);
  await registeredAnew(world, before);
  assert.equal(lastAttempt(world).certificate, renewed);
}

/** Authorize says yes, StartTransaction no. */
async function refuseLater({ world }: Day): Promise<void> {
  const merge = { idTagInfo: { status: 'Blocked' } };
  world.backend.setRules([
    { on: { action: 'StartTransaction', payload: { idTag: 'RITA' } }, do: { answer: { merge } } },
  ]);
}
