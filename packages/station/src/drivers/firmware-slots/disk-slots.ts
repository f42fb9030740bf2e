import type { FirmwareInstaller } from '../../firmware/firmware-installer.ts';
import { DiskSlotStorage } from './disk-storage.ts';
import { SimulatedSlots } from './simulated-slots.ts';

/** Simulated slots in a folder of their own: they outlive the process, and take nothing of the disk before the first update. */
export function createDiskSlots(options: {
  readonly folder: string;
  /** By default 256 MiB. */
  readonly maxImageBytes?: number;
  readonly onProblem: (text: string) => void;
}): FirmwareInstaller {
  const { folder, maxImageBytes = defaultMaxImageBytes, onProblem } = options;
  return new SimulatedSlots({ storage: new DiskSlotStorage(folder), factoryVersion: '', maxImageBytes, onProblem });
}

const defaultMaxImageBytes = 256 * 1_048_576;
