import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  initialRegistration,
  stepRegistration,
  type RegistrationInput,
  type RegistrationRules,
  type RegistrationState,
} from './registration-machine.ts';

const rules: RegistrationRules = { bootOnReconnect: 'onDemand', random: () => 0 };

function play(
  steps: readonly (readonly [atMs: number, input: RegistrationInput])[],
  by: RegistrationRules = rules,
): { state: RegistrationState; effects: string[] } {
  let state = initialRegistration;
  const effects: string[] = [];
  for (const [atMs, input] of steps) {
    const step = stepRegistration(state, input, atMs, by);
    state = step.state;
    for (const effect of step.effects) {
      effects.push(
        effect.kind === 'wakeAt'
          ? `wakeAt ${effect.dueMs}`
          : effect.kind === 'registered'
            ? `registered ${String(effect.again)}`
            : effect.kind,
      );
    }
  }
  return { state, effects };
}

const opened: RegistrationInput = { kind: 'linkOpened', fresh: false };
const fresh: RegistrationInput = { kind: 'linkOpened', fresh: true };
const closed: RegistrationInput = { kind: 'linkClosed' };
const answer = (status: 'accepted' | 'pending' | 'rejected', intervalSeconds: number): RegistrationInput => ({
  kind: 'bootAnswered',
  status,
  intervalSeconds,
});

test('the first message after a start is BootNotification', () => {
  assert.deepEqual(play([[0, fresh]]).effects, ['sendBoot']);
});

test('Pending repeats BootNotification after the interval and not sooner, whatever arrives meanwhile (B-04)', () => {
  const { effects, state } = play([
    [0, fresh],
    [10, answer('pending', 30)],
    [20_000, { kind: 'due' }],
  ]);
  assert.deepEqual(effects, ['sendBoot', 'wakeAt 30010']);
  assert.equal(state.kind, 'pending');
  assert.deepEqual(
    play([
      [0, fresh],
      [10, answer('pending', 30)],
      [30_010, { kind: 'due' }],
    ]).effects.at(-1),
    'sendBoot',
  );
});

test('a reconnect while Pending or Rejected keeps the interval (B-05)', () => {
  const { effects, state } = play([
    [0, fresh],
    [0, answer('rejected', 60)],
    [1000, closed],
    [5000, opened],
  ]);
  assert.deepEqual(effects, ['sendBoot', 'wakeAt 60000', 'wakeAt 60000']);
  assert.equal(state.kind, 'rejected');
});

test('interval 0 with Pending or Rejected waits a minute (B-06)', () => {
  assert.deepEqual(
    play([
      [0, fresh],
      [0, answer('pending', 0)],
    ]).effects.at(-1),
    'wakeAt 60000',
  );
});

test('a BootNotification that is not answered is repeated with a growing wait (B-07)', () => {
  const { effects } = play([
    [0, fresh],
    [0, { kind: 'bootFailed' }],
    [10_000, { kind: 'due' }],
    [10_000, { kind: 'bootFailed' }],
    [30_000, { kind: 'due' }],
  ]);
  assert.deepEqual(effects, ['sendBoot', 'wakeAt 10000', 'sendBoot', 'wakeAt 30000', 'sendBoot']);
});

test('a reconnect after Accepted sends no BootNotification (T-22)', () => {
  const { effects } = play([
    [0, fresh],
    [0, answer('accepted', 300)],
    [1, closed],
    [2, opened],
  ]);
  assert.deepEqual(effects, ['sendBoot', 'registered false', 'registered true']);
});

test('a new endpoint registers anew (T-22)', () => {
  const { effects } = play([
    [0, fresh],
    [0, answer('accepted', 300)],
    [1, closed],
    [2, fresh],
  ]);
  assert.deepEqual(effects.at(-1), 'sendBoot');
});

test('bootOnReconnect=true sends BootNotification after each reconnect', () => {
  const { effects } = play(
    [
      [0, fresh],
      [0, answer('accepted', 300)],
      [1, closed],
      [2, opened],
      [3, answer('accepted', 300)],
    ],
    { ...rules, bootOnReconnect: 'true' },
  );
  assert.deepEqual(effects, ['sendBoot', 'registered false', 'sendBoot', 'registered true']);
});

test('a SecurityError brings one BootNotification, on demand only', () => {
  const steps: [number, RegistrationInput][] = [
    [0, fresh],
    [0, answer('accepted', 300)],
    [5, { kind: 'securityError' }],
  ];
  assert.deepEqual(play(steps).effects.at(-1), 'sendBoot');
  assert.deepEqual(play(steps, { ...rules, bootOnReconnect: 'false' }).effects.at(-1), 'registered false');
});

test('what was said before the link was lost is not believed of another endpoint', () => {
  const { state } = play([
    [0, fresh],
    [0, answer('rejected', 600)],
    [1, closed],
    [2, fresh],
  ]);
  assert.equal(state.kind, 'booting');
});
