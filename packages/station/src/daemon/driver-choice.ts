import { join } from 'node:path';

import { KerbsideError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { Time } from '../core/time.ts';
import type { HardwareDriver } from '../evse/hardware.ts';
import { singleStationName } from './daemon-configuration.ts';
import { stationFileName } from './station-file-name.ts';

/** Which hardware the stations of a daemon have. */
export type DriverChoice =
  /** `signed`: its meters sign (records for tests). */
  | { readonly kind: 'simulator'; readonly evses: number; readonly signed?: true }
  /** `{identity}` in the path stands for the station's name, percent-encoded. */
  | { readonly kind: 'socket'; readonly path: string };

/** What a driver is made from. */
export interface DriverDeps {
  readonly choice: DriverChoice;
  readonly station: string;
  readonly dataFolder: string;
  readonly time: Time;
  readonly random: Random;
  readonly onPowerCycle: () => void;
}

/** Reads `simulator`, `simulator:signed` or `socket:PATH`. Throws `command.usage`. */
export function parseDriverChoice(text: string, evses: number): DriverChoice {
  if (text === 'simulator') return { kind: 'simulator', evses };
  if (text === 'simulator:signed') return { kind: 'simulator', evses, signed: true };
  const path = /^socket:(.+)$/.exec(text)?.[1];
  if (path !== undefined) return { kind: 'socket', path };
  throw new KerbsideError(
    'command.usage',
    `There is no driver "${text}"; known are simulator, simulator:signed and socket:PATH.`,
  );
}

/** Why so many stations cannot have this hardware; null when they can. */
export function driverProblem(choice: DriverChoice | null, stations: number): string | null {
  if (choice === null) return 'No hardware is named. Use --driver socket:PATH, or --simulate to try Kerbside out.';
  if (choice.kind === 'simulator' || stations < 2 || choice.path.includes('{identity}')) return null;
  return `${stations} stations cannot share the hardware at ${choice.path}. Write {identity} where the path names the station.`;
}

/** The sockets that each station holds open: to its backend, and to a driver in another process. */
export function socketsEach(choice: DriverChoice | null): number {
  return choice?.kind === 'socket' ? 2 : 1;
}

/** Makes a station's driver; its code is loaded only now. Throws `config.invalid` when the simulator's stored state cannot be used. */
export async function createDriver(deps: DriverDeps): Promise<HardwareDriver> {
  const { choice } = deps;
  switch (choice.kind) {
    case 'simulator':
      return createSimulatedHardware(deps, choice);
    case 'socket': {
      const { createProcessDriver } = await import('../drivers/process/driver-client.ts');
      const socketPath = choice.path.replaceAll('{identity}', encodeURIComponent(deps.station));
      return createProcessDriver({ socketPath, time: deps.time, onPowerCycle: deps.onPowerCycle });
    }
  }
}

async function createSimulatedHardware(
  deps: DriverDeps,
  { evses, signed }: Extract<DriverChoice, { kind: 'simulator' }>,
): Promise<HardwareDriver> {
  const [{ createSimulator }, { SimulatorFile }] = await Promise.all([
    import('../drivers/simulator/simulator.ts'),
    import('./simulator-file.ts'),
  ]);
  const { dataFolder, station, time, random, onPowerCycle } = deps;
  const fileName = station === singleStationName ? 'simulator.json' : `simulator-${stationFileName(station)}.json`;
  const file = new SimulatorFile(join(dataFolder, fileName));
  const state = file.read();
  const simulator = createSimulator({
    time,
    random,
    evses: signed === true ? Array.from({ length: evses }, () => ({ signs: true })) : evses,
    ...(state === undefined ? {} : { state }),
    onState: (image) => file.write(image),
    onPowerCycle,
  });
  file.begin(simulator.image());
  return simulator;
}
