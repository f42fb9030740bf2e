import assert from 'node:assert/strict';

import type { World } from '../world/world.ts';
import { ask, delivered } from './backend-steps.ts';
import { inSeconds } from './charging-steps.ts';
import { reported, untilReported } from './steps.ts';

/** What a reservation is to be like; unless the sketch says otherwise number 7 of connector 1 for RESERVED, an hour long. */
export interface ReservationSketch {
  readonly connectorId?: number;
  readonly idTag?: string;
  readonly parentIdTag?: string;
  readonly reservationId?: number;
  readonly seconds?: number;
}

/** ReserveNow; what the station answers. */
export async function reserveNow(world: World, sketch: ReservationSketch = {}): Promise<unknown> {
  const { connectorId = 1, idTag = 'RESERVED', reservationId = 7, parentIdTag, seconds = 3_600 } = sketch;
  const expiryDate = inSeconds(world, seconds);
  const group = parentIdTag === undefined ? {} : { parentIdTag };
  return (await ask(world, 'ReserveNow', { connectorId, expiryDate, idTag, reservationId, ...group }))['status'];
}

/** A reservation of a connector that has to be taken, and shown after the answer. */
export async function reserved(world: World, sketch: ReservationSketch = {}): Promise<void> {
  await told(world);
  assert.equal(await reserveNow(world, sketch), 'Accepted');
  if (sketch.connectorId !== 0) await untilReported(world, sketch.connectorId ?? 1, 'Reserved');
}

/** CancelReservation; what the station answers. */
export async function cancelReservation(world: World, reservationId = 7): Promise<unknown> {
  return (await ask(world, 'CancelReservation', { reservationId }))['status'];
}

/** The backend has the first statuses. */
export async function told(world: World): Promise<void> {
  const ids = [0, ...world.status().evses.map(({ id }) => id)];
  await world.until('the first statuses', () => ids.every((id) => reported(world, id).length > 0));
}

/** The newest StartTransaction, once everything is delivered: connector, identifier, reservation. */
export async function started(world: World): Promise<readonly unknown[]> {
  await delivered(world);
  const payload = world.calls('StartTransaction').at(-1)?.payload ?? {};
  return [payload['connectorId'], payload['idTag'], payload['reservationId']];
}

/** RemoteStartTransaction; what the station answers. */
export async function remoteStart(world: World, idTag: string, connectorId?: number): Promise<unknown> {
  const place = connectorId === undefined ? {} : { connectorId };
  return (await ask(world, 'RemoteStartTransaction', { idTag, ...place }))['status'];
}

/** A card is shown that has to be refused; whether the backend was asked for it. */
export async function refusedCard(world: World, uid: string, evse: number): Promise<boolean> {
  const asked = world.calls('Authorize').length;
  const starts = world.calls('StartTransaction').length;
  const signals = world.hardware.commands('indicate').length;
  await world.sim({ action: 'card', uid, evse });
  await world.until('a refusal', () =>
    world.hardware
      .commands('indicate')
      .slice(signals)
      .some(({ command }) => 'signal' in command && command.signal === 'refused'),
  );
  await world.pass(1_000);
  assert.equal(world.calls('StartTransaction').length, starts, `${uid} started`);
  return world.calls('Authorize').length > asked;
}

/** Ids and connectors of the reservations that the station has. */
export function reservationsOf(world: World): readonly (readonly [id: number, evse: number])[] {
  return world.station.reservations.views().map(({ id, evse }) => [id, evse]);
}
