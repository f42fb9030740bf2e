import type { HardwareDescription } from '../evse/hardware.ts';
import type { InstallerState } from '../firmware/firmware-installer.ts';
import type { FileTransfer } from '../diagnostics/file-transfer.ts';
import type { ProvidedValues } from '../params/layers.ts';
import { activeBearerOf } from './backend/active-bearer.ts';
import { firmwareVersionOf } from './backend/station-identity.ts';
import type { Station } from './station.ts';

/** Where the values come from that nobody sets. */
export interface ValueSources {
  /** The station that lives; null while there is none. */
  readonly station: () => Station | null;
  readonly files: FileTransfer;
  readonly firmware: () => InstallerState | null;
}

/** The values of parameters that follow from what the station is and does. */
export function providedValues({ station, files, firmware }: ValueSources): ProvidedValues {
  const description = (): HardwareDescription | null => station()?.description ?? null;
  return {
    'security.backendRoots': () => station()?.roots.desk.backendRoots ?? 0,
    'backend.activeBearer': () => activeBearerOf(station()),
    'charging.phaseSwitchingSupported': () =>
      description()?.evses.some((evse) => evse.phaseSwitching === true) ?? false,
    'station.numberOfConnectors': () => description()?.evses.length ?? 0,
    'metering.connectorPhaseRotationMaxLength': () => (description()?.evses.length ?? 0) + 1,
    'eichrecht.applies': () => station()?.eichrechtApplies ?? false,
    'metering.signedUpdatesSupported': () =>
      description()?.evses.some(({ meter }) => meter?.signing?.intermediate === true) ?? false,
    // What was installed here goes before what the hardware says of itself.
    'station.firmwareVersion': () => firmware()?.version || firmwareVersionOf(description()),
    'diagnostics.fileTransferProtocols': () => files.schemes.map((scheme) => scheme.toUpperCase()).toSorted(),
    'station.supportedFeatureProfiles': () => supportedFeatureProfiles,
  };
}

const supportedFeatureProfiles: readonly string[] = [
  'Core',
  'FirmwareManagement',
  'LocalAuthListManagement',
  'RemoteTrigger',
  'Reservation',
  'SmartCharging',
];
