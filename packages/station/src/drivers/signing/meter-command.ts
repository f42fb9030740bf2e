import type { HardwareCommand } from '../../evse/hardware.ts';

const types = ['meterState', 'setMeterClock', 'beginMeter', 'signMeter', 'endMeter', 'readRecords'] as const;

/** What is asked of a meter that signs, or of a component that signs for a meter beside it. */
export type MeterCommand = Extract<HardwareCommand, { type: (typeof types)[number] }>;

/** Whether a command is one of them. */
export function isMeterCommand(command: HardwareCommand): command is MeterCommand {
  return types.some((type) => type === command.type);
}
