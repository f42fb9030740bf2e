import type { DrivableHardware, HardwareCommand, Time } from '@kerbside/station';

/** One command that a station gave to its hardware, on the world's monotonic clock. */
export interface TappedCommand {
  readonly atMs: number;
  readonly command: HardwareCommand;
}

/** Sits between a station and its hardware and notes the commands. */
export class HardwareTap {
  readonly driver: DrivableHardware;
  readonly #commands: TappedCommand[] = [];
  #hangs: readonly HardwareCommand['type'][] = [];

  constructor(time: Time, driver: DrivableHardware) {
    this.driver = {
      start: (listener, signal) => driver.start(listener, signal),
      command: (command, signal) => {
        this.#commands.push({ atMs: time.monotonicMs(), command });
        if (this.#hangs.includes(command.type)) return neverDone(signal);
        return driver.command(command, signal);
      },
      stop: () => driver.stop(),
      simulate: (action) => driver.simulate(action),
    };
  }

  /** From now on the hardware neither does these commands nor answers them. */
  hang(...types: readonly HardwareCommand['type'][]): void {
    this.#hangs = types;
  }

  /** The commands so far, all or of one type. */
  commands(type?: HardwareCommand['type']): readonly TappedCommand[] {
    return this.#commands.filter(({ command }) => type === undefined || command.type === type);
  }
}

/** Ends only when whoever gave the command gives up. */
function neverDone(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason));
  return promise;
}
