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

  constructor(time: Time, driver: DrivableHardware) {
    this.driver = {
      start: (listener, signal) => driver.start(listener, signal),
      command: (command, signal) => {
        this.#commands.push({ atMs: time.monotonicMs(), command });
        return driver.command(command, signal);
      },
      stop: () => driver.stop(),
      simulate: (action) => driver.simulate(action),
    };
  }

  /** The commands so far, all or of one type. */
  commands(type?: HardwareCommand['type']): readonly TappedCommand[] {
    return this.#commands.filter(({ command }) => type === undefined || command.type === type);
  }
}
