import type { FirmwareInstaller } from '../../firmware/firmware-installer.ts';
import { MemorySlotStorage } from './memory-storage.ts';
import { SimulatedSlots } from './simulated-slots.ts';

/** Simulated slots in memory: they outlive the lives of a station in this process. */
export function createMemorySlots(options: { readonly version?: string } = {}): FirmwareInstaller {
  return new SimulatedSlots({ storage: new MemorySlotStorage(), factoryVersion: options.version ?? '' });
}
