import { KerbsideError } from '../../core/errors.ts';
import type { Time } from '../../core/time.ts';
import type { FirmwareInstaller, ImageWriter, InstallerState } from '../../firmware/firmware-installer.ts';
import { DiskSlotStorage } from '../firmware-slots/disk-storage.ts';
import { lookAt } from '../firmware-slots/image-look.ts';
import { refused, refusing } from '../firmware-slots/refusals.ts';
import { SlotLedger } from '../firmware-slots/slot-ledger.ts';
import { Staging } from '../firmware-slots/staging.ts';
import {
  firstState,
  startedWith,
  trialOf,
  wentBack,
  type CommandState,
  type RunningSoftware,
} from './command-state.ts';
import { InstallerProgram, type InstallerVerb, type ProgramAnswer } from './installer-program.ts';

/** What an installer is made from that leaves the work to a program of the manufacturer. */
export interface CommandInstallerDeps {
  /** The program: an absolute path, or a name that is found as a shell finds it. */
  readonly program: string;
  /** Told to the program as KERBSIDE_STATION. */
  readonly station: string;
  /** For the image and what has to be remembered; made with the first update. */
  readonly folder: string;
  readonly time: Time;
  readonly onProblem: (text: string) => void;
  /** Ends this process in order, for the supervisor to start the new software. */
  readonly endProcess: () => void;
}

/** Whoever restarts the machine has to do it within this time. */
const restartLimitMs = 300_000;
const mostImageBytes = 4 * 1_073_741_824;

/** Installs software by a program of the manufacturer, which drives RAUC, SWUpdate, Mender, or two folders. */
export class CommandInstaller implements FirmwareInstaller {
  readonly simulated = false;
  readonly maxImageBytes: number = mostImageBytes;
  readonly #deps: CommandInstallerDeps;
  readonly #program: InstallerProgram;
  readonly #storage: DiskSlotStorage;
  readonly #ledger: SlotLedger<CommandState>;
  readonly #staging: Staging;
  #running: RunningSoftware | null = null;
  #last: Promise<unknown> = Promise.resolve();
  /** What belongs to an earlier life changes nothing in this one. */
  #life = 0;

