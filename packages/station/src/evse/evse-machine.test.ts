import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { statusPath, statusTransitions, type ConnectorStatus } from './connector-status.ts';
import { canTakeGrant, stepEvse } from './evse-machine.ts';
import {
  initialEvseState,
  isBusy,
  isInService,
  type EvseEffect,
  type EvseInput,
  type EvseRules,
  type EvseState,
  type Grant,
} from './evse-state.ts';
import type { HardwareFault } from './hardware.ts';
import type { LegalBlock } from './legal-block.ts';
import { meterFault, refusedStart } from './own-faults.ts';
import { shownStatus } from './shown-status.ts';

const rules: EvseRules = {
  stopOnEvSideDisconnect: true,
  unlockOnEvSideDisconnect: true,
  captiveCable: false,
  preparingUntilC: false,
  admits: () => true,
  stopOnInvalidId: true,
  energyOnInvalidIdWh: 0,
};
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
  const { status, errorCode, info, vendorErrorCode } = shownStatus(state);
  assert.deepEqual([status, errorCode, info, vendorErrorCode], ['Charging', 'HighTemperature', 'Hot', 'h']);
});

describe('a short of the pilot', () => {
  const pilotShort: HardwareFault = { ...warning, id: 'pilot', errorCode: 'EVCommunicationError' };
  const raise: EvseInput = { kind: 'fault', fault: pilotShort, active: true };
  const clear: EvseInput = { kind: 'fault', fault: pilotShort, active: false };

  test('leaves the transaction alone and takes its energy away meanwhile', () => {
    const { state, effects } = play([plugIn, card, started, charge, raise, clear]);
    assert.equal(state.phase.kind, 'running');
    assert.deepEqual(effects.slice(-3), ['armSettling', 'energy', 'energy']);
    const early = play([plugIn, card, raise, started]);
    assert.ok(!early.effects.includes('energy'));
  });

  test('refuses a start, and is over when the car is gone', () => {
    const { state, effects } = play([plugIn, raise, card]);
    assert.ok(!effects.includes('startTransaction'));
    assert.deepEqual(play([plugOut], rules, state).statuses, ['Available']);
    assert.deepEqual(play([plugOut], rules, state).state.faults, []);
  });
});

test('a lock that fails during a transaction ends nothing and refuses the next start', () => {
  const lock: HardwareFault = { ...fault, id: 'jam', errorCode: 'ConnectorLockFailure' };
  const { state, effects } = play([plugIn, card, started, charge, { kind: 'fault', fault: lock, active: true }]);
  assert.ok(!effects.includes('stopTransaction'));
  const after = play([stop, stopped, card], rules, state);
  assert.deepEqual([after.effects.includes('startTransaction'), after.statuses.at(-1)], [false, 'Faulted']);
});

test('a fault that is told again keeps its age', () => {
  const other: HardwareFault = { ...fault, id: 'other', errorCode: 'OverVoltage' };
  const raise = (each: HardwareFault): EvseInput => ({ kind: 'fault', fault: each, active: true });
  const { state } = play([raise(fault), raise(other), raise({ ...fault, text: 'Still' })]);
  assert.deepEqual(
    state.faults.map(({ id, text }) => [id, text]),
    [
      ['ground', 'Still'],
      ['other', 'Ground'],
    ],
  );
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
  const { state, effects } = play([plugIn, card, started, { kind: 'deauthorized' }, stopped]);
  assert.ok(!effects.includes('unlock'));
  assert.equal(canTakeGrant(state), false);
  assert.deepEqual(play([{ kind: 'released' }], rules, state).effects, ['unlock']);
});

test('a refused identifier may also only lose its energy', () => {
  const { state, effects } = play([plugIn, card, started, charge, { kind: 'deauthorized' }], {
    ...rules,
    stopOnInvalidId: false,
  });
  assert.equal(effects.at(-1), 'energy');
  assert.equal(shownStatus(state).status, 'SuspendedEVSE');
  assert.equal(state.phase.kind, 'running');
});

test('StopTransactionOnEVSideDisconnect=false keeps the transaction and goes on when the car is back', () => {
  const keep: EvseRules = { ...rules, stopOnEvSideDisconnect: false };
  const away = play([plugIn, card, started, charge, plugOut], keep);
  assert.equal(away.state.phase.kind, 'running');
  const { status, errorCode, info } = shownStatus(away.state);
  assert.deepEqual([status, errorCode, info], ['SuspendedEV', 'NoError', 'EV side disconnected']);
  assert.deepEqual(play([plugIn], keep, away.state).effects, ['energy']);
});

