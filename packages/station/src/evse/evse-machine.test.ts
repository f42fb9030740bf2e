import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { canTakeGrant, stepEvse } from './evse-machine.ts';
import {
  initialEvseState,
  type EvseEffect,
  type EvseInput,
  type EvseRules,
  type EvseState,
  type Grant,
} from './evse-state.ts';
import type { HardwareFault } from './hardware.ts';
import { shownStatus } from './shown-status.ts';

const rules: EvseRules = { stopOnEvSideDisconnect: true, unlockOnEvSideDisconnect: true };
const grant: Grant = { idToken: 'CARD', parentIdToken: null, via: 'card', movable: false };
const fault: HardwareFault = {
  id: 'ground',
  errorCode: 'GroundFailure',
  vendorCode: 'g',
  text: 'Ground',
  severity: 'fault',
};
const warning: HardwareFault = {
  id: 'hot',
  errorCode: 'HighTemperature',
  vendorCode: 'h',
  text: 'Hot',
  severity: 'warning',
};

interface Played {
  readonly state: EvseState;
  readonly effects: readonly EvseEffect['kind'][];
  readonly statuses: readonly string[];
}

function play(inputs: readonly EvseInput[], by: EvseRules = rules, from: EvseState = initialEvseState): Played {
  let state = from;
  const effects: EvseEffect['kind'][] = [];
  const statuses: string[] = [];
  for (const input of inputs) {
    const step = stepEvse(state, input, by);
    state = step.state;
    effects.push(...step.effects.map((effect) => effect.kind));
    const { status } = shownStatus(state);
    if (statuses.at(-1) !== status) statuses.push(status);
  }
  return { state, effects, statuses };
}

const plugIn: EvseInput = { kind: 'pilot', state: 'B' };
const charge: EvseInput = { kind: 'pilot', state: 'C' };
const plugOut: EvseInput = { kind: 'pilot', state: 'A' };
const card: EvseInput = { kind: 'granted', grant };
const started: EvseInput = { kind: 'started' };
const stop: EvseInput = { kind: 'stop', cause: { reason: 'local', idToken: 'CARD' } };
const stopped: EvseInput = { kind: 'stopped' };
const timeOut: EvseInput = { kind: 'connectionTimeOut' };

describe('the story of a session', () => {
  const stories: readonly [string, readonly EvseInput[], readonly string[]][] = [
    [
      'plug first',
      [plugIn, card, started, charge, stop, stopped, plugOut],
      ['Preparing', 'Charging', 'Finishing', 'Available'],
    ],
    [
      'card first',
      [card, plugIn, started, charge, stop, stopped, plugOut],
      ['Preparing', 'Charging', 'Finishing', 'Available'],
    ],
    ['card without a car', [card, timeOut], ['Preparing', 'Available']],
    ['car without a card', [plugIn, timeOut, plugOut], ['Preparing', 'Finishing', 'Available']],
    [
      'a card after the time-out starts through Preparing',
      [plugIn, timeOut, card, started],
      ['Preparing', 'Finishing', 'Preparing'],
    ],
    [
      'the car leaves while it charges',
      [plugIn, card, started, charge, plugOut, stopped],
      ['Preparing', 'Charging', 'Available'],
    ],
    [
      'the car pauses and goes on',
      [plugIn, card, charge, started, plugIn, charge],
      ['Preparing', 'Charging', 'SuspendedEV', 'Charging'],
    ],
    [
      'a second session without unplugging',
      [plugIn, card, started, stop, stopped, card, started],
      ['Preparing', 'Finishing', 'Preparing'],
    ],
    [
      'a refused start leaves Finishing',
      [plugIn, card, { kind: 'startFailed', fault: null }, plugOut],
      ['Preparing', 'Finishing', 'Available'],
    ],
  ];
  for (const [name, inputs, statuses] of stories) {
    test(name, () => {
      assert.deepEqual(play(inputs).statuses, statuses);
    });
  }
});

test('the contactor is asked to close only after the start is recorded', () => {
  const before = play([plugIn, card]);
  assert.ok(before.effects.includes('startTransaction'));
  assert.ok(!before.effects.includes('energy'));
  assert.deepEqual(play([started], rules, before.state).effects, ['energy', 'armSettling']);
});

test('a car that does not take what is offered shows SuspendedEV once it had its time', () => {
  assert.deepEqual(play([plugIn, card, started, { kind: 'settled' }, charge]).statuses, [
    'Preparing',
    'SuspendedEV',
    'Charging',
  ]);
});

test('a fault ends the transaction and shows Faulted until it is gone', () => {
  const { state, effects, statuses } = play([plugIn, card, started, charge, { kind: 'fault', fault, active: true }]);
  assert.equal(effects.at(-1), 'stopTransaction');
  assert.equal(statuses.at(-1), 'Faulted');
  const after = play([stopped, { kind: 'fault', fault, active: false }], rules, state);
  assert.deepEqual(after.statuses, ['Faulted', 'Finishing']);
});

test('a warning is shown with the operative status and ends nothing', () => {
  const { state, effects } = play([plugIn, card, started, charge, { kind: 'fault', fault: warning, active: true }]);
  assert.ok(!effects.includes('stopTransaction'));
  assert.deepEqual(shownStatus(state), {
    status: 'Charging',
    errorCode: 'HighTemperature',
    info: 'Hot',
    vendorErrorCode: 'h',
  });
});

