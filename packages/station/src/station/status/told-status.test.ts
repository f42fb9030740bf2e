import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { ConnectorStatus } from '../../evse/connector-status.ts';
import { shownWith, type ShownFault, type ShownStatus } from '../../evse/shown-status.ts';
import { toldChange, toldStatus, type StatusClasses, type ToldStatus } from './told-status.ts';

const all: StatusClasses = { informative: false, errors: true, usbErrors: true };
const errors: StatusClasses = { informative: false, errors: true, usbErrors: false };
const none: StatusClasses = { informative: true, errors: false, usbErrors: true };

const fault = (errorCode: string, over: Partial<ShownFault> = {}): ShownFault => {
  return {
    id: errorCode,
    errorCode,
    vendorErrorCode: `V-${errorCode}`,
    text: `${errorCode} text`,
    usb: false,
    ...over,
  };
};
const ground = fault('GroundFailure');
const leak = fault('GroundFailure', { id: 'leak', text: 'Leak' });
const breaker = fault('OverCurrentFailure');
const hot = fault('HighTemperature');
const reader = fault('ReaderFailure');
const usb = fault('OtherError', { usb: true });

/** A report in short: status, error code and vendor's code in one, text. */
function brief({ status, errorCode, vendorErrorCode, info }: ToldStatus): string {
  const code = vendorErrorCode === null ? errorCode : `${errorCode}+`;
  return [status, ...(errorCode === 'NoError' ? [] : [code]), ...(info === null ? [] : [`"${info}"`])].join(' ');
}

describe('the present, by class', () => {
  const rows: readonly (readonly [string, ShownStatus, StatusClasses, string])[] = [
    ['no fault', shownWith('Charging', []), errors, 'Charging'],
    ['a note', shownWith('SuspendedEV', [], 'gone'), none, 'SuspendedEV "gone"'],
    ['a fault', shownWith('Faulted', [ground]), errors, 'Faulted GroundFailure+ "GroundFailure text"'],
    ['a fault, errors off', shownWith('Faulted', [ground]), none, 'Faulted GroundFailure'],
    ['a warning', shownWith('Charging', [hot]), errors, 'Charging HighTemperature+ "HighTemperature text"'],
    ['a warning, errors off', shownWith('Charging', [hot]), none, 'Charging'],
    ['a USB error', shownWith('Available', [usb]), all, 'Available OtherError+ "OtherError text"'],
    ['a USB error, only errors on', shownWith('Available', [usb]), errors, 'Available'],
    [
      'a USB error before a warning',
      shownWith('Available', [usb, hot]),
      errors,
      'Available HighTemperature+ "HighTemperature text"',
    ],
    ['a USB error that is Faulted', shownWith('Faulted', [usb, hot]), errors, 'Faulted OtherError'],
  ];
  for (const [name, shown, classes, expected] of rows) {
    test(`${name}: ${expected}`, () => assert.equal(brief(toldStatus(shown, classes)), expected));
  }
});

interface Row {
  readonly name: string;
  readonly before: ShownStatus;
  readonly now: ShownStatus;
  readonly classes?: StatusClasses;
  /** What the backend heard last, when that is not what was shown. */
  readonly told?: ToldStatus;
  readonly expected: readonly string[];
}

const shows = (status: ConnectorStatus, ...faults: readonly ShownFault[]): ShownStatus => shownWith(status, faults);

