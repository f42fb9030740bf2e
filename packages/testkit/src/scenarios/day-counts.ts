import assert from 'node:assert/strict';

import { isRecord, type JsonObject } from '@kerbside/station';

import type { LedgerTransaction } from '../ledger/ledger-entry.ts';
import type { Day } from './day-clock.ts';
import { jumpMs } from './day-mishaps.ts';
import { dayTariff } from './day-orders.ts';
import { ocmfOf, recordsKept, sessionsKept } from './eichrecht/signed-steps.ts';
import { bootedVersions } from './firmware-steps.ts';

/** Fails unless as much went wrong in the course of the day as was planned, and no more. */
export async function asMuchAsPlanned(day: Day): Promise<void> {
  connections(day);
  const { world } = day;
  assert.deepEqual(bootedVersions(world).slice(-6), [...Array<string>(5).fill('simulated'), '2.7.0']);
  const refusals = world.hardware
    .commands('indicate')
    .filter(({ command }) => 'signal' in command && command.signal === 'refused');
  const who = 'a stolen card, two at reserved connectors, a stranger without the backend, one before the new firmware';
  assert.equal(refusals.length, 5, who);
  const transactions = world.backend.ledger.transactions();
  assert.deepEqual(
    transactions.flatMap(({ reservationId }) => reservationId ?? []),
    [11, 14],
  );
  for (const transaction of transactions) {
    everyQuarterHour(transaction);
    everyMinute(transaction);
  }
  const errors = world.calls('StatusNotification').map(({ payload }) => payload['errorCode']);
  assert.deepEqual(
    errors.filter((code) => code !== 'NoError'),
    ['LocalListConflict'],
    'nothing failed at the station; the backend refused a card of its own list',
  );
  await tariffs(day);
}

/** Two power cuts, two resets, an outage, a certificate and the firmware: each brought one connection, with a certificate. */
function connections({ world, beganMs }: Day): void {
  const isOfDay = ({ atMs }: { readonly atMs: number }): boolean => atMs >= beganMs;
  assert.equal(world.wire.of('opened').filter(isOfDay).length, 7);
  const attempts = world.wire.of('connect').filter(isOfDay);
  for (const { request } of attempts) {
    assert.ok(request.url.startsWith('wss:'));
    assert.equal(request.authorization, undefined);
    assert.ok(request.tls?.clientCertificate !== undefined, 'a connection without a certificate');
  }
  const certificates = new Set(attempts.map(({ request }) => request.tls?.clientCertificate?.certificate));
  assert.equal(certificates.size, 2, 'the first certificate and the renewed one');
}

const quarterMs = 900_000;

/** The clock-aligned values of a transaction are those of the quarters of an hour within it; one that power loss ended may end with one. */
function everyQuarterHour({ idTag, startTimestamp, stops, meterValues }: LedgerTransaction): void {
  const expected = [];
  const endMs = Date.parse(stops[0]?.timestamp ?? '');
  for (let atMs = Math.ceil(Date.parse(startTimestamp) / quarterMs) * quarterMs; atMs <= endMs; atMs += quarterMs)
    expected.push(new Date(atMs).toISOString());
  const aligned = timesOf(meterValues, 'Sample.Clock');
  assert.deepEqual(aligned.toSorted(), expected, `clock-aligned values of ${idTag}`);
}

/** A transaction has a sample of each minute; what the clock jumped within it took no time. */
function everyMinute({ idTag, startTimestamp, stops, meterValues }: LedgerTransaction): void {
  const lastedMs = Date.parse(stops[0]?.timestamp ?? '') - Date.parse(startTimestamp);
  const minutes = [lastedMs, lastedMs - jumpMs].map((ms) => Math.floor(ms / 60_000));
  const samples = timesOf(meterValues, 'Sample.Periodic').length;
  assert.ok(minutes.includes(samples), `${idTag} has ${samples} samples of ${minutes.join(' or ')} minutes`);
}

/** When the values of a context were taken, each message once. */
function timesOf(meterValues: LedgerTransaction['meterValues'], context: string): readonly string[] {
  return meterValues
    .flatMap(({ entry, readings }) => (entry.kind === 'new' ? readings : []))
    .filter((reading) => isOf(reading, context))
    .map(({ timestamp }) => String(timestamp));
}

function isOf({ sampledValue }: JsonObject, context: string): boolean {
  return Array.isArray(sampledValue) && sampledValue.some((value) => isRecord(value) && value['context'] === context);
}

/** What was in force when a session began is signed with all of it: the first one after the change is that of GRETA. */
async function tariffs({ world }: Day): Promise<void> {
  const records = await recordsKept(world);
  const sessions = await sessionsKept(world);
  const inOrder = sessions.toSorted((one, other) => one.startedMs - other.startedMs);
  const first = inOrder.findIndex(({ idToken }) => idToken === 'GRETA');
  for (const [place, { transaction, idToken }] of inOrder.entries()) {
    const signed = records.filter((record) => record.transaction === transaction).map(ocmfOf);
    const texts = new Set(signed.map(({ fields }) => fields['TT']));
    assert.deepEqual([...texts], [place < first ? undefined : dayTariff], `the tariff of ${idToken}`);
  }
}
