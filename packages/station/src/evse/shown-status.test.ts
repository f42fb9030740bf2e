import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { initialEvseState, type EvseState, type Grant, type Phase } from './evse-state.ts';
import type { HardwareFault, PilotState } from './hardware.ts';
import type { ConnectorStatus } from './connector-status.ts';
import { shownStatus, shownWith } from './shown-status.ts';

const grant: Grant = { idToken: 'CARD', parentIdToken: null, via: 'card', movable: false };
const cause = { reason: 'local', idToken: 'CARD' } as const;
const running = { kind: 'running', grant, energy: 'on', settling: false } as const satisfies Phase;
const fault = (errorCode: string, over: Partial<HardwareFault> = {}): HardwareFault => {
  return { id: errorCode, errorCode, vendorCode: 'V', text: `${errorCode} text`, severity: 'fault', ...over };
};
const at = (phase: Phase, over: Partial<EvseState> = {}): EvseState => {
  return { ...initialEvseState, plugged: true, pilot: 'B', phase, ...over };
};

const reserved = { id: 7, idToken: 'CARD', parentIdToken: null };
const unplugged = { plugged: false, pilot: 'A' } as const;

describe('the status of a phase', () => {
  const rows: readonly (readonly [string, EvseState, string])[] = [
    ['nobody there', initialEvseState, 'Available'],
    ['nobody there, kept for somebody (RS-01)', at({ kind: 'idle' }, { ...unplugged, reserved }), 'Reserved'],
    ['kept for somebody, and a plug is in', at({ kind: 'preparing', grant: null }, { reserved }), 'Preparing'],
    [
      'kept for somebody, out of service',
      at({ kind: 'idle' }, { ...unplugged, reserved, operative: false }),
      'Unavailable',
    ],
    ['a plug without a card', at({ kind: 'preparing', grant: null }), 'Preparing'],
    ['a card without a plug', at({ kind: 'preparing', grant }, { plugged: false, pilot: 'A' }), 'Preparing'],
    ['meter and lock at work', at({ kind: 'starting', grant, ending: null }), 'Preparing'],
    ['no card in time', at({ kind: 'timedOut' }), 'Finishing'],
    ['over, the plug still in', at({ kind: 'finished', holds: null }), 'Finishing'],
    ['the cable of a refused user', at({ kind: 'finished', holds: grant }), 'Finishing'],
    ['energy offered, the car not yet ready', at({ ...running, settling: true }), 'Preparing'],
    ['energy offered, not taken', at(running), 'SuspendedEV'],
    ['energy taken', at(running, { pilot: 'C' }), 'Charging'],
    ['energy taken with ventilation', at(running, { pilot: 'D' }), 'Charging'],
    ['nothing offered, though the car asks', at(running, { pilot: 'C', offered: false }), 'SuspendedEVSE'],
    ['nothing offered and nothing asked (N-04)', at(running, { offered: false }), 'SuspendedEVSE'],
    [
      'refused by the backend',
      at({ kind: 'running', grant, energy: 'deauthorized', settling: false }, { pilot: 'C' }),
      'SuspendedEVSE',
    ],
    ['ending', at({ kind: 'stopping', grant, cause, shown: 'Charging' }), 'Charging'],
    ['ending after a fault that is gone', at({ kind: 'stopping', grant, cause, shown: 'Faulted' }), 'SuspendedEVSE'],
    ['out of service', { ...initialEvseState, operative: false }, 'Unavailable'],
    ['out of service, a plug in', at({ kind: 'timedOut' }, { operative: false }), 'Unavailable'],
    ['out of service, the end recorded', at({ kind: 'finished', holds: null }, { operative: false }), 'Unavailable'],
    ['out of service once it is over', at(running, { pilot: 'C', operative: false }), 'Charging'],
    ['blocked', at({ kind: 'preparing', grant: null }, { blocked: 'disk full' }), 'Preparing'],
  ];
  for (const [name, state, status] of rows) {
    test(`${name}: ${status}`, () => {
      const info = name.includes('without a plug') || state.plugged || state.phase.kind === 'idle' ? null : 'x';
      assert.deepEqual(shownStatus(state), shownWith(status as ConnectorStatus, [], info));
    });
  }
});

test('a transaction without a car says so (X-10)', () => {
  const { status, errorCode, info, note } = shownStatus(at(running, { plugged: false, pilot: 'A' }));
  assert.deepEqual(
    [status, errorCode, info, note],
    ['SuspendedEV', 'NoError', ...Array(2).fill('EV side disconnected')],
  );
});

test('of several faults the most severe shows, of those the oldest; the others go with it', () => {
  const hot = fault('HighTemperature', { severity: 'warning' });
  const faults = [hot, fault('ConnectorLockFailure'), fault('OverVoltage'), fault('GroundFailure')];
  const shown = shownStatus(at(running, { pilot: 'C', faults }));
  const { status, errorCode, info, vendorErrorCode } = shown;
  assert.deepEqual([status, errorCode, info, vendorErrorCode], ['Faulted', 'OverVoltage', 'OverVoltage text', 'V']);
  assert.deepEqual(
    shown.faults.map(({ id }) => id),
    ['OverVoltage', 'GroundFailure', 'ConnectorLockFailure', 'HighTemperature'],
  );
});

