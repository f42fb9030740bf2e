import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  deratedMilliamps,
  faultEffect,
  faultEnd,
  refusesStart,
  stopsTransaction,
  suspendsEnergy,
} from './fault-effect.ts';
import { holdMs, type Presence } from './fault-hold.ts';
import type { HardwareFault } from './hardware.ts';

function fault(errorCode: string, over: Partial<HardwareFault> = {}): HardwareFault {
  return { id: errorCode, errorCode, vendorCode: 'V', text: 'Text', severity: 'fault', ...over };
}

describe('what a fault does, as a fault and as a warning', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['GroundFailure', 'stops', 'tells'],
    ['EVCommunicationError', 'stops', 'refusesStart'],
    ['OverCurrentFailure', 'stops', 'tells'],
    ['PowerSwitchFailure', 'stops', 'tells'],
    ['ConnectorLockFailure', 'refusesStart', 'tells'],
    ['PowerMeterFailure', 'refusesStart', 'tells'],
    ['HighTemperature', 'stops', 'tells'],
    ['OverVoltage', 'stops', 'tells'],
    ['UnderVoltage', 'stops', 'tells'],
    ['ReaderFailure', 'tells', 'tells'],
    ['WeakSignal', 'tells', 'tells'],
    ['ResetFailure', 'tells', 'tells'],
    ['LocalListConflict', 'tells', 'tells'],
    ['InternalError', 'stops', 'tells'],
    ['OtherError', 'stops', 'tells'],
    ['SomethingOfTheVendor', 'stops', 'tells'],
    ['constructor', 'stops', 'tells'],
  ];
  for (const [errorCode, asFault, asWarning] of rows) {
    test(`${errorCode}: ${asFault}, ${asWarning}`, () => {
      const faults = [fault(errorCode), fault(errorCode, { severity: 'warning' })] as const;
      assert.deepEqual(faults.map(faultEffect), [asFault, asWarning]);
      assert.deepEqual(
        faults.map((each) => stopsTransaction([each])),
        [asFault === 'stops', asWarning === 'stops'],
      );
      assert.deepEqual(
        faults.map((each) => refusesStart([each])),
        [asFault !== 'tells', asWarning !== 'tells'],
      );
    });
  }
});

test('an error of a USB device without a code of its own stops nothing', () => {
  assert.equal(faultEffect(fault('OtherError', { device: 'usb' })), 'tells');
});

test('only a broken pilot takes the energy away and leaves the transaction', () => {
  assert.equal(suspendsEnergy([fault('EVCommunicationError', { severity: 'warning' })]), true);
  assert.equal(suspendsEnergy([fault('ConnectorLockFailure'), fault('PowerMeterFailure')]), false);
});

test('of several deratings the lowest limit counts', () => {
  assert.equal(deratedMilliamps([fault('HighTemperature')]), null);
  const hot = (limitMilliamps: number): HardwareFault => fault('HighTemperature', { limitMilliamps });
  assert.equal(deratedMilliamps([hot(16_000), fault('ReaderFailure'), hot(10_000)]), 10_000);
});

describe('a fault that the hardware has cleared is held', () => {
  const here: Presence = { plugged: true, cable: true, leftMs: null };
  const left: Presence = { plugged: false, cable: true, leftMs: 5_000 };
  const gone: Presence = { plugged: false, cable: false, leftMs: 5_000 };
  const never: Presence = { plugged: false, cable: true, leftMs: Number.NEGATIVE_INFINITY };
  const rows: readonly (readonly [string, HardwareFault, Presence, number])[] = [
    ['a ground failure while the vehicle is there', fault('GroundFailure'), here, Infinity],
    ['a ground failure 10 s after the vehicle left', fault('GroundFailure'), left, 7_000],
    ['a ground failure no longer when the plug is out', fault('GroundFailure'), gone, 0],
    ['a ground failure not at all when nobody was there', fault('GroundFailure'), never, 0],
    ['a failed diode check while the vehicle is there', fault('EVCommunicationError'), here, Infinity],
    ['a failed diode check no longer when the vehicle is gone', fault('EVCommunicationError'), left, 0],
    ['a tripped breaker not at all', fault('OverCurrentFailure'), here, 0],
    ['a mere warning not at all', fault('GroundFailure', { severity: 'warning' }), here, 0],
  ];
  for (const [name, cleared, presence, expectedMs] of rows) {
    test(name, () => assert.equal(holdMs(cleared, presence, 8_000), expectedMs));
  }

  test('and never longer than needed', () => {
    assert.equal(holdMs(fault('GroundFailure'), left, 15_000), 0);
    assert.equal(faultEnd(fault('PowerSwitchFailure')), 'hardware');
  });
});
