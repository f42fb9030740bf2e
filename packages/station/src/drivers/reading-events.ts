import type { EvseReading, HardwareEvent } from '../evse/hardware.ts';

/** What must be told of one EVSE so that a listener who knew `before` (null: nothing) knows `after`. */
export function readingEvents(evse: number, before: EvseReading | null, after: EvseReading): readonly HardwareEvent[] {
  const events: HardwareEvent[] = [];
  const known = before?.faults ?? [];
  for (const fault of after.faults) {
    if (!known.some((other) => other.id === fault.id)) events.push({ type: 'fault', evse, fault, active: true });
  }
  if (before === null || before.cableMilliamps !== after.cableMilliamps) {
    events.push({ type: 'cable', evse, milliamps: after.cableMilliamps });
  }
  if (before?.pilot !== after.pilot) events.push({ type: 'pilot', evse, state: after.pilot });
  if (before?.contactor !== after.contactor) events.push({ type: 'contactor', evse, state: after.contactor });
  if (before?.lock !== after.lock) events.push({ type: 'lock', evse, state: after.lock });
  for (const fault of known) {
    if (!after.faults.some((other) => other.id === fault.id))
      events.push({ type: 'fault', evse, fault, active: false });
  }
  return events;
}
