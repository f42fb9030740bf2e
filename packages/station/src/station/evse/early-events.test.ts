import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { HardwareEvent } from '../../evse/hardware.ts';
import { EarlyEvents } from './early-events.ts';

const plugged = (evse: number): HardwareEvent => ({ type: 'pilot', evse, state: 'B' });
const gone = (evse: number): HardwareEvent => ({ type: 'pilot', evse, state: 'A' });
const fault = (evse: number): HardwareEvent => {
  const described = { id: 'f', errorCode: 'OtherError', vendorCode: 'V', text: 'Text', severity: 'fault' } as const;
  return { type: 'fault', evse, fault: described, active: true };
};

test('what happens at an EVSE waits until it has taken over what the hardware was, and keeps its order', () => {
  const passed: HardwareEvent[] = [];
  const early = new EarlyEvents((event) => passed.push(event));
  for (const event of [plugged(1), plugged(2), fault(1), gone(1)]) early.take(event);
  assert.deepEqual(passed, []);
  early.adopted(1);
  assert.deepEqual(passed.splice(0), [plugged(1), fault(1), gone(1)]);
  early.take(plugged(1));
  assert.deepEqual(passed.splice(0), [plugged(1)]);
  early.adopted(2);
  assert.deepEqual(passed, [plugged(2)]);
});

test('what concerns the station, or no described state, waits for nobody', () => {
  const passed: HardwareEvent[] = [];
  const early = new EarlyEvents((event) => passed.push(event));
  const events: readonly HardwareEvent[] = [
    fault(0),
    { type: 'supply', state: 'failing' },
    { type: 'lost', problem: 'gone' },
    { type: 'contactor', evse: 1, state: 'open' },
    { type: 'card', evse: 1, uid: 'CARD1' },
  ];
  for (const event of events) early.take(event);
  assert.deepEqual(passed, events);
});
