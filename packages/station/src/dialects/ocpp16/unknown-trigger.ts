import type { ViolationAnswer } from '@kerbside/ocpp';

const triggers: ReadonlySet<string> = new Set(['TriggerMessage', 'ExtendedTriggerMessage']);

/** A trigger for a message that 1.6 does not know is not implemented, which TriggerMessage.conf can say (§5.17, TR-01). */
export const unknownTrigger: ViolationAnswer = (action, { code, path }) =>
  triggers.has(action) && code === 'PropertyConstraintViolation' && path === '/requestedMessage'
    ? { kind: 'result', payload: { status: 'NotImplemented' } }
    : undefined;
