import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '@kerbside/station';

import { PowerWorld, type CutPlan } from '../world/power-world.ts';

/** Reservations as `id@connector`, sorted. */
type Held = readonly string[];

/** One CALL of the backend, and what it makes of the reservations when it is Accepted. */
interface Step {
  readonly action: string;
  readonly payload: JsonObject;
  readonly makes: (held: Held) => Held;
}

const beginMs = Date.UTC(2026, 10, 22, 12);

function without(held: Held, id: number): Held {
  return held.filter((each) => !each.startsWith(`${id}@`));
}

function reserve(reservationId: number, connectorId: number, idTag: string, minutes = 600): Step {
  const expiryDate = new Date(beginMs + minutes * 60_000).toISOString();
  return {
    action: 'ReserveNow',
    payload: { connectorId, expiryDate, idTag, reservationId },
    makes: (held) => [...without(held, reservationId), `${reservationId}@${connectorId}`].toSorted(),
  };
}

function cancel(reservationId: number): Step {
  return {
    action: 'CancelReservation',
    payload: { reservationId },
    makes: (held) => without(held, reservationId),
  };
}

/** What the story came to: which reservations there may be, and whether the one of the start was promised before it. */
interface Played {
  readonly world: PowerWorld;
  readonly possible: readonly Held[];
  readonly promised: boolean;
}

async function play(plan: CutPlan): Promise<Played> {
  const world = new PowerWorld(plan, { evses: 3, defaults: { 'metering.sampleInterval': 60 } });
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  let possible: readonly Held[] = [[]];
  const ask = async (step: Step): Promise<void> => {
    const answer = await call(world, step);
    const made = possible.map(step.makes);
    if (answer === 'Accepted') possible = made;
    else if (answer === null) possible = [...possible, ...made];
  };
  await world.start();
  await world.pass(5_000);
  for (const step of [
    reserve(1, 1, 'CARD1'),
    reserve(2, 0, 'CARD2'),
    reserve(1, 2, 'CARD1'),
    cancel(2),
    reserve(3, 3, 'CARD3', 4),
  ])
    await ask(step);
  const promised = possible.every((held) => held.includes('1@2'));
  await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'FOREIGN', evse: 2 });
  await world.pass(5_000);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 2 });
  await world.pass(5_000);
  // The third reservation expires, and the power may go around that.
  await world.pass(240_000);
  return { world, possible, promised };
}

/** What the backend was answered; null when it was not. */
async function call(world: PowerWorld, { action, payload }: Step): Promise<unknown> {
  if (!world.backend.online('CS-1')) await world.pass(60_000);
  let answer: unknown = null;
  world.backend
    .call('CS-1', action, payload)
    .then(({ status }) => {
      answer = status;
    })
    .catch(() => undefined);
  await world.pass(1_000);
  return answer;
}

function heldBy(world: PowerWorld): Held {
  const views = world.station?.reservations.views() ?? [];
  return views.map(({ id, evse }) => `${id}@${evse}`).toSorted();
}

/** A start uses its reservation in its own commit: there is the one or the other. */
function judge({ world, possible, promised }: Played, plan: string): void {
  const found = heldBy(world);
  const starts = world.backend.ledger.transactions();
  const users = starts.filter(({ reservationId }) => reservationId !== undefined);
  assert.ok(users.length <= 1, `a reservation was used twice: ${plan}`);
  if (promised) {
    assert.ok(!starts.some(({ idTag }) => idTag === 'FOREIGN'), `a foreign card began: ${plan}`);
    assert.deepEqual(users.length === 0, found.includes('1@2'), `used and kept, or neither: ${plan}`);
    for (const { idTag, reservationId } of users) assert.deepEqual([idTag, reservationId], ['CARD1', 1]);
  }
  assert.ok(!found.some((each) => each.startsWith('3@')), `expired, and still there: ${plan}`);
  const rest = JSON.stringify(without(found, 1));
  const allowed = possible.map((each) => JSON.stringify(without(without(each, 1), 3)));
  assert.ok(allowed.includes(rest), `${rest} is none of ${allowed.join(' ')}: ${plan}`);
}

test('power may go at any durable step: reservations that were answered for hold or are gone as answered, and a start uses its own in one step with it (RS-01, RS-02, RS-05, RS-06, RS-07, fault 46)', async () => {
  const calm = await play({});
  assert.deepEqual([calm.promised, calm.possible], [true, [['1@2', '3@3']]]);
  judge(calm, 'calm');
  assert.equal(calm.world.backend.ledger.transactions()[0]?.reservationId, 1);
  assert.deepEqual(heldBy(calm.world), []);
  const steps = calm.world.durableSteps;
  await calm.world.end();
  assert.ok(steps > 12, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const played = await play(plan);
      assert.equal(played.world.cuts, 1, `the power did not go at ${JSON.stringify(plan)}`);
      judge(played, JSON.stringify(plan));
      await played.world.end();
    }
  }
});
