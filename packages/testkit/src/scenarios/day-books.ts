import assert from 'node:assert/strict';

import { recordFindings } from '@kerbside/ocmf';
import { isRecord, type JsonObject } from '@kerbside/station';

import type { LedgerTransaction } from '../ledger/ledger-entry.ts';
import { delivered } from './backend-steps.ts';
import { sinceSix, type Day } from './day-clock.ts';
import { reasonOf, type Visit } from './day-timetable.ts';
import { ocmfOf, recordsKept, sessionsKept, wattHours } from './eichrecht/signed-steps.ts';
import { reported, statusOf } from './steps.ts';

/** Fails unless everybody who keeps books of the day has the same in them, to the watt-hour, and nothing is left over. */
export async function audit(
  day: Day,
  visits: readonly Visit[],
  before: readonly number[],
  after: readonly number[],
): Promise<void> {
  await delivered(day.world);
  const transactions = day.world.backend.ledger.transactions();
  asPlanned(visits, transactions);
  for (const transaction of transactions) samplesBetweenBounds(transaction);
  inOrder(day);
  for (const [index, startWh] of before.entries()) {
    const own = transactions.filter(({ connectorId }) => connectorId === index + 1);
    nothingBetween(own, startWh, after[index] ?? Number.NaN);
  }
  await archivedAlike(day, transactions);
  await atRest(day);
}

/** Each visit is in the books once, and nothing else is. */
function asPlanned(visits: readonly Visit[], transactions: readonly LedgerTransaction[]): void {
  const booked = transactions.map(({ connectorId, idTag, stops, reservationId }) => {
    return [connectorId, idTag, stops.map(({ reason }) => reason).join(), reservationId];
  });
  const planned = visits
    .toSorted((one, other) => sinceSix(one.from) - sinceSix(other.from))
    .map(({ evse, who, ends, reservation }) => [evse, who, reasonOf[ends], reservation]);
  for (const connector of [1, 2, 3]) {
    const of = (rows: readonly (readonly unknown[])[]): unknown => rows.filter(([first]) => first === connector);
    assert.deepEqual(of(booked), of(planned));
  }
  assert.equal(booked.length, planned.length);
}

/** Whatever the backend took at once is there once and in order. */
function inOrder({ world, disturbed }: Day): void {
  const problems = world.backend.ledger.problems();
  const late: readonly string[] = ['meterValuesAfterStop', 'timesBackwards'];
  const mayBe = (kind: string, id: number): boolean => late.includes(kind) && disturbed.has(id);
  assert.deepEqual(
    problems.filter(({ kind, transactionId = 0 }) => !mayBe(kind, transactionId)),
    [],
  );
}

/** What the register counted is in the books, and it counted nothing outside of a session. */
function nothingBetween(transactions: readonly LedgerTransaction[], startWh: number, endWh: number): void {
  let register = Math.floor(startWh);
  for (const transaction of transactions) {
    assert.equal(transaction.meterStart, register, `${transaction.idTag} begins where the one before ended`);
    register = stopOf(transaction);
    const mayTake = transaction.stops[0]?.reason !== reasonOf.refused;
    assert.ok(register > transaction.meterStart || !mayTake, `${transaction.idTag} took nothing`);
  }
  assert.equal(register, Math.floor(endWh), 'the register at the end of the day');
  const sum = transactions.reduce((total, one) => total + stopOf(one) - one.meterStart, 0);
  assert.equal(sum, Math.floor(endWh) - Math.floor(startWh));
}

function stopOf({ stops }: LedgerTransaction): number {
  const [stop] = stops;
  assert.ok(stop !== undefined, 'a transaction is open');
  return stop.meterStop;
}

/** Every sample of the register lies between begin and end, and none is less than one before it. */
function samplesBetweenBounds(transaction: LedgerTransaction): void {
  const { meterStart, meterValues, stops } = transaction;
  const sent = meterValues.flatMap(({ entry, readings }) => (entry.kind === 'new' ? readings : []));
  for (const readings of [sent, stops.flatMap(({ transactionData }) => transactionData)]) {
    const samples = readings
      .flatMap(registerSamples)
      .toSorted((one, other) => one.atMs - other.atMs)
      .map(({ wh }) => wh);
    const bounds = [meterStart, ...samples, stopOf(transaction) + 0.9995];
    const falls = bounds.findIndex((wh, index) => wh < (bounds[index - 1] ?? wh));
    assert.equal(
      falls,
      -1,
      `sample ${falls} of ${transaction.idTag} falls: ${bounds.slice(falls - 1, falls + 1).join()}`,
    );
  }
  const isRefused = stops.some(({ reason }) => reason === reasonOf.refused);
  assert.ok(sent.length > 0 || isRefused, `${transaction.idTag} has no samples`);
}

function registerSamples(reading: JsonObject): readonly { readonly atMs: number; readonly wh: number }[] {
  const values = reading['sampledValue'];
  assert.ok(Array.isArray(values));
  return values.filter(isRecord).flatMap(({ measurand, format, unit, value }) => {
    const isRegister = measurand === undefined || measurand === 'Energy.Active.Import.Register';
    if (!isRegister || format === 'SignedData') return [];
    return [{ atMs: Date.parse(String(reading['timestamp'])), wh: Number(value) * (unit === 'kWh' ? 1000 : 1) }];
  });
}

/** What a meter says whose power was cut within a session. */
const forgottenTime: ReadonlySet<string> = new Set(['time.unusable', 'time.unknown']);

/** The archive of sessions and the signed records say the same as the books. */
async function archivedAlike({ world }: Day, transactions: readonly LedgerTransaction[]): Promise<void> {
  const sessions = await sessionsKept(world);
  const records = await recordsKept(world);
  assert.equal(sessions.length, transactions.length);
  for (const transaction of transactions) {
    const { transactionId, meterStart, idTag, connectorId } = transaction;
    const session = sessions.find(({ backendTransaction }) => backendTransaction === String(transactionId));
    assert.ok(session !== undefined, `${idTag} is not in the archive`);
    const { evse, idToken, state, billing, meterStartWh, meterStopWh } = session;
    assert.deepEqual(
      [evse, idToken, state, billing],
      [connectorId, idTag, 'delivered', 'signed'],
      session.problem ?? '',
    );
    assert.deepEqual([Math.floor(meterStartWh), Math.floor(meterStopWh)], [meterStart, stopOf(transaction)]);
    const own = records.filter((record) => record.transaction === session.transaction).map(ocmfOf);
    const findings = own.flatMap(recordFindings).filter(({ code }) => !forgottenTime.has(code));
    assert.deepEqual(findings, []);
    const [first] = own;
    const last = own.at(-1);
    assert.ok(first !== undefined && last !== undefined, `${idTag} has no signed records`);
    assert.deepEqual([Math.floor(wattHours(first, 0)), Math.floor(wattHours(last))], [meterStart, stopOf(transaction)]);
  }
  const { problems, gaps } = await world.station.archives.signed.check();
  assert.deepEqual([problems, gaps], [[], []]);
}

/** Nothing waits, nothing was lost, and every connector is free. */
async function atRest({ world }: Day): Promise<void> {
  assert.equal(world.status().outbox.waiting, 0);
  assert.deepEqual(await world.station.deadLetters(), []);
  assert.deepEqual(world.station.reservations.views(), []);
  assert.equal(world.backend.ledger.counts.open, 0);
  for (const evse of [1, 2, 3]) {
    assert.equal(statusOf(world, evse), 'Available');
    assert.deepEqual(reported(world, evse, 1), ['Available']);
  }
}
