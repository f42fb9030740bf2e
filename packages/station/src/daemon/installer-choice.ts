import { join } from 'node:path';

import type { Time } from '../core/time.ts';
import { CommandInstaller } from '../drivers/firmware-command/command-installer.ts';
import { createDiskSlots } from '../drivers/firmware-slots/disk-slots.ts';
import type { FirmwareInstaller } from '../firmware/firmware-installer.ts';
import type { DriverChoice } from './driver-choice.ts';
import type { Tell } from './notice.ts';
import { stationFileName } from './station-file-name.ts';

/** What the installer of a station follows from. */
export interface InstallerChoice {
  /** The program of the manufacturer that installs; null: none was named. */
  readonly program: string | null;
  readonly driver: DriverChoice | null;
  readonly dataFolder: string;
  readonly time: Time;
  readonly tell: Tell;
  /** Ends this process in order, so that a supervisor starts the new software. */
  readonly endProcess: () => void;
}

/**
 * What installs the software of a station, made when it is first needed: the program that was named, else simulated slots where
 * the hardware is simulated; undefined: nothing does.
 */
export function installerOf(choice: InstallerChoice, station: string): (() => FirmwareInstaller) | undefined {
  const { program, driver, dataFolder, time, tell, endProcess } = choice;
  const folder = join(dataFolder, 'firmware', stationFileName(station));
  const onProblem = (text: string): void => tell({ level: 'warn', area: 'firmware', text, station });
  if (program !== null) return () => new CommandInstaller({ program, station, folder, time, onProblem, endProcess });
  return driver?.kind === 'simulator' ? () => createDiskSlots({ folder, onProblem }) : undefined;
}
