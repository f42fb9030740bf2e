import assert from 'node:assert/strict';

import { isRecord, type JsonObject } from '@kerbside/station';

import type { LedgerTransaction } from '../ledger/ledger-entry.ts';
import type { Day } from './day-clock.ts';
import { ocmfOf, recordsKept } from './eichrecht/signed-steps.ts';
import { bootedVersions } from './firmware-steps.ts';

/** Fails unless as much went wrong in the course of the day as was planned, and no more. */
export async function asMuchAsPlanned(day: Day): Promise<void> {
  connections(day);
  const { world } = day;
  assert.deepEqual(bootedVersions(world).slice(-6), [...Array<string>(5).fill('simulated'), '2.7.0']);
  const refusals = world.hardware
    .commands('indicate')
    .filter(({ command }) => 'signal' in command && command.signal === 'refused');
  assert.equal(refusals.length, 4, 'a stolen card, two at reserved connectors, and a stranger without the backend');
  const transactions = world.backend.ledger.transactions();
  assert.deepEqual(
    transactions.flatMap(({ reservationId }) => reservationId ?? []),
    [11, 14],
  );
  for (const transaction of transactions) everyQuarterHour(transaction);
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

/** The clock-aligned values of a transaction are those of the quarters of an hour within it. */
function everyQuarterHour({ idTag, startTimestamp, stops, meterValues }: LedgerTransaction): void {
  const expected = [];
  const endMs = Date.parse(stops[0]?.timestamp ?? '');
  for (let atMs = Math.ceil(Date.parse(startTimestamp) / quarterMs) * quarterMs; atMs < endMs; atMs += quarterMs)
    expected.push(new Date(atMs).toISOString());
  const aligned = meterValues
    .flatMap(({ entry, readings }) => (entry.kind === 'new' ? readings : []))
    .filter(isAligned)
    .map(({ timestamp }) => String(timestamp));
  assert.deepEqual(aligned.toSorted(), expected, `clock-aligned values of ${idTag}`);
}

function isAligned(reading: JsonObject): boolean {
  const values = reading['sampledValue'];
  return Array.isArray(values) && values.some((value) => isRecord(value) && value['context'] === 'Sample.Clock');
}

/** The tariff that was in force when a session began is signed with all of it. */
async function tariffs({ world, beganMs }: Day): Promise<void> {
  const changedMs = world.time.systemWallMs() - (world.time.monotonicMs() - beganMs) + 6.1 * 3_600_000;
  const signed = (await recordsKept(world)).map(ocmfOf);
  const inForce = signed.map(({ fields, readings }) => {
    const beganAtMs = Date.parse(readings[0]?.time.slice(0, 23).replace(',', '.') ?? '');
    return [fields['TT'] === '0,49 €/kWh', beganAtMs > changedMs] as const;
  });
  assert.ok(inForce.some(([isNew]) => isNew) && inForce.some(([isNew]) => !isNew));
}
