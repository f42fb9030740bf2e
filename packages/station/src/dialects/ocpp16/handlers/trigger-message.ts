import type { MessageTrigger, TriggerMessageRequest } from '@kerbside/ocpp/ocpp16';

import type { TriggerRequest } from '../../station-commands.ts';
import type { Handler } from './handler.ts';

/** What a request to trigger is answered. */
export const triggerStatuses = {
  accepted: 'Accepted',
  rejected: 'Rejected',
  notImplemented: 'NotImplemented',
} as const;

/** TriggerMessage (§5.17, TR-01…TR-04). Until a backend has said where the registration stands, only BootNotification may be sent (B-02). */
export const triggerMessage: Handler<'TriggerMessage'> = (request, commands) => {
  const wanted = toTrigger(request);
  if (wanted.kind !== 'boot' && commands.registration() === 'none') return { payload: { status: 'Rejected' } };
  return { payload: { status: triggerStatuses[commands.trigger(wanted)] } };
};

function toTrigger(request: TriggerMessageRequest): TriggerRequest {
  const requested: MessageTrigger = request.requestedMessage;
  const evse = request.connectorId ?? null;
  switch (requested) {
    case 'BootNotification':
      return { kind: 'boot' };
    case 'Heartbeat':
      return { kind: 'heartbeat' };
    case 'StatusNotification':
      return { kind: 'status', evse };
    case 'MeterValues':
      return { kind: 'meterValues', evse };
    case 'DiagnosticsStatusNotification':
      return { kind: 'diagnosticsStatus' };
    case 'FirmwareStatusNotification':
      return { kind: 'firmwareStatus', signed: false };
  }
}
