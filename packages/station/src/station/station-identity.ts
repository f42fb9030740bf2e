import type { StationIdentity } from '../delivery/session.ts';
import type { HardwareDescription } from '../evse/hardware.ts';
import type { ParameterReader } from '../params/parameters.ts';

/** Who the station is (B-01): what the manufacturer set, else what the hardware says of itself; what nobody knows is null. */
export function stationIdentity(params: ParameterReader, hardware: HardwareDescription | null): StationIdentity {
  const meter = hardware?.evses.find((evse) => evse.meter !== null)?.meter ?? null;
  return {
    vendor: params.get('station.vendor') || clip(hardware?.vendor, 20) || 'Kerbside',
    model: params.get('station.model') || clip(hardware?.model, 20) || 'Kerbside',
    serialNumber: params.get('station.serialNumber') || clip(hardware?.serial, 25),
    chargeBoxSerialNumber: params.get('station.chargeBoxSerialNumber') || null,
    firmwareVersion: params.get('station.firmwareVersion') || null,
    meterType: clip(meter?.type, 25),
    meterSerialNumber: clip(meter?.serial, 25),
    iccid: null,
    imsi: null,
  };
}

/** The version that the hardware tells of itself, as far as the protocol can carry it; '' when there is none. */
export function firmwareVersionOf(hardware: HardwareDescription | null): string {
  return clip(hardware?.firmwareVersion, 50) ?? '';
}

/** Identifiers are never cut (T-18): one that does not fit is not sent. */
function clip(text: string | undefined, longest: number): string | null {
  return text === undefined || text === '' || text.length > longest ? null : text;
}
