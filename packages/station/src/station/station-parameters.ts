import type { StationClock } from '../core/station-clock.ts';
import type { Time } from '../core/time.ts';
import type { FileTransfer } from '../diagnostics/file-transfer.ts';
import { legalChangeWrites } from '../eichrecht/legal-parameters.ts';
import type { HardwareDescription } from '../evse/hardware.ts';
import type { InstallerState } from '../firmware/firmware-installer.ts';
import { supportedItems } from '../metering/measurands.ts';
import type { ParameterOverrides } from '../params/overrides.ts';
import { openParameters, type Parameters } from '../params/parameters.ts';
import type { Store } from '../store/store.ts';
import { hardwareNames } from './backend/station-identity.ts';
import { phaseRotation } from './metering/sample-maker.ts';
import { providedValues } from './provided-values.ts';
import type { Station } from './station.ts';

/** What the parameters of a station are opened with. */
export interface StationParametersDeps {
  readonly name: string;
  readonly overrides: ParameterOverrides;
  readonly store: Store;
  readonly time: Time;
  readonly clock: StationClock;
  readonly files: FileTransfer;
  readonly firmware: () => InstallerState | null;
  /** The life that the parameters belong to, once there is one. */
  readonly life: () => { readonly station: Station; readonly params: Parameters } | null;
}

/** Opens the parameters of a life of a station: what is stored, and what follows from the station itself. */
export function openStationParameters(deps: StationParametersDeps): Promise<Parameters> {
  const { name: station, overrides, store, time, clock, files, firmware, life } = deps;
  const living = (): Station | null => life()?.station ?? null;
  const description = (): HardwareDescription | null => living()?.description ?? null;
  return openParameters({
    station,
    store,
    clock,
    time,
    overrides,
    provide: providedValues({ station: living, files, firmware }),
    describe: hardwareNames(description),
    measurands: () => measurands(description(), life()?.params),
    hasClientCertificate: () => living()?.security.certificate.hasCertificate ?? true,
    alsoWrites: legalChangeWrites({ station, store, clock }),
  });
}

/** What the meters can measure; undefined until the hardware has said so. */
function measurands(
  description: HardwareDescription | null,
  params: Parameters | undefined,
): ReadonlySet<string> | undefined {
  if (description === null || params === undefined) return undefined;
  return supportedItems(description, (connector) => phaseRotation(params, connector));
}
