import type { CallGate } from '@kerbside/ocpp';

import type { StationCommands } from '../station-commands.ts';

/** While the registration is rejected no call is served, known or not, right or wrong: SecurityError (B-05). */
export function admission(commands: Pick<StationCommands, 'registration'>): CallGate {
  return () =>
    commands.registration() === 'rejected'
      ? {
          kind: 'error',
          code: 'SecurityError',
          description: 'The registration was rejected; no call is served until it is accepted.',
        }
      : undefined;
}
