import type { StationIdentity } from '../../delivery/session.ts';
import type { HardwareDescription } from '../../evse/hardware.ts';
import type { ProvidedValues } from '../../params/layers.ts';
import type { ParameterReader } from '../../params/parameters.ts';

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

/** Who the station is while its hardware is not there: what is set by now, else what it told last (B-01). */
export function knownIdentity(params: ParameterReader, told: StationIdentity): StationIdentity {
  return {
    ...told,
    vendor: params.get('station.vendor') || told.vendor,
    model: params.get('station.model') || told.model,
    serialNumber: params.get('station.serialNumber') || told.serialNumber,
    chargeBoxSerialNumber: params.get('station.chargeBoxSerialNumber') || told.chargeBoxSerialNumber,
    firmwareVersion: params.get('station.firmwareVersion') || told.firmwareVersion,
  };
}

/** The version that the hardware tells of itself, as far as the protocol can carry it; '' when there is none. */
export function firmwareVersionOf(hardware: HardwareDescription | null): string {
  return clip(hardware?.firmwareVersion, 50) ?? '';
}

/** What stands for names that are not set: those of the hardware, as BootNotification tells them. */
export function hardwareNames(hardware: () => HardwareDescription | null): ProvidedValues {
  return {
    'station.vendor': () => clip(hardware()?.vendor, 20) ?? '',
    'station.model': () => clip(hardware()?.model, 20) ?? '',
    'station.serialNumber': () => clip(hardware()?.serial, 25) ?? '',
  };
}

/** Identifiers are never cut (T-18): one that does not fit is not sent. */
function clip(text: string | undefined, longest: number): string | null {
  return text === undefined || text === '' || text.length > longest ? null : text;
}
