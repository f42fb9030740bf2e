import type { MeterValuesRequest } from '@kerbside/ocpp/ocpp16';

/** The calls that are measured. */
export const loads = ['MeterValues', 'Heartbeat'] as const;
export type Load = (typeof loads)[number];

const perPhase = ['L1', 'L2', 'L3'] as const;

/** What a three-phase station says of a running transaction: nine values, some 1,050 bytes on the wire. */
const meterValues: MeterValuesRequest = {
  connectorId: 1,
  transactionId: 4711,
  meterValue: [
    {
      timestamp: '2026-11-22T10:00:00.000Z',
      sampledValue: [
        { value: '1234567', context: 'Sample.Periodic', measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
        { value: '11040', context: 'Sample.Periodic', measurand: 'Power.Active.Import', unit: 'W' },
        { value: '54', context: 'Sample.Periodic', measurand: 'SoC', unit: 'Percent' },
        ...perPhase.map((phase) => ({
          value: '16.0',
          context: 'Sample.Periodic' as const,
          measurand: 'Current.Import' as const,
          phase,
          unit: 'A' as const,
        })),
        ...perPhase.map((phase) => ({
          value: '230.1',
          context: 'Sample.Periodic' as const,
          measurand: 'Voltage' as const,
          phase,
          unit: 'V' as const,
        })),
      ],
    },
  ],
};

/** The payload of each call. */
export const payloads: Readonly<Record<Load, object>> = { MeterValues: meterValues, Heartbeat: {} };

/** What the backend answers. */
export const answers: Readonly<Record<Load, object>> = {
  MeterValues: {},
  Heartbeat: { currentTime: '2026-11-22T10:00:00.000Z' },
};