  constructor(deps: CommandInstallerDeps) {
    this.#deps = deps;
    this.#program = new InstallerProgram({
      path: deps.program,
      environment: { KERBSIDE_STATION: deps.station },
      time: deps.time,
    });
    this.#storage = new DiskSlotStorage(deps.folder);
    this.#ledger = new SlotLedger({ storage: this.#storage, initial: firstState, onProblem: deps.onProblem });
    this.#staging = new Staging(this.#storage, this.maxImageBytes);
  }

  async starting(): Promise<InstallerState> {
    this.#life++;
    await this.#staging.end();
    await this.#ledger.reread();
    const running = runningOf(await this.#program.run('starting'));
    this.#running = running;
    const state = await this.#change((before) => startedWith(before, running));
    await this.#forgetImage();
    return { slot: running.slot, version: running.version, trial: trialOf(state, running.slot), failed: state.failed };
  }

  async stage(update: string): Promise<ImageWriter> {
    await this.#change((state) => (state.staged === null ? state : { ...state, staged: null }));
    return this.#staging.begin(update, (staged) => this.#change((state) => ({ ...state, staged })));
  }

  async staged(update: string): Promise<AsyncIterable<Uint8Array> | null> {
    const { staged } = await this.#ledger.read();
    if (staged?.update !== update) return null;
    const image = await refusing(this.#storage.read('staged'));
    const look = image === null ? null : await refusing(lookAt(image));
    return look?.digest === staged.digest ? this.#storage.read('staged') : null;
  }

  install(update: string): Promise<void> {
    return this.#inTurn(() => this.#install(update));
  }

  async #install(update: string): Promise<void> {
    const { pending } = await this.#ledger.read();
    const { slot } = this.#known();
    if (pending !== null && pending.before !== slot)
      throw refused('The software that runs is on trial itself. Confirm it, or go back, before the next one.');
    if ((await this.staged(update)) === null) throw refused('No whole image of this update is kept.');
    // Before the program begins: it may have switched the slots when the power goes.
    await this.#change((state) => ({ ...state, pending: { update, before: slot, restarted: false } }));
    const life = this.#life;
    try {
      await this.#ask('install', update, [this.#storage.imagePath('staged')]);
    } catch (error) {
      if (life === this.#life) await this.#change((state) => ({ ...state, pending: null }));
      throw error;
    }
  }

  async restart(): Promise<void> {
    const { pending } = await this.#change(({ pending: image, ...others }) => ({
      ...others,
      pending: image === null ? null : { ...image, restarted: true },
    }));
    const answer = await this.#ask('restart', pending?.update ?? '');
    if (answer['process'] === 'stays') return;
    if (answer['process'] === 'exits') this.#deps.endProcess();
    await this.#endOfProcess();
  }

  confirm(): Promise<void> {
    return this.#inTurn(() => this.#confirm());
  }

  async #confirm(): Promise<void> {
    const { pending } = await this.#ledger.read();
    if (pending === null || pending.before === this.#known().slot) return;
    await this.#ask('confirm', pending.update);
    await this.#change(() => firstState);
    await this.#forgetImage();
  }

  rollBack(reason: string): Promise<void> {
    return this.#inTurn(() => this.#rollBack(reason));
  }

  async #rollBack(reason: string): Promise<void> {
    const { pending } = await this.#ledger.read();
    if (pending === null) return;
    await this.#ask('roll-back', pending.update, [reason]);
    await this.#change((state) => wentBack(state, reason));
    await this.#forgetImage();
  }

  discard(update: string): Promise<void> {
    return this.#inTurn(() => this.#discard(update));
  }

  async #discard(update: string): Promise<void> {
    const { staged, pending } = await this.#ledger.read();
    const isWaiting = pending?.update === update && pending.before === this.#known().slot;
    if (!isWaiting && staged?.update !== update) return;
    if (isWaiting) await this.#ask('discard', update);
    await this.#change((state) => ({
      ...state,
      staged: state.staged?.update === update ? null : state.staged,
      pending: isWaiting ? null : state.pending,
    }));
    await this.#forgetImage();
  }

  /** One after the other: the program is not asked for two things at once. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  #ask(verb: InstallerVerb, update: string, args: readonly string[] = []): Promise<ProgramAnswer> {
    return this.#program.run(verb, { update, args });
  }

  #known(): RunningSoftware {
    if (this.#running === null) throw refused('The installer program did not say which software runs.');
    return this.#running;
  }

  #change(step: (state: CommandState) => CommandState): Promise<CommandState> {
    const life = this.#life;
    return refusing(
      this.#ledger.change((state) => {
        if (life !== this.#life) throw refused('The station was restarted meanwhile.');
        return step(state);
      }),
    );
  }

  /** What is no longer recorded only takes room. */
  #forgetImage(): Promise<void> {
    return this.#staging.forget(async () => (await this.#ledger.read()).staged !== null);
  }

  /** Whatever ends the process ends this too. */
  #endOfProcess(): Promise<never> {
    return new Promise((_, reject) => {
      this.#deps.time.after(restartLimitMs, () =>
        reject(refused(`Nothing restarted this process within ${restartLimitMs / 1_000} s.`)),
      );
    });
  }
}

function runningOf({ slot, version, reason }: ProgramAnswer): RunningSoftware {
  if (typeof slot !== 'string' || slot === '' || typeof version !== 'string')
    throw new KerbsideError('firmware.refused', 'The installer program did not say "slot" and "version" of what runs.');
  return { slot, version: version.slice(0, mostVersionLength), reason: typeof reason === 'string' ? reason : null };
}

/** OCPP 1.6 §6.9: firmwareVersion has at most 50 characters. */
const mostVersionLength = 50;
