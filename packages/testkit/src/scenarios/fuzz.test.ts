import assert from 'node:assert/strict';

import { createSeededRandom } from '@kerbside/station';

import { expectedAnswer } from '../fuzz/expected-answer.ts';
import { FrameFuzzer } from '../fuzz/frame-fuzzer.ts';
import type { Rule } from '../script/rule.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { leave, startByCard, statusOf } from './steps.ts';

const frames = Number(process.env['KERBSIDE_FUZZ_FRAMES'] ?? 10_000);
const seed = process.env['KERBSIDE_FUZZ_SEED'] ?? '1';
const together = 50;
/** Longer ids than OCPP-J allows are served up to here, because backends send them. */
const longestId = 255;

/** How a backend keeps a station in each state of its registration. */
const states: readonly { readonly state: string; readonly rules: readonly Rule[] }[] = [
  { state: 'none', rules: [{ on: { action: 'BootNotification' }, do: { noAnswer: {} } }] },
  {
    state: 'pending',
    rules: [{ on: { action: 'BootNotification' }, do: { boot: { status: 'Pending', interval: 3600 } } }],
  },
  {
    state: 'rejected',
    rules: [{ on: { action: 'BootNotification' }, do: { boot: { status: 'Rejected', interval: 3600 } } }],
  },
  { state: 'accepted', rules: [] },
];

for (const { state, rules } of states) {
  scenario(
    `${frames} mutated frames and random calls while the registration is ${state}: each is answered as it must be, the link stays (T-13, T-14, T-15, T-26, G-01)`,
    { only: 'virtual', unregistered: true },
    async (world) => {
      world.backend.setRules(rules);
      await world.powerCycle();
      await world.until(
        state,
        () => world.calls('BootNotification').length > 1 && world.status().registration === state,
      );
      const connections = world.backend.attempts.length;
      await storm(world, state);
      assert.equal(world.backend.attempts.length, connections, 'the link was kept');
      assert.equal(world.status().registration, state);
      assert.equal(world.backend.ledger.transactions().length, 0);
      await chargesAsUsual(world);
    },
  );
}

/** Sends all frames, some at a time, and looks at the answers to each. */
async function storm(world: World, state: string): Promise<void> {
  const fuzzer = new FrameFuzzer(createSeededRandom(`${seed} ${state}`));
  for (let sent = 0; sent < frames; sent += together) {
    const before = world.backend.frames.all().length;
    const texts = Array.from({ length: together }, () => fuzzer.next());
    for (const text of texts) world.backend.sendText(world.identity, text);
    await world.pass(20);
    const answers = world.backend.frames
      .all()
      .slice(before)
      .filter(({ direction }) => direction === 'in')
      .map(({ text }) => JSON.parse(text) as readonly unknown[])
      .filter(([type]) => type !== 2);
    const byId = Map.groupBy(answers, ([, id]) => String(id));
    for (const text of texts) judge(text, byId, state);
    assert.equal(byId.size, 0, `answers to nothing that was asked: ${JSON.stringify([...byId.values()])}`);
  }
}

/** Takes the answer to one text out of `answers` and judges it. */
function judge(text: string, answers: Map<string, readonly (readonly unknown[])[]>, state: string): void {
  const expected = expectedAnswer(text, longestId);
  if (expected.kind === 'none') return;
  const given = answers.get(expected.id) ?? [];
  answers.delete(expected.id);
  assert.equal(given.length, 1, `${text} was answered ${given.length} times`);
  const [type, , code] = given[0] ?? [];
  const isNotImplemented = type === 3 && Reflect.get(Object(code), 'status') === 'NotImplemented';
  if (state === 'rejected') assert.deepEqual([type, code], [4, 'SecurityError'], text);
  else if (expected.kind === 'unknownTrigger' && isNotImplemented) return;
  else if (expected.kind !== 'served') {
    assert.ok(type === 4 && expected.codes.includes(String(code)), `${text} was answered ${JSON.stringify(given)}`);
  } else
    assert.ok(
      type === 3 || code === 'NotSupported' || code === 'PropertyConstraintViolation',
      `${text}: ${JSON.stringify(given)}`,
    );
}

/** After all that, a backend that behaves gets a session from begin to end. */
async function chargesAsUsual(world: World): Promise<void> {
  world.backend.setRules([]);
  await world.powerCycle();
  await world.until('registration', () => world.status().registration === 'accepted');
  // Some mutated call may have been a right one that took everything out of service.
  const operative = world.backend.call(world.identity, 'ChangeAvailability', { connectorId: 0, type: 'Operative' });
  await world.until('Available', () => statusOf(world, 1) === 'Available');
  await operative;
  await startByCard(world, 1, 'CARD1');
  await world.pass(5_000);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
  await leave(world, 1);
  assert.equal(world.backend.ledger.counts.open, 0);
}