test('UnlockConnectorOnEVSideDisconnect=false keeps the plug until its user frees it', () => {
  const inputs = [plugIn, card, started, plugOut, stopped];
  assert.ok(play(inputs).effects.includes('unlock'));
  const keeps = { ...rules, unlockOnEvSideDisconnect: false };
  const held = play(inputs, keeps);
  assert.ok(!held.effects.includes('unlock'));
  assert.deepEqual([shownStatus(held.state).status, canTakeGrant(held.state)], ['Finishing', false]);
  const replugged = play([plugIn], keeps, held.state);
  assert.deepEqual([shownStatus(replugged.state).status, canTakeGrant(replugged.state)], ['Finishing', false]);
  const freed = play([{ kind: 'released' }], keeps, held.state);
  assert.deepEqual(freed.effects, ['unlock', 'cancelConnectionTimeOut', 'indicate']);
  assert.equal(shownStatus(freed.state).status, 'Available');
  assert.equal(shownStatus(play([{ kind: 'cableOut' }], keeps, held.state).state).status, 'Available');
});

describe('what is free of charge', () => {
  const keeps = { ...rules, stopOnEvSideDisconnect: false, unlockOnEvSideDisconnect: false };
  const rows: readonly (readonly [string, Partial<Grant>, ends: boolean, held: boolean])[] = [
    ['what no card began and nobody is told of', { free: { card: null }, untold: true }, true, false],
    ['what no card began', { free: { card: null } }, true, false],
    ['what a card began and nobody is told of', { free: { card: 'CARD' }, untold: true }, true, true],
    ['what a card began', { free: { card: 'CARD' } }, false, false],
  ];
  for (const [what, own, ends, held] of rows)
    test(`ends by unplugging, whatever the parameter says, where nobody else could end it: ${what}`, () => {
      const granted = { kind: 'granted', grant: { ...grant, ...own } } as const;
      const out = play([plugIn, granted, started, plugOut], keeps);
      assert.equal(out.state.phase.kind, ends ? 'stopping' : 'running');
      const { phase } = play([stopped], keeps, out.state).state;
      assert.equal(phase.kind === 'finished' && phase.holds !== null, held, 'the plug is kept for the card that began');
    });

  test('goes on whatever the backend says of its identifier', () => {
    const granted = { kind: 'granted', grant: { ...grant, free: { card: 'CARD' } } } as const;
    const { state, effects } = play([plugIn, granted, started, charge], rules);
    const refused = play([{ kind: 'deauthorized' }], { ...rules, energyOnInvalidIdWh: 10 }, state);
    assert.deepEqual([refused.effects, refused.state], [[], state]);
    assert.ok(effects.includes('energy'));
  });
});

test('a captive cable is never held', () => {
  const captive = { ...rules, unlockOnEvSideDisconnect: false, captiveCable: true };
  assert.equal(shownStatus(play([plugIn, card, started, plugOut, stopped], captive).state).status, 'Available');
});

test('the cable of a refused user stays held when it is pulled at the car', () => {
  const deauthorized: EvseInput = { kind: 'stop', cause: { reason: 'deAuthorized', idToken: null } };
  const held = play([plugIn, card, started, deauthorized, stopped, plugOut]);
  assert.deepEqual([shownStatus(held.state).status, canTakeGrant(held.state)], ['Finishing', false]);
  assert.equal(shownStatus(play([{ kind: 'released' }], rules, held.state).state).status, 'Available');
});

test('nobody starts while the station cannot record it', () => {
  const { state, effects } = play([plugIn, { kind: 'blocked', reason: 'disk full' }, card]);
  assert.equal(canTakeGrant(state), false);
  assert.ok(!effects.includes('startTransaction'));
});

test('an end that is asked for while the start is under way comes before any energy', () => {
  const early = play([plugIn, card, { kind: 'stop', cause: { reason: 'unlockCommand', idToken: null } }, stop]);
  const { state, effects } = play([started], rules, early.state);
  assert.deepEqual(effects, ['stopTransaction']);
  assert.deepEqual(state.phase.kind === 'stopping' && state.phase.cause.reason, 'unlockCommand');
});

test('a pressed emergency stop is the reason of the end, another fault is not', () => {
  for (const [emergencyStop, reason] of [
    [true, 'emergencyStop'],
    [false, 'other'],
  ] as const) {
    const raise: EvseInput = { kind: 'fault', fault: { ...fault, emergencyStop }, active: true };
    const ended: EvseState['phase'] = play([plugIn, card, started, charge, raise]).state.phase;
    assert.equal(ended.kind === 'stopping' ? ended.cause.reason : ended.kind, reason);
  }
});

