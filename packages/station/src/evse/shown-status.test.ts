import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { initialEvseState, type EvseState, type Grant, type Phase } from './evse-state.ts';
import type { HardwareFault, PilotState } from './hardware.ts';
import { shownStatus } from './shown-status.ts';

const grant: Grant = { idToken: 'CARD', parentIdToken: null, via: 'card', movable: false };
const cause = { reason: 'local', idToken: 'CARD' } as const;
const running = { kind: 'running', grant, energy: 'on', settling: false } as const satisfies Phase;
const fault = (errorCode: string, over: Partial<HardwareFault> = {}): HardwareFault => {
  return { id: errorCode, errorCode, vendorCode: 'V', text: `${errorCode} text`, severity: 'fault', ...over };
};
const at = (phase: Phase, over: Partial<EvseState> = {}): EvseState => {
  return { ...initialEvseState, plugged: true, pilot: 'B', phase, ...over };
};

describe('the status of a phase', () => {
  const rows: readonly (readonly [string, EvseState, string])[] = [
    ['nobody there', initialEvseState, 'Available'],
    ['a plug without a card', at({ kind: 'preparing', grant: null }), 'Preparing'],
    ['a card without a plug', at({ kind: 'preparing', grant }, { plugged: false, pilot: 'A' }), 'Preparing'],
    ['meter and lock at work', at({ kind: 'starting', grant }), 'Preparing'],
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
    ['ending after a fault that is gone', at({ kind: 'stopping', grant, cause, shown: 'Faulted' }), 'Finishing'],
    ['blocked', at({ kind: 'preparing', grant: null }, { blocked: 'disk full' }), 'Preparing'],
  ];
  for (const [name, state, status] of rows) {
    test(`${name}: ${status}`, () => {
      const info = name.includes('without a plug') || state.plugged || state.phase.kind === 'idle' ? null : 'x';
      assert.deepEqual(shownStatus(state), { status, errorCode: 'NoError', info, vendorErrorCode: null });
    });
  }
});

test('a transaction without a car says so (X-10)', () => {
  assert.deepEqual(shownStatus(at(running, { plugged: false, pilot: 'A' })), {
    status: 'SuspendedEV',
    errorCode: 'NoError',
    info: 'EV side disconnected',
    vendorErrorCode: null,
  });
});

test('a fault outranks warnings, whichever came first', () => {
  const hot = fault('HighTemperature', { severity: 'warning' });
  const state = at(running, { pilot: 'C', faults: [hot, fault('GroundFailure')] });
  assert.deepEqual(shownStatus(state), {
    status: 'Faulted',
    errorCode: 'GroundFailure',
    info: 'GroundFailure text',
    vendorErrorCode: 'V',
  });
});

test('a warning that may not be shown with this status leaves room for the next (N-03)', () => {
  const warnings = [
    fault('EVCommunicationError', { severity: 'warning' }),
    fault('HighTemperature', { severity: 'warning' }),
  ];
  assert.equal(shownStatus(at(running, { pilot: 'C', faults: warnings })).errorCode, 'HighTemperature');
  assert.equal(shownStatus(at(running, { faults: warnings })).errorCode, 'EVCommunicationError');
});

test('a broken pilot is never shown as Faulted with EVCommunicationError: during a transaction it suspends (N-03)', () => {
  const faults = [fault('EVCommunicationError')];
  const shown = (state: EvseState): readonly string[] => {
    const { status, errorCode, info } = shownStatus({ ...state, faults });
    assert.equal(info, 'EVCommunicationError text');
    return [status, errorCode];
  };
  assert.deepEqual(shown(at({ kind: 'preparing', grant: null })), ['Preparing', 'EVCommunicationError']);
  assert.deepEqual(shown(at(running, { pilot: 'C' })), ['SuspendedEVSE', 'EVCommunicationError']);
  assert.deepEqual(shown(at({ kind: 'finished', holds: null })), ['Finishing', 'EVCommunicationError']);
  assert.deepEqual(shown(initialEvseState), ['Faulted', 'OtherError']);
});

test('whatever the state: Faulted has an error code, and EVCommunicationError goes with four statuses only (N-03)', () => {
  const phase = fc.constantFrom<Phase>(
    { kind: 'idle' },
    { kind: 'preparing', grant: null },
    { kind: 'preparing', grant },
    { kind: 'timedOut' },
    { kind: 'starting', grant },
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
