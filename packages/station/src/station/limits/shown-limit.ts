import type { EvseStatus } from '../../api/host-port.ts';
import type { ShownLimit } from './station-limits.ts';

/** The limit of an EVSE as the status shows it. */
export function shownLimit({
  milliamps,
  phases,
  source,
  untilMs,
}: ShownLimit): Pick<EvseStatus, 'limitMilliamps' | 'limitPhases' | 'limitSource' | 'limitUntilMs'> {
  return { limitMilliamps: milliamps, limitPhases: phases, limitSource: source, limitUntilMs: untilMs };
}