test('a fault that goes while the transaction ends shows no Finishing before the end is recorded', () => {
  const gone: EvseInput = { kind: 'fault', fault, active: false };
  const inputs = [plugIn, card, started, charge, { kind: 'fault', fault, active: true }, gone, stopped] as const;
  assert.deepEqual(play(inputs).statuses, ['Preparing', 'Charging', 'Faulted', 'SuspendedEVSE', 'Finishing']);
});

describe('a refused identifier with an allowance', () => {
  const refused: EvseInput = { kind: 'deauthorized' };
  for (const stopOnInvalidId of [true, false]) {
    const by: EvseRules = { ...rules, stopOnInvalidId, energyOnInvalidIdWh: 50 };
    test(`takes it once, and then ${stopOnInvalidId ? 'the transaction ends' : 'no energy flows'}`, () => {
      const granted = play([plugIn, card, started, charge, refused], by);
      assert.deepEqual([granted.effects.at(-1), granted.statuses.at(-1)], ['allowance', 'Charging']);
      const again = play([refused], by, granted.state);
      assert.deepEqual([again.effects, again.state], [[], granted.state]);
      const used = play([{ kind: 'allowanceUsed' }], by, granted.state);
      assert.deepEqual(used.effects, [stopOnInvalidId ? 'stopTransaction' : 'energy']);
      const late = play([refused], by, used.state);
      assert.deepEqual(late.effects, stopOnInvalidId ? [] : ['energy']);
    });
  }

  test('goes on with it when the same cable is plugged in again', () => {
    const by: EvseRules = { ...rules, stopOnEvSideDisconnect: false, energyOnInvalidIdWh: 50 };
    const { effects } = play([plugIn, card, started, refused, plugOut, plugIn], by);
    assert.deepEqual(effects.slice(-3), ['allowance', 'energy', 'energy']);
  });
});

describe('out of service', () => {
  const off: EvseInput = { kind: 'availability', operative: false };
  const on: EvseInput = { kind: 'availability', operative: true };
  const stories: readonly (readonly [string, readonly EvseInput[], readonly string[]])[] = [
    ['at rest', [off, on], ['Unavailable', 'Available']],
    ['with a plug without a card', [plugIn, off, on], ['Preparing', 'Unavailable', 'Preparing']],
    ['with a card without a plug', [card, off, timeOut, on], ['Preparing', 'Unavailable', 'Available']],
    ['after the time-out', [plugIn, timeOut, off, on], ['Preparing', 'Finishing', 'Unavailable', 'Preparing']],
    ['plugs come and go', [off, plugIn, card, plugOut, plugIn, on, plugOut], ['Unavailable', 'Preparing', 'Available']],
    [
      'at the end of a transaction',
      [plugIn, card, started, charge, off, stop, stopped, plugOut],
      ['Preparing', 'Charging', 'Unavailable'],
    ],
    [
      'at the end by unplugging',
      [plugIn, card, started, charge, off, plugOut, stopped],
      ['Preparing', 'Charging', 'Unavailable'],
    ],
    [
      'a start under way that fails',
      [plugIn, card, off, { kind: 'startFailed', fault: null }],
      ['Preparing', 'Unavailable'],
    ],
    [
      'no more before the end',
      [plugIn, card, started, charge, off, on, stop, stopped],
      ['Preparing', 'Charging', 'Finishing'],
    ],
    [
      'after the end',
      [plugIn, card, started, stop, stopped, off, on],
      ['Preparing', 'Finishing', 'Unavailable', 'Preparing'],
    ],
    [
      'Faulted shows all the same',
      [off, { kind: 'fault', fault, active: true }, { kind: 'fault', fault, active: false }],
      ['Unavailable', 'Faulted', 'Unavailable'],
    ],
  ];
  for (const [name, inputs, statuses] of stories) {
    test(name, () => {
      assert.deepEqual(play(inputs).statuses, statuses);
    });
  }

  test('neither a card nor a remote start is taken, and the cable of a refused user can still be released', () => {
    const { state } = play([plugIn, card, started, { kind: 'deauthorized' }, stopped, off]);
    assert.equal(canTakeGrant(state), false);
    assert.deepEqual(play([card], rules, state).effects, ['indicate']);
    assert.deepEqual(play([{ kind: 'released' }], rules, state).effects, ['unlock']);
  });
});

