import type { ExtendedTriggerMessageRequest } from '@kerbside/ocpp/ocpp16';

import type { StationCommands, TriggerRequest } from '../../station-commands.ts';
import type { Handler } from './handler.ts';
import { triggerStatuses } from './trigger-message.ts';

type Trigger = TriggerRequest | { readonly kind: 'signCertificate' };

/**
 * ExtendedTriggerMessage (security whitepaper, S-21): the confirmation first, then the message. Until a backend has said where
 * the registration stands, only BootNotification may be sent (B-02).
 */
export const extendedTriggerMessage: Handler<'ExtendedTriggerMessage'> = async (request, commands) => {
  const wanted = toTrigger(request);
  if (wanted.kind !== 'boot' && commands.registration() === 'none') return { payload: { status: 'Rejected' } };
  return { payload: { status: triggerStatuses[await trigger(wanted, commands)] } };
};

function trigger(
  wanted: Trigger,
  commands: StationCommands,
): ReturnType<StationCommands['trigger']> | Promise<'accepted' | 'rejected'> {
  return wanted.kind === 'signCertificate' ? commands.stationCertificate.sign() : commands.trigger(wanted);
}

function toTrigger({ requestedMessage, connectorId }: ExtendedTriggerMessageRequest): Trigger {
  const evse = connectorId ?? null;
  switch (requestedMessage) {
    case 'BootNotification':
      return { kind: 'boot' };
    case 'Heartbeat':
      return { kind: 'heartbeat' };
    case 'StatusNotification':
      return { kind: 'status', evse };
    case 'MeterValues':
      return { kind: 'meterValues', evse };
    case 'LogStatusNotification':
      return { kind: 'logStatus' };
    case 'FirmwareStatusNotification':
      return { kind: 'firmwareStatus', signed: true };
    case 'SignChargePointCertificate':
      return { kind: 'signCertificate' };
  }
}
