import type { IncomingAnswer } from '@kerbside/ocpp';
import type { Ocpp16Action, Ocpp16Requests, Ocpp16Responses } from '@kerbside/ocpp/ocpp16';

import type { StationCommands } from '../../station-commands.ts';

/** Serves one action; the payload obeys its schema. */
export type Handler<A extends Ocpp16Action> = (
  request: Ocpp16Requests[A],
  commands: StationCommands,
) => Reply<A> | Promise<Reply<A>>;

/** An answer, and what is to be done once it is on its way (TR-01: confirmation first). */
export type Reply<A extends Ocpp16Action> =
  | { readonly payload: Ocpp16Responses[A]; readonly after?: () => void }
  | { readonly error: Extract<IncomingAnswer, { kind: 'error' }>['code']; readonly description: string };
