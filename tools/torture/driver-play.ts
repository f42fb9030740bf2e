import { setTimeout as sleep } from 'node:timers/promises';

import { createSeededRandom, type Random } from '@kerbside/station';

import { between } from './round-plan.ts';
import type { TortureWorld } from './torture-world.ts';

/** What people do at one charging point. */
export interface PlayOptions {
  readonly evse: number;
  readonly seed: number;
  readonly isOver: () => boolean;
}

const glanceMs = 40;
/** A card that led to nothing is shown again after this. */
const patienceMs = 700;

/**
 * People at a charging point: they plug in, show their card until it charges, end it by card or by pulling the plug, and
 * begin again, so that most of the time a transaction is under way.
 */
export async function playDriver(world: TortureWorld, { evse, seed, isOver }: PlayOptions): Promise<void> {
  const random = createSeededRandom(`driver ${evse} of round ${seed}`);
  await sleep(between(random, 0, 150));
  while (!isOver()) {
    const uid = `CARD${evse}${Math.floor(random.next() * 3)}`;
    await plugIn(world, evse, random);
    if (await showCard(world, evse, uid)) await charge(world, { evse, uid, random, isOver });
    await sleep(glanceMs);
  }
}

async function plugIn(world: TortureWorld, evse: number, random: Random): Promise<void> {
  const soc = Math.floor(between(random, 10, 40));
  const here = (await world.look()).find(({ id }) => id === evse);
  if (here?.plugged !== true) await world.simulate({ action: 'plug', evse, soc, capacityKwh: 1_000 });
}

/** Shows the card; whether the meter began a transaction soon afterwards. */
async function showCard(world: TortureWorld, evse: number, uid: string): Promise<boolean> {
  if (world.log.stage !== 'running') return false;
  await world.simulate({ action: 'card', uid, evse });
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs) {
    if ((await world.look()).some(({ id, meterOpen }) => id === evse && meterOpen)) return true;
    await sleep(glanceMs);
  }
  return false;
}

interface Session {
  readonly evse: number;
  readonly uid: string;
  readonly random: Random;
  readonly isOver: () => boolean;
}

/** Lets it charge for a while, and ends it in one of the usual ways. */
async function charge(world: TortureWorld, { evse, uid, random, isOver }: Session): Promise<void> {
  const endMs = performance.now() + between(random, 400, 2_200);
  const way = random.next();
  while (performance.now() < endMs && !isOver()) {
    const here = (await world.look()).find(({ id }) => id === evse);
    if (here?.meterOpen !== true) return;
    await sleep(glanceMs);
  }
  if (isOver()) return;
  if (way < 0.5) await world.simulate({ action: 'card', uid, evse });
  else if (way < 0.75) await world.simulate({ action: 'unplug', evse, force: true });
  else {
    await world.simulate({ action: 'unplugVehicle', evse });
    await sleep(between(random, 50, 250));
    await world.simulate({ action: 'unplug', evse, force: true });
  }
  await ended(world, evse);
}

/** Waits until the station says that it is over: a card that is shown before that means nothing. */
async function ended(world: TortureWorld, evse: number): Promise<void> {
  const limitMs = performance.now() + patienceMs;
  while (world.log.running(evse) !== undefined && performance.now() < limitMs) await sleep(glanceMs);
}
