import type { EvseConfig, Quantities } from './evse-state.ts';
import type { FaultId } from './fault-table.ts';

/** A limit of a measured quantity: the fault comes at `from` and goes at `until` (hysteresis). */
export interface QuantityLimit {
  readonly quantity: keyof Quantities;
  readonly fault: FaultId;
  readonly comes: (value: number, config: EvseConfig) => boolean;
  readonly goes: (value: number, config: EvseConfig) => boolean;
}

/** When the hardware reports what it measures as a fault. 6 mA: direct residual current by IEC 62955; ±10 %: EN 50160. */
export const quantityLimits: readonly QuantityLimit[] = [
  { quantity: 'temperatureC', fault: 'temperatureWarning', comes: (value) => value >= 75, goes: (value) => value < 65 },
  { quantity: 'temperatureC', fault: 'highTemperature', comes: (value) => value >= 90, goes: (value) => value < 75 },
  { quantity: 'residualMilliamps', fault: 'groundFailure', comes: (value) => value >= 6, goes: (value) => value < 6 },
  {
    quantity: 'volts',
    fault: 'overVoltage',
    comes: (value, config) => value > config.nominalVolts * 1.1,
    goes: (value, config) => value < config.nominalVolts * 1.08,
  },
  {
    quantity: 'volts',
    fault: 'underVoltage',
    comes: (value, config) => value < config.nominalVolts * 0.9,
    goes: (value, config) => value > config.nominalVolts * 0.92,
  },
];