test('a fault that only keeps others from starting is a warning while a transaction runs, and Faulted otherwise', () => {
  const shown = (state: EvseState): readonly string[] => {
    const { status, errorCode } = shownStatus({ ...state, faults: [fault('ConnectorLockFailure')] });
    return [status, errorCode];
  };
  assert.deepEqual(shown(at(running, { pilot: 'C' })), ['Charging', 'ConnectorLockFailure']);
  assert.deepEqual(shown(at({ kind: 'stopping', grant, cause, shown: 'Charging' })), [
    'Charging',
    'ConnectorLockFailure',
  ]);
  assert.deepEqual(shown(at({ kind: 'finished', holds: null })), ['Faulted', 'ConnectorLockFailure']);
  assert.deepEqual(shown(at({ kind: 'preparing', grant: null })), ['Faulted', 'ConnectorLockFailure']);
});

test('a pilot fault beside one that is Faulted has no code of its own there (N-03)', () => {
  const faults = [fault('EVCommunicationError', { severity: 'warning' }), fault('ConnectorLockFailure')];
  const { status, faults: shown } = shownStatus(at({ kind: 'preparing', grant: null }, { faults }));
  assert.deepEqual([status, shown.map(({ errorCode }) => errorCode)], ['Faulted', ['ConnectorLockFailure']]);
});

test('a broken pilot is never shown as Faulted with EVCommunicationError: during a transaction it suspends (N-03)', () => {
  const shown = (state: EvseState, severity: HardwareFault['severity']): string => {
    const { status, errorCode, info } = shownStatus({
      ...state,
      faults: [fault('EVCommunicationError', { severity })],
    });
    assert.equal(info, 'EVCommunicationError text');
    return `${status} ${errorCode}`;
  };
  const states = [
    at({ kind: 'preparing', grant: null }),
    at(running, { pilot: 'C' }),
    at({ kind: 'finished', holds: null }),
  ];
  assert.deepEqual(
    states.map((state) => shown(state, 'warning')),
    ['Preparing EVCommunicationError', 'SuspendedEVSE EVCommunicationError', 'Finishing EVCommunicationError'],
  );
  // A car that failed its diode check has to go before anything else can be.
  assert.deepEqual(
    states.map((state) => shown(state, 'fault')),
    ['Finishing EVCommunicationError', 'SuspendedEVSE EVCommunicationError', 'Finishing EVCommunicationError'],
  );
  assert.deepEqual(
    [shown(initialEvseState, 'warning'), shown({ ...initialEvseState, operative: false }, 'fault')],
    ['Faulted OtherError', 'Faulted OtherError'],
  );
});

test('whatever the state: Faulted has an error code, and EVCommunicationError goes with four statuses only (N-03)', () => {
  const phase = fc.constantFrom<Phase>(
    { kind: 'idle' },
    { kind: 'preparing', grant: null },
    { kind: 'preparing', grant },
    { kind: 'timedOut' },
    { kind: 'starting', grant, ending: null },
    running,
    { ...running, settling: true },
    { kind: 'running', grant, energy: 'deauthorized', settling: false },
    { kind: 'stopping', grant, cause, shown: 'Charging' },
    { kind: 'stopping', grant, cause, shown: 'SuspendedEV' },
    { kind: 'stopping', grant, cause, shown: 'Faulted' },
    { kind: 'finished', holds: grant },
  );
  const faults = fc.array(
    fc.record({
      errorCode: fc.constantFrom('EVCommunicationError', 'GroundFailure', 'HighTemperature'),
      severity: fc.constantFrom('fault' as const, 'warning' as const),
    }),
    { maxLength: 3 },
  );
  const pilot = fc.constantFrom<PilotState>('A', 'B', 'C', 'D', 'E', 'F');
  fc.assert(
    fc.property(phase, faults, pilot, fc.boolean(), fc.boolean(), (kind, raised, level, plugged, offered) => {
      const active = raised.map(({ errorCode, severity }) => fault(errorCode, { severity }));
      const state = { ...initialEvseState, phase: kind, pilot: level, plugged, offered, faults: active };
      const { status, errorCode } = shownStatus(state);
      if (status === 'Faulted') assert.notEqual(errorCode, 'NoError');
      if (errorCode === 'EVCommunicationError') {
        assert.ok(['Preparing', 'SuspendedEV', 'SuspendedEVSE', 'Finishing'].includes(status), status);
      }
      if (active.some(({ severity }) => severity === 'fault')) assert.notEqual(errorCode, 'NoError');
    }),
    { numRuns: 500 },
  );
});
