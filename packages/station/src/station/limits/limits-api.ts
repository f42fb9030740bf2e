import type { ApiLimits } from '../../api/host-port.ts';
import { KerbsideError } from '../../core/errors.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { ExternalLimits } from './external-limits.ts';

/** What the API, and through it the command line, may ask of the limits. */
export function limitsApi(external: ExternalLimits, clock: Pick<StationClock, 'nowMs'>): ApiLimits {
  return {
    external: () => ({
      enabled: external.enabled,
      api: external.limitOf('api'),
      hardware: external.limitOf('hardware'),
    }),
    setExternal: (limit, who) => {
      if (limit !== null && !external.enabled) {
        const text = 'External limits are not obeyed: charging.externalLimitEnabled is off. Switch it on first.';
        return Promise.reject(new KerbsideError('config.refused', text));
      }
      return external.set('api', limit, who);
    },
    externalLog: () => external.log(),
    nowMs: () => clock.nowMs(),
  };
}
