import assert from 'node:assert/strict';

import { isRecord } from '@kerbside/station';

import type { Rule } from '../script/rule.ts';
import { ask, registered, reset } from './backend-steps.ts';
import type { Day, Happening } from './day-clock.ts';

const every = { action: '*' } as const;

/** The backend refuses everything but what keeps the station registered. */
const refusing: readonly Rule[] = [
  { name: 'the backend refuses everything', on: every, do: { callError: { code: 'InternalError' } } },
];

/** The backend books what it gets, and answers nothing. */
const silent: readonly Rule[] = [{ name: 'the backend is silent', on: every, do: { noAnswer: {} } }];

/** What goes wrong in the course of the day. */
export const mishaps: readonly Happening[] = [
  { at: '08:00', what: 'the backend refuses everything', act: async (day) => misbehave(day, refusing) },
  { at: '08:20', what: 'the backend takes messages again', act: async (day) => behave(day) },
  { at: '10:00', what: 'the power is cut', act: cutPower },
  { at: '11:20', what: 'the clock of the backend jumps', act: async ({ world }) => jump(world.backend) },
  { at: '11:30', what: 'the station follows', act: clockFollows },
  { at: '12:30', what: 'the link goes down', act: ({ world }) => world.cutLink() },
  { at: '13:20', what: 'a card that nobody knows is refused', act: refusedOffline },
  { at: '14:30', what: 'the link is back', act: linkBack },
  { at: '15:00', what: 'a Reset Soft', act: (day) => resetTo(day, 'Soft') },
  { at: '15:40', what: 'the backend is silent', act: async (day) => misbehave(day, silent) },
  { at: '15:50', what: 'the backend answers again', act: async (day) => behave(day) },
  { at: '18:00', what: 'a Reset Hard', act: (day) => resetTo(day, 'Hard') },
  { at: '21:15', what: 'the power is cut', act: cutPower },
];

/** The mishaps of a short morning. */
export const morningMishaps: readonly Happening[] = [
  { at: '06:10', what: 'the link goes down', act: ({ world }) => world.cutLink() },
  { at: '06:14', what: 'the link is back', act: linkBack },
  { at: '06:16', what: 'the power is cut', act: cutPower },
];

function misbehave(day: Day, rules: readonly Rule[]): void {
  const { backend } = day.world;
  backend.checker.expect({ finishingMayOvertake: true, parkedResends: true });
  noteOpen(day);
  backend.setRules(rules);
}

async function behave(day: Day): Promise<void> {
  const { backend } = day.world;
  backend.setRules([]);
  await allDelivered(day);
  noteOpen(day);
  backend.checker.expect({ finishingMayOvertake: false, parkedResends: false });
}

/** What is under way while the backend misbehaves. */
function noteOpen({ world, disturbed }: Day): void {
  for (const { transactionId, stops } of world.backend.ledger.transactions()) {
    if (stops.length === 0) disturbed.add(transactionId);
  }
}

/** Nothing waits any more, and nothing is parked. */
async function allDelivered({ world }: Day): Promise<void> {
  const isDelivered = (): boolean => {
    const { waiting, parked } = world.status().outbox;
    return waiting === 0 && parked === 0;
  };
  await world.until('everything to be delivered', isDelivered, 1_200_000);
}

/** How far the clock of the backend jumps. */
export const jumpMs: number = 4 * 60_000;

function jump(backend: Day['world']['backend']): void {
  backend.configure({ clockOffsetMs: backend.settings.clockOffsetMs + jumpMs });
}

/** While others charge there is no silence for a Heartbeat: the backend asks for one. */
async function clockFollows({ world }: Day): Promise<void> {
  assert.equal((await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' }))['status'], 'Accepted');
  await world.pass(1_000);
  const aheadMs = world.status().clock.nowMs - world.time.systemWallMs();
  assert.ok(Math.abs(aheadMs - jumpMs) < 1_000, `the station is ${aheadMs} ms ahead`);
}

async function cutPower(day: Day): Promise<void> {
  const { world } = day;
  const before = world.station.station;
  await world.sim({ action: 'powerCycle' });
  const shown = await registers(day);
  await world.until('the station to begin anew', () => (world.station.station ?? before) !== before);
  await registered(world);
  assert.deepEqual(await registers(day), shown, 'without power the contactors are open, and nobody goes on by himself');
}

async function resetTo({ world }: Day, type: 'Soft' | 'Hard'): Promise<void> {
  await reset(world, type);
  await registered(world);
}

/** What the meter of each connector shows, in Wh. */
export async function registers({ world }: Day): Promise<readonly number[]> {
  const { evses } = await world.sim({ action: 'state' });
  assert.ok(Array.isArray(evses));
  return evses.map((evse) => {
    const meter = isRecord(evse) ? evse['meter'] : null;
    return isRecord(meter) ? Number(meter['energyWh']) : Number.NaN;
  });
}

async function refusedOffline({ world }: Day): Promise<void> {
  await world.sim({ action: 'card', uid: 'STRANGER', evse: 3 });
  await world.pass(15_000);
}

async function linkBack(day: Day): Promise<void> {
  await day.world.restoreLink();
  await registered(day.world);
  await allDelivered(day);
}
