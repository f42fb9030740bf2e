import { KerbsideError } from '../../core/errors.ts';
import { LazySet } from '../../core/lazy-set.ts';
import type { Time } from '../../core/time.ts';
import { commandWithLimit } from '../../evse/command-limits.ts';
import type {
  HardwareAnswer,
  HardwareCommand,
  HardwareDescription,
  HardwareDriver,
  HardwareEvent,
} from '../../evse/hardware.ts';
import { WantedHardware } from './wanted-hardware.ts';

/** How long the end of a meter's transaction waits for a lost driver before the last trustworthy register counts (E-08). */
const patienceMs = 30_000;

/** The way to the hardware: commands with their time limits, and patience where a driver comes back. */
export class HardwareLine {
  readonly #driver: HardwareDriver;
  readonly #time: Time;
  #lost = false;
  #cut = false;
  /** Counts the losses, so that a return that is overtaken by the next loss is none. */
  #losses = 0;
  readonly #wanted = new WantedHardware();
  readonly #waiting = new LazySet<() => void>();

  constructor(driver: HardwareDriver, time: Time) {
    this.#driver = driver;
    this.#time = time;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Starts the driver; rejects with what the driver says. */
  start(listener: (event: HardwareEvent) => void, signal: AbortSignal): Promise<HardwareDescription> {
    return this.#driver.start((event) => {
      if (this.#cut) return;
      if (event.type === 'lost') {
        this.#lost = true;
        this.#losses += 1;
      }
      if (event.type === 'back') this.#back(() => listener(event));
      else listener(event);
    }, signal);
  }

  /** Sends one command. Rejects with `driver.refused`, `driver.timeout` or `driver.lost`. */
  readonly command = async <C extends HardwareCommand>(command: C): Promise<HardwareAnswer<C['type']>> => {
    if (this.#cut) return new Promise(() => undefined);
    this.#wanted.note(command);
    if (this.#lost && command.type === 'endMeter') await this.#wait();
    if (this.#lost) throw new KerbsideError('driver.lost', `the hardware driver is gone; ${command.type} was not sent`);
    return commandWithLimit(this.#driver, this.#time, command);
  };

  /** Nothing is heard and nothing is sent any more, as after a power cut: commands never end. */
  cut(): void {
    this.#cut = true;
  }

  /** Releases the driver. */
  stop(): Promise<void> {
    return this.#driver.stop();
  }

  /** The hardware is there again for everybody when it is where it was wanted last: contactors open, limits set, locks moved. */
  #back(tell: () => void): void {
    const commands = this.#wanted.again();
    const losses = this.#losses;
    const done = (): void => {
      if (this.#cut || losses !== this.#losses) return;
      this.#lost = false;
      for (const resume of this.#waiting) resume();
      tell();
    };
    if (commands.length === 0) done();
    else void this.#inOrder(commands).then(done);
  }

  /** What is refused is left to those who wanted it: they ask again, or show the fault. */
  async #inOrder(commands: readonly HardwareCommand[]): Promise<void> {
    for (const command of commands) await commandWithLimit(this.#driver, this.#time, command).catch(() => undefined);
  }

  #wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#time.after(patienceMs, () => resolve());
    const resume = (): void => {
      cancel();
      resolve();
    };
    this.#waiting.add(resume);
    return promise.finally(() => this.#waiting.delete(resume));
  }
}