const changes: readonly Row[] = [
  { name: 'nothing', before: shows('Charging', hot), now: shows('Charging', hot), expected: [] },
  { name: 'a transition', before: shows('Charging'), now: shows('Finishing'), expected: ['Finishing'] },
  {
    name: 'a transition that needs a detour',
    before: shows('Finishing'),
    now: shows('Charging'),
    expected: ['Preparing', 'Charging'],
  },
  {
    name: 'a fault comes',
    before: shows('Charging'),
    now: shows('Faulted', ground),
    expected: ['Faulted GroundFailure+ "GroundFailure text"'],
  },
  {
    name: 'a fault comes, errors off',
    before: shows('Charging'),
    now: shows('Faulted', ground),
    classes: none,
    expected: ['Faulted GroundFailure'],
  },
  {
    name: 'a fault goes',
    before: shows('Faulted', ground),
    now: shows('Finishing'),
    expected: ['Finishing "Resolved: GroundFailure text"'],
  },
  {
    name: 'a fault goes, errors off',
    before: shows('Faulted', ground),
    now: shows('Finishing'),
    classes: none,
    expected: ['Finishing'],
  },
  {
    name: 'a warning comes',
    before: shows('Charging'),
    now: shows('Charging', hot),
    expected: ['Charging HighTemperature+ "HighTemperature text"'],
  },
  {
    name: 'a warning comes, errors off',
    before: shows('Charging'),
    now: shows('Charging', hot),
    classes: none,
    expected: [],
  },
  {
    name: 'a warning goes',
    before: shows('Charging', hot),
    now: shows('Charging'),
    expected: ['Charging "Resolved: HighTemperature text"'],
  },
  {
    name: 'a warning goes, errors off',
    before: shows('Charging', hot),
    now: shows('Charging'),
    classes: none,
    expected: [],
  },
  {
    name: 'a second warning comes and the first goes on showing',
    before: shows('Charging', hot),
    now: shows('Charging', hot, reader),
    expected: ['Charging ReaderFailure+ "ReaderFailure text"'],
  },
  {
    name: 'the first of two warnings goes: NoError is not the last word',
    before: shows('Charging', hot, reader),
    now: shows('Charging', reader),
    expected: ['Charging "Resolved: HighTemperature text"', 'Charging ReaderFailure+ "ReaderFailure text"'],
  },
  {
    name: 'a second fault comes',
    before: shows('Faulted', ground),
    now: shows('Faulted', ground, breaker),
    expected: ['Faulted OverCurrentFailure+ "OverCurrentFailure text"'],
  },
  {
    name: 'the second fault goes: the first is said again',
    before: shows('Faulted', ground, breaker),
    now: shows('Faulted', ground),
    told: toldStatus(shows('Faulted', breaker), errors),
    expected: ['Faulted GroundFailure+ "GroundFailure text"'],
  },
  {
    name: 'the first fault goes and the second was said last: Faulted would only be repeated',
    before: shows('Faulted', ground, breaker),
    now: shows('Faulted', breaker),
    told: toldStatus(shows('Faulted', breaker), errors),
    expected: [],
  },
  {
    name: 'a second fault of the same code comes: nothing new for those who read codes',
    before: shows('Faulted', ground),
    now: shows('Faulted', ground, leak),
    expected: [],
  },
  {
    name: 'of two faults of one code the one said last goes',
    before: shows('Faulted', ground, leak),
    now: shows('Faulted', ground),
    told: toldStatus(shows('Faulted', leak), errors),
    expected: [],
  },
  {
    name: 'the first of two faults goes, errors off: its code was said last, and that of the other follows',
    before: shows('Faulted', ground, breaker),
    now: shows('Faulted', breaker),
    classes: none,
    expected: ['Faulted OverCurrentFailure'],
  },
  {
    name: 'one fault takes the place of another, errors off',
    before: shows('Faulted', ground),
    now: shows('Faulted', breaker),
    classes: none,
    expected: ['Faulted OverCurrentFailure'],
  },
  {
    name: 'a transition beside a warning',
    before: shows('Charging', hot),
    now: shows('SuspendedEV', hot),
    expected: ['SuspendedEV HighTemperature+ "HighTemperature text"'],
  },
  {
    name: 'a fault goes and a warning stays',
    before: shows('Faulted', ground, hot),
    now: shows('Finishing', hot),
    expected: ['Finishing HighTemperature+ "HighTemperature text"'],
  },
  {
    name: 'a note comes',
    before: shows('SuspendedEV'),
    now: shownWith('SuspendedEV', [], 'gone'),
    expected: ['SuspendedEV "gone"'],
  },
  { name: 'a note goes', before: shownWith('SuspendedEV', [], 'gone'), now: shows('SuspendedEV'), expected: [] },
  { name: 'a USB error comes, only errors on', before: shows('Available'), now: shows('Available', usb), expected: [] },
];

describe('a change', () => {
  for (const { name, before, now, classes = errors, told = toldStatus(before, classes), expected } of changes) {
    test(`${name}: ${expected.length === 0 ? 'nothing' : expected.join(', ')}`, () => {
      assert.deepEqual(toldChange({ told, before, now }, classes).map(brief), expected);
    });
  }
});