test('EVCommunicationError goes with four statuses only', () => {
  const pilotShort: HardwareFault = { ...warning, id: 'pilot', errorCode: 'EVCommunicationError' };
  const raise: EvseInput = { kind: 'fault', fault: pilotShort, active: true };
  assert.equal(shownStatus(play([raise]).state).errorCode, 'NoError');
  assert.equal(shownStatus(play([plugIn, raise]).state).errorCode, 'EVCommunicationError');
});

test('a fault while the start is under way ends the transaction as soon as it has begun', () => {
  const { effects } = play([plugIn, card, { kind: 'fault', fault, active: true }, started]);
  assert.deepEqual(effects.slice(-1), ['stopTransaction']);
  assert.ok(!effects.includes('energy'));
});

test('a lock that does not move refuses the start until the plug is out', () => {
  const lock: HardwareFault = { ...fault, id: 'lock-not-moving', errorCode: 'ConnectorLockFailure' };
  const { state, statuses } = play([plugIn, card, { kind: 'startFailed', fault: lock }]);
  assert.equal(statuses.at(-1), 'Faulted');
  assert.equal(canTakeGrant(state), false);
  assert.equal(shownStatus(play([plugOut], rules, state).state).status, 'Available');
});

test('a refused identifier keeps the cable until it or its group is shown again', () => {
  const { state, effects } = play([plugIn, card, started, { kind: 'deauthorized', stop: true }, stopped]);
  assert.ok(!effects.includes('unlock'));
  assert.equal(canTakeGrant(state), false);
  assert.deepEqual(play([{ kind: 'released' }], rules, state).effects, ['unlock']);
});

test('a refused identifier may also only lose its energy', () => {
  const { state, effects } = play([plugIn, card, started, charge, { kind: 'deauthorized', stop: false }]);
  assert.equal(effects.at(-1), 'energy');
  assert.equal(shownStatus(state).status, 'SuspendedEVSE');
  assert.equal(state.phase.kind, 'running');
});

test('StopTransactionOnEVSideDisconnect=false keeps the transaction and goes on when the car is back', () => {
  const keep: EvseRules = { ...rules, stopOnEvSideDisconnect: false };
  const away = play([plugIn, card, started, charge, plugOut], keep);
  assert.equal(away.state.phase.kind, 'running');
  assert.deepEqual(shownStatus(away.state), {
    status: 'SuspendedEV',
    errorCode: 'NoError',
    info: 'EV side disconnected',
    vendorErrorCode: null,
  });
  assert.deepEqual(play([plugIn], keep, away.state).effects, ['energy']);
});

test('UnlockConnectorOnEVSideDisconnect=false leaves the plug at the station locked', () => {
  const inputs = [plugIn, card, started, plugOut, stopped];
  assert.ok(play(inputs).effects.includes('unlock'));
  assert.ok(!play(inputs, { ...rules, unlockOnEvSideDisconnect: false }).effects.includes('unlock'));
});

test('nobody starts while the station cannot record it', () => {
  const { state, effects } = play([plugIn, { kind: 'blocked', reason: 'disk full' }, card]);
  assert.equal(canTakeGrant(state), false);
  assert.ok(!effects.includes('startTransaction'));
});

test('whatever happens, a transaction begins and ends in pairs and energy flows only in between', () => {
  const input = fc.oneof(
    fc.constantFrom<EvseInput>(
      plugIn,
      charge,
      plugOut,
      card,
      timeOut,
      stop,
      { kind: 'grantWithdrawn' },
      { kind: 'released' },
    ),
    fc.constantFrom<EvseInput>(
      { kind: 'pilot', state: 'E' },
      { kind: 'pilot', state: 'F' },
      { kind: 'deauthorized', stop: true },
    ),
    fc.boolean().map((active): EvseInput => ({ kind: 'fault', fault, active })),
    fc.boolean().map((offered): EvseInput => ({ kind: 'offer', offered })),
    fc.constantFrom<EvseInput>({ kind: 'blocked', reason: 'x' }, { kind: 'blocked', reason: null }),
    fc
      .constantFrom('startFailed', 'done')
      .map((kind): EvseInput => (kind === 'done' ? started : { kind: 'startFailed', fault: null })),
    fc.constant(stopped),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), fc.boolean(), (inputs, stopOnEvSideDisconnect) => {
      let state: EvseState = initialEvseState;
      let running: 'none' | 'starting' | 'running' | 'stopping' = 'none';
      for (const one of inputs) {
        if (running !== 'starting' && (one.kind === 'started' || one.kind === 'startFailed')) continue;
        if (running !== 'stopping' && one.kind === 'stopped') continue;
        if (one.kind === 'started') running = 'running';
        if (one.kind === 'startFailed' || one.kind === 'stopped') running = 'none';
        const step = stepEvse(state, one, { ...rules, stopOnEvSideDisconnect });
        for (const effect of step.effects) {
          if (effect.kind === 'startTransaction') {
            assert.equal(running, 'none');
            running = 'starting';
          }
          if (effect.kind === 'stopTransaction') {
            assert.equal(running, 'running');
            running = 'stopping';
          }
          if (effect.kind === 'energy' && effect.on) assert.equal(running, 'running');
        }
        state = step.state;
        const inMachine =
          state.phase.kind === 'starting' || state.phase.kind === 'running' || state.phase.kind === 'stopping';
        assert.equal(inMachine, running !== 'none');
        if (inMachine) assert.equal(state.phase.kind, running);
      }
    }),
    { numRuns: 500 },
  );
});
