import { decodeRateUnit, encodeCompositeSchedule } from '../messages/charging-profile.ts';
import type { Handler } from './handler.ts';

/** GetCompositeSchedule (§5.7, SC-11): of an unknown connector, or in a unit that is not taken, there is none. */
export const getCompositeSchedule: Handler<'GetCompositeSchedule'> = (request, commands) => {
  const { connectorId, duration: durationSeconds, chargingRateUnit } = request;
  const unit = decodeRateUnit(chargingRateUnit);
  const schedule = commands.charging.composite({ evse: connectorId, durationSeconds, unit });
  return { payload: schedule === null ? { status: 'Rejected' } : encodeCompositeSchedule(connectorId, schedule) };
};
