import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import type { LoggedCall } from '../frame-log.ts';
import type { World, WorldOptions } from '../world/world.ts';

/** The modes of free charging in the order of their numbers. */
export const freeModes = [
  'noOcpp',
  'statusWithoutCard',
  'statusWithCard',
  'fixedTagWithCard',
  'fixedTagWithoutCard',
  'anyCard',
] as const;

/** One of the modes. */
export type FreeMode = (typeof freeModes)[number];

/** The identifier that is configured for the modes with a fixed one. */
export const freeTag = 'FREE';

/** Parameters of a station where charging is free. */
export function freeDefaults(mode: FreeMode): NonNullable<WorldOptions['defaults']> {
  return {
    'authorization.freeCharging': true,
    'authorization.freeChargingMode': mode,
    'authorization.freeChargingTag': freeTag,
  };
}

/** Whether somebody has to show a card. */
export function needsCard(mode: FreeMode): boolean {
  return mode === 'statusWithCard' || mode === 'fixedTagWithCard' || mode === 'anyCard';
}

/**
 * What the backend was told of connector 1 and of transactions after so many CALLs, in order and in short: a status as its word,
 * `Start:<idTag>`, `Values`, `Stop:<idTag>:<reason>` (Local where none is named), anything else by its action; nothing of
 * registration, heartbeats and security events.
 */
function toldSince(world: World, calls: number): string {
  return world
    .calls()
    .slice(calls)
    .flatMap((call) => shortOf(call))
    .join(' ');
}

function shortOf({ action, payload }: LoggedCall): readonly string[] {
  switch (action) {
    case 'BootNotification':
    case 'Heartbeat':
    case 'SecurityEventNotification':
      return [];
    case 'StatusNotification':
      return payload['connectorId'] === 1 ? [String(payload['status'])] : [];
    case 'StartTransaction':
      return [`Start:${String(payload['idTag'])}`];
    case 'StopTransaction':
      return [stopOf(payload)];
    case 'MeterValues':
      return ['Values'];
    default:
      return [action];
  }
}

function stopOf({ idTag = '', reason = 'Local' }: JsonObject): string {
  return `Stop:${String(idTag)}:${String(reason)}`;
}

/** Time passes until the backend was told everything of the beginning; gives how many CALLs there were. */
export async function settled(world: World, mode: FreeMode | null): Promise<number> {
  const places = mode === 'noOcpp' ? 0 : world.status().evses.length + 1;
  await world.until('every connector to be told', () => world.calls('StatusNotification').length >= places);
  await world.pass(3_000);
  return world.calls().length;
}

/** The backend is told exactly this after so many CALLs, and nothing more some seconds later. */
export async function isTold(world: World, calls: number, expected: string): Promise<void> {
  const told = (): string => toldSince(world, calls);
  await world.until('what is to be told', () => told() === expected, 20_000).catch(() => undefined);
  await world.pass(3_000);
  assert.equal(told(), expected);
}

/** A car comes to EVSE 1; three seconds pass. */
export async function plugIn(world: World, evse = 1): Promise<void> {
  await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
  await world.pass(3_000);
}

/** A card is shown at the reader of EVSE 1; three seconds pass. */
export async function showCard(world: World, uid: string, evse = 1): Promise<void> {
  await world.sim({ action: 'card', uid, evse });
  await world.pass(3_000);
}

/** The car is unplugged, whether it charges or not, and takes its cable along; the backend has all that it gets. */
export async function driveOff(world: World, evse = 1): Promise<void> {
  await world.sim({ action: 'unplugVehicle', evse });
  await world.until('a free connector', () => world.status().evses[evse - 1]?.phase === 'idle');
  await world.pass(1_000);
  await world.sim({ action: 'unplug', evse });
  await world.pass(3_000);
}
