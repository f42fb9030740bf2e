import type { World } from '../world/world.ts';

/** A car comes, a card is shown, current flows. */
export async function startByCard(world: World, evse: number, uid: string): Promise<void> {
  await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid, evse });
  await world.until(`EVSE ${evse} to charge`, () => statusOf(world, evse) === 'Charging');
}

/** The same card is shown again and the car leaves. */
export async function endByCard(world: World, evse: number, uid: string): Promise<void> {
  await world.sim({ action: 'card', uid, evse });
  await world.until(`EVSE ${evse} to finish`, () => statusOf(world, evse) === 'Finishing');
  await leave(world, evse);
}

/** The car unplugs and drives away. */
export async function leave(world: World, evse: number): Promise<void> {
  await world.sim({ action: 'unplug', evse });
  await world.until(`EVSE ${evse} to be free`, () => statusOf(world, evse) === 'Available');
  await world.until('the outbox to be empty or the link to be down', () => idle(world));
}

/** What was reported of a connector, in order; of the last so many reports. */
export function reported(world: World, connectorId: number, last: number = Infinity): readonly string[] {
  const statuses = world
    .calls('StatusNotification')
    .filter(({ payload }) => payload['connectorId'] === connectorId)
    .map(({ payload }) => String(payload['status']));
  return statuses.slice(-last);
}

/** Time passes until a connector was last reported with a status. */
export async function untilReported(world: World, connectorId: number, status: string): Promise<void> {
  await world.until(`connector ${connectorId} to be ${status}`, () => reported(world, connectorId, 1)[0] === status);
}

/** What an EVSE shows. */
export function statusOf(world: World, evse: number): string | undefined {
  return world.status().evses[evse - 1]?.status;
}

function idle(world: World): boolean {
  const { outbox, registration, link } = world.status();
  return outbox.waiting === 0 || registration !== 'accepted' || link.kind !== 'open';
}
