import assert from 'node:assert/strict';

import { readOcmf, sessionFindings, type OcmfRecord } from '@kerbside/ocmf';

import type { World } from '../../world/world.ts';
import { statusOf } from '../steps.ts';

/** One connector with a meter that signs. */
export const signing: readonly [{ readonly signs: true }] = [{ signs: true }];

type Kept = Awaited<ReturnType<World['station']['archives']['signed']['of']>>[number];
type Session = Awaited<ReturnType<World['station']['archives']['sessions']['read']>>[number];

/** The records of the archive, oldest first. */
export async function recordsKept(world: World): Promise<readonly Kept[]> {
  return (await world.station.archives.signed.page(0, 1_000)).records;
}

/** The sessions of the archive, oldest first. */
export async function sessionsKept(world: World): Promise<readonly Session[]> {
  return (await world.station.archives.sessions.read({ limit: 100 })).toReversed();
}

/** What the legal logbook says of a kind, oldest first. */
export async function logged(world: World, kind: string): Promise<readonly string[]> {
  const entries = await world.station.archives.logbook.read({ limit: 200 });
  return entries
    .filter((entry) => entry.kind === kind)
    .map(({ text }) => text)
    .toReversed();
}

/** A record as OCMF. */
export function ocmfOf(record: Kept | undefined): OcmfRecord {
  assert.ok(record !== undefined, 'there is no such record');
  return readOcmf(record.blob.data);
}

/** Begin and end of the newest session as OCMF; fails when they may not be billed by. */
export async function billedPair(world: World): Promise<readonly [begin: OcmfRecord, end: OcmfRecord]> {
  const session = (await sessionsKept(world)).at(-1);
  assert.equal(session?.billing, 'signed', session?.problem ?? 'there is no session');
  const records = await world.station.archives.signed.of(session.transaction);
  const begin = ocmfOf(records.find(({ context }) => context === 'Transaction.Begin'));
  const end = ocmfOf(records.find(({ context }) => context === 'Transaction.End'));
  assert.deepEqual(sessionFindings([begin, end]), []);
  return [begin, end];
}

/** The numbers of the meter's records in the archive, in order; fails when one is missing or there twice. */
export async function pagination(world: World): Promise<readonly number[]> {
  const numbers = (await recordsKept(world)).map((record) => ocmfOf(record).pagination?.number ?? 0);
  const sorted = numbers.toSorted((left, right) => left - right);
  assert.deepEqual(
    sorted,
    sorted.map((_, place) => (sorted[0] ?? 0) + place),
    'the numbers have gaps',
  );
  return sorted;
}

/** The register of a record's first or last reading, in Wh with its decimals. */
export function wattHours({ readings }: OcmfRecord, place: 0 | -1 = -1): number {
  const reading = readings.at(place);
  assert.equal(reading?.unit, 'kWh');
  return Math.round(Number(reading.value) * 1_000_000) / 1_000;
}

/** Whoever showed the card shows it again; until the connector shows the end. */
export async function stopByCard(world: World, evse: number, card: string): Promise<void> {
  await world.sim({ action: 'card', uid: card, evse });
  await world.until('the end', () => statusOf(world, evse) === 'Finishing', 200_000);
}

/** The types of the commands that the hardware got, in order, from a place on. */
export function commandsFrom(world: World, from: number): readonly string[] {
  return world.hardware
    .commands()
    .slice(from)
    .map(({ command }) => command.type)
    .filter((type) => !['readMeter', 'indicate', 'setLimit'].includes(type));
}