/** N-01: every change of status is legal, or by one legal step in between; out of service shows unless a transaction runs. */
function assertShows(state: EvseState, before: ConnectorStatus): void {
  const { status } = shownStatus(state);
  if (status !== 'Faulted') assert.equal(status === 'Unavailable', !isInService(state) && !isBusy(state));
  const path = statusPath(before, status);
  assert.ok(path.length <= 2 && (path.length < 2 || path[0] !== 'Faulted'), `${before} → ${path.join(' → ')}`);
  for (const [index, step] of path.entries()) {
    const from = path[index - 1] ?? before;
    assert.ok(statusTransitions[from].includes(step), `${from} → ${step}`);
  }
}

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
      { kind: 'endDelayed' },
      { kind: 'allowanceUsed' },
      { kind: 'leavesService' },
      { kind: 'reserved', reservation: { id: 7, idToken: 'CARD', parentIdToken: null } },
      { kind: 'reserved', reservation: null },
    ),
    fc.constantFrom<EvseInput>({ kind: 'pilot', state: 'E' }, { kind: 'pilot', state: 'F' }, { kind: 'deauthorized' }),
    fc.boolean().map((active): EvseInput => ({ kind: 'fault', fault, active })),
    fc.boolean().map((offered): EvseInput => ({ kind: 'offer', offered })),
    fc.boolean().map((operative): EvseInput => ({ kind: 'availability', operative })),
    fc.constantFrom<EvseInput>({ kind: 'blocked', reason: 'x' }, { kind: 'blocked', reason: null }),
    fc
      .subarray([legalBlock('Unavailable'), legalBlock('Faulted')])
      .map((blocks): EvseInput => ({ kind: 'legalBlocks', blocks })),
    fc
      .constantFrom('startFailed', 'done')
      .map((kind): EvseInput => (kind === 'done' ? started : { kind: 'startFailed', fault: null })),
    fc.constant(stopped),
  );
  fc.assert(
    fc.property(
      fc.array(input, { maxLength: 60 }),
      fc.record({
        stopOnEvSideDisconnect: fc.boolean(),
        stopOnInvalidId: fc.boolean(),
        energyOnInvalidIdWh: fc.constantFrom(0, 50),
      }),
      (inputs, chosen) => {
        let state: EvseState = initialEvseState;
        let running: 'none' | 'starting' | 'running' | 'stopping' = 'none';
        for (const one of inputs) {
          if (running !== 'starting' && (one.kind === 'started' || one.kind === 'startFailed')) continue;
          if (running !== 'stopping' && one.kind === 'stopped') continue;
          if (one.kind === 'started') running = 'running';
          if (one.kind === 'startFailed' || one.kind === 'stopped') running = 'none';
          const shown = shownStatus(state).status;
          const step = stepEvse(state, one, { ...rules, ...chosen });
          for (const effect of step.effects) {
            if (effect.kind === 'startTransaction') {
              assert.equal(running, 'none');
              assert.ok(state.operative && !state.leavingService && state.legalBlocks.length === 0);
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
          assertShows(state, shown);
        }
      },
    ),
    { numRuns: 500 },
  );
});

function legalBlock(shows: LegalBlock['shows']): LegalBlock {
  return {
    id: `legal-${shows}`,
    errorCode: 'PowerMeterFailure',
    vendorCode: 'legal.test',
    text: 'The meter is not as it should be',
    shows,
  };
}

describe('what calibration law has against a start (E-06)', () => {
  const blocked: EvseInput = { kind: 'legalBlocks', blocks: [legalBlock('Unavailable')] };
  const free: EvseInput = { kind: 'legalBlocks', blocks: [] };

  test('a card is refused, and so is a plug with a permission that is older', () => {
    assert.deepEqual(play([plugIn, blocked, card]).effects.slice(-1), ['indicate']);
    assert.equal(canTakeGrant(play([plugIn, blocked]).state), false);
    const later = play([card, blocked, plugIn]);
    assert.equal(later.state.phase.kind, 'timedOut');
    assert.equal(later.effects.includes('startTransaction'), false);
  });

  test('a transaction that runs goes on, and its end shows Unavailable with what is wrong', () => {
    const { state } = play([plugIn, card, started, charge, blocked]);
    const { status, errorCode } = shownStatus(state);
    assert.deepEqual([status, errorCode], ['Charging', 'PowerMeterFailure']);
    const over = shownStatus(play([stop, stopped], rules, state).state);
    assert.deepEqual(
      [over.status, over.errorCode, over.info],
      ['Unavailable', 'PowerMeterFailure', legalBlock('Unavailable').text],
    );
  });

  test('a lost meter shows Faulted, everything else Unavailable; both together Faulted', () => {
    const shows = (...kinds: readonly LegalBlock['shows'][]): string =>
      shownStatus({ ...initialEvseState, legalBlocks: kinds.map(legalBlock) }).status;
    assert.deepEqual(
      [shows('Faulted'), shows('Unavailable'), shows('Unavailable', 'Faulted')],
      ['Faulted', 'Unavailable', 'Faulted'],
    );
  });

  test('afterwards a plug that is in waits for a card: there is no way from Unavailable to Finishing (N-01)', () => {
    const { state } = play([plugIn, blocked, free]);
    assert.deepEqual([state.phase, shownStatus(state).status], [{ kind: 'preparing', grant: null }, 'Preparing']);
    assert.equal(shownStatus(play([blocked, free]).state).status, 'Available');
  });

  test('what the station finds of the meter itself is not told beside it', () => {
    const own: HardwareFault = { ...meterFault };
    const { faults } = shownStatus({ ...initialEvseState, faults: [own], legalBlocks: [legalBlock('Faulted')] });
    assert.deepEqual(
      faults.map(({ id }) => id),
      ['legal-Faulted'],
    );
  });
});

