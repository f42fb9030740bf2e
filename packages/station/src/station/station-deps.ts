import type { Network } from '../bearers/network.ts';
import type { Random } from '../core/random.ts';
import type { StationClock } from '../core/station-clock.ts';
import type { Time } from '../core/time.ts';
import type { DataTransferVendor } from '../dialects/data-transfer.ts';
import type { FileTransfer } from '../diagnostics/file-transfer.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { FirmwareInstaller, InstallerState } from '../firmware/firmware-installer.ts';
import type { HardwareDriver } from '../evse/hardware.ts';
import type { Transport } from '../link/transport.ts';
import type { Parameters } from '../params/parameters.ts';
import type { Store } from '../store/store.ts';

/** What a station is made of. */
export interface StationDeps {
  /** The key of the station in the store and in events; does not change with the ChargeBoxIdentity. */
  readonly name: string;
  readonly time: Time;
  readonly random: Random;
  readonly clock: StationClock;
  readonly store: Store;
  readonly params: Parameters;
  readonly driver: HardwareDriver;
  readonly transport: Transport;
  readonly network: Network;
  /** How logs leave the station, and how its software comes. */
  readonly files: FileTransfer;
  /** What installs the software; null: nothing does. */
  readonly installer: FirmwareInstaller | null;
  /** Which software runs in this life; null where that is not known. */
  readonly firmware: InstallerState | null;
  /** How many frames the diagnostics log has; none where memory is dear. */
  readonly keptFrames?: number;
  /** What diagnostics tell beside what the station knows itself. */
  readonly about?: {
    readonly software: () => readonly (readonly [string, string])[];
    readonly status: () => unknown;
    /** What the doctor found last; null: nobody asked. */
    readonly doctor: () => unknown;
  };
  readonly dialects: readonly Dialect[];
  /** Vendors whose DataTransfer messages are known, beside our own. */
  readonly vendors?: readonly DataTransferVendor[];
  /** PEM texts of trusted roots. */
  readonly roots: () => readonly string[];
  /** The station is ready to be made anew: after a Reset (OCPP 1.6 §5.14), or with other software. */
  readonly onRestart: (kind: 'soft' | 'hard' | 'firmware') => void;
}
