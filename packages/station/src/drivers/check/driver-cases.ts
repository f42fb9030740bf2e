import { descriptionCases } from './cases/description-cases.ts';
import { eventCases } from './cases/event-cases.ts';
import { lifeCases } from './cases/life-cases.ts';
import { lockCases } from './cases/lock-cases.ts';
import { meterCases } from './cases/meter-cases.ts';
import { powerCases } from './cases/power-cases.ts';
import { signingCases } from './cases/signing-cases.ts';
import { wireCases } from './cases/wire-cases.ts';
import type { DriverCase } from './driver-case.ts';

/** What every driver must do, in the order in which it is checked: the harmless first, what switches power later. */
export const driverCases: readonly DriverCase[] = [
  ...descriptionCases,
  ...wireCases,
  ...meterCases,
  ...signingCases,
  ...lockCases,
  ...eventCases,
  ...powerCases,
  ...lifeCases,
];
