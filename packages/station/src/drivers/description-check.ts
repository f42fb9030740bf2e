import type { EvseDescription, HardwareDescription } from '../evse/hardware.ts';

/** Why a station cannot work with hardware that is described like this, in words; null when it can. */
export function descriptionProblem({ evses }: HardwareDescription): string | null {
  if (evses.length === 0) return 'it describes no charging point';
  const ids = evses.map(({ id }) => id);
  if (ids.some((id, index) => id !== index + 1)) {
    return `the charging points are ${ids.join(', ')}; they count from 1 without a gap`;
  }
  const problems = evses.flatMap((evse) => evseProblem(evse) ?? []);
  return problems[0] ?? null;
}

function evseProblem(evse: EvseDescription): string | null {
  const { id, minMilliamps, maxMilliamps, nominalVolts, fixedCable, meter, state } = evse;
  if (maxMilliamps <= 0) return `EVSE ${id}: maxMilliamps is 0; nothing could ever be charged`;
  if (minMilliamps > maxMilliamps) {
    return `EVSE ${id}: minMilliamps is ${minMilliamps}, which is above maxMilliamps, ${maxMilliamps}`;
  }
  if (nominalVolts <= 0) return `EVSE ${id}: nominalVolts is ${nominalVolts}`;
  if (fixedCable && state.lock !== 'none') return `EVSE ${id}: a captive cable has no lock, but it is ${state.lock}`;
  if (meter !== null && !meter.signs && (meter.signing ?? null) !== null)
    return `EVSE ${id}: the meter has \`signing\`, but signs is false`;
  return null;
}

/** Why hardware that came back is not the hardware that was lost; null when it is. */
export function changeProblem(before: HardwareDescription, after: HardwareDescription): string | null {
  if (before.evses.length === after.evses.length) return null;
  const counts = `${after.evses.length} charging points instead of ${before.evses.length}`;
  return `the driver that came back describes ${counts}; restart Kerbside to work with the new hardware`;
}