describe('a meter that takes its time to sign the end (E-08)', () => {
  const charging: readonly EvseInput[] = [
    { kind: 'pilot', state: 'B' },
    { kind: 'granted', grant },
    { kind: 'started' },
    { kind: 'pilot', state: 'C' },
  ];

  test('frees the plug as soon as nothing flows', () => {
    const { state } = play([...charging, { kind: 'stop', cause: { reason: 'local', idToken: 'CARD' } }]);
    const step = stepEvse(state, { kind: 'plugMayGo' }, rules);
    assert.deepEqual([step.effects, step.state.phase.kind], [[{ kind: 'unlock' }], 'stopping']);
  });

  test('but not the cable of a user who was refused (X-06)', () => {
    const { state } = play([...charging, { kind: 'stop', cause: { reason: 'deAuthorized', idToken: null } }]);
    assert.deepEqual(stepEvse(state, { kind: 'plugMayGo' }, rules).effects, []);
  });

  test('and changes nothing while it charges', () => {
    const { state } = play(charging);
    assert.deepEqual(stepEvse(state, { kind: 'plugMayGo' }, rules), { state, effects: [] });
  });
});

describe('a start that calibration law refused (E-06)', () => {
  const refused: readonly EvseInput[] = [
    { kind: 'pilot', state: 'B' },
    { kind: 'granted', grant },
    { kind: 'startFailed', fault: refusedStart('No signed begin') },
  ];

  test('shows Finishing with the reason, until the plug is out', () => {
    const shown = shownStatus(play(refused).state);
    assert.deepEqual(
      [shown.status, shown.errorCode, shown.info],
      ['Finishing', 'PowerMeterFailure', 'No signed begin'],
    );
    assert.equal(shownStatus(play([...refused, { kind: 'pilot', state: 'A' }]).state).errorCode, 'NoError');
  });

  test('lets the next start be another one', () => {
    assert.deepEqual(play([...refused, { kind: 'granted', grant }]).state.faults, []);
  });
});

describe('a connector that is kept for somebody (RS-01, RS-04)', () => {
  const keep: EvseInput = { kind: 'reserved', reservation: { id: 7, idToken: 'CARD', parentIdToken: null } };

  test('shows Reserved while nobody is there, before and after a plug that came for nothing', () => {
    const { statuses, effects } = play([keep, plugIn, plugOut, { kind: 'reserved', reservation: null }]);
    assert.deepEqual(statuses, ['Reserved', 'Preparing', 'Reserved', 'Available']);
    assert.ok(!effects.includes('startTransaction'));
  });

  test('refuses whom the reservations do not admit, plugged or not, and begins with others', () => {
    const strict = { ...rules, admits: ({ idToken }: Grant): boolean => idToken === 'CARD' };
    const foreign: EvseInput = { kind: 'granted', grant: { ...grant, idToken: 'FOREIGN' } };
    const refused = play([keep, foreign, plugIn, foreign], strict);
    assert.deepEqual(refused.statuses, ['Reserved', 'Preparing']);
    assert.deepEqual(
      refused.effects.filter((kind) => kind === 'indicate' || kind === 'startTransaction'),
      ['indicate', 'indicate'],
    );
    assert.ok(play([keep, card, plugIn], strict).effects.includes('startTransaction'));
  });

  test('gives the place back after ConnectionTimeOut', () => {
    assert.deepEqual(play([keep, card, { kind: 'connectionTimeOut' }]).statuses, ['Reserved', 'Preparing', 'Reserved']);
  });
});
