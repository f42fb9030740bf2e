import { X509Certificate } from 'node:crypto';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { Time } from '../../core/time.ts';
import { schemeOf, type FileTransfer, type TransferOutcome } from '../../diagnostics/file-transfer.ts';
import type { FirmwareInstaller, InstallerState } from '../../firmware/firmware-installer.ts';
import type { UpdateStatus } from '../../delivery/session.ts';
import type { FirmwareUpdate, UpdateChange } from '../../firmware/firmware-update.ts';
import { isSignedBy } from '../../firmware/image-signature.ts';
import { uploadFlaws } from '../../firmware/uploaded-firmware.ts';
import { attemptTransfer, pauseBetween, retriesOf } from '../logs/transfer-attempts.ts';

/** What one update is carried out with. */
export interface UpdateRunDeps {
  readonly time: Time;
  /** How long it is until a wall time, in ms; 0: it has come. Without a valid clock nobody knows, so that it is asked again. */
  readonly leftMs: (wallMs: number) => number;
  readonly files: FileTransfer;
  /** PEM texts of the roots that count beside the public ones. */
  readonly roots: () => readonly string[];
  readonly installer: FirmwareInstaller;
  /** What runs in this life. */
  readonly firmware: InstallerState | null;
  readonly update: () => FirmwareUpdate;
  /** Makes a change durable; rejects when the store does. */
  readonly change: (change: UpdateChange) => Promise<void>;
  /** Takes every EVSE out of service as soon as its transaction has ended, or with null back in. */
  readonly withhold: (reason: string | null) => void;
  readonly idle: () => boolean;
  /** Whether the backend has heard everything, or cannot. */
  readonly told: () => boolean;
  /** Ends this life of the station for the next image. */
  readonly restart: () => void;
  /** Whether the software that runs reaches its backend. */
  readonly prove: (signal: AbortSignal) => Promise<boolean>;
  readonly onBadSignature: (detail: string) => void;
  readonly onInstalled: (version: string) => Promise<void>;
  readonly onProblem: (problem: string) => void;
}

const pollMs = 1_000;
/** The clock may be set while something waits for its time. */
const longestWaitMs = 60_000;
/** After the store or the slots refused something. */
const againMs = 30_000;
/** So long what was told of the restart may take to leave. */
const tellMs = 10_000;
const restartsAtMost = 3;

/**
 * Carries one update out, step by step (S-17, F-01): each step begins when it is on disk that it does, so that a power cut repeats
 * the one it hit. Ends when the update is over, or the signal says so; then nothing of it is touched any more.
 */
export class UpdateRun {
  readonly #deps: UpdateRunDeps;
  readonly #signal: AbortSignal;

  constructor(deps: UpdateRunDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Never rejects: what cannot be stored is tried again. */
  async run(): Promise<void> {
    for (let update = this.#deps.update(); update.phase !== 'over'; update = this.#deps.update()) {
      try {
        await this.#step(update);
      } catch (error) {
        this.#deps.onProblem(`the firmware update does not go on: ${messageOf(error)}`);
        await this.#pause(againMs);
      }
      if (this.#signal.aborted) return;
    }
  }

  #step(update: FirmwareUpdate): Promise<void> {
    switch (update.phase) {
      case 'scheduled':
        return this.#schedule(update);
      case 'downloading':
        return this.#download(update);
      case 'downloaded':
        return this.#verify(update);
      case 'ready':
        return this.#await(update);
      case 'installing':
        return this.#install(update);
      case 'restarting':
        return this.#restart(update);
      case 'confirming':
        return this.#confirm(update);
      case 'over':
        return Promise.resolve();
    }
  }

  async #schedule({ retrieveMs }: FirmwareUpdate): Promise<void> {
    const { change } = this.#deps;
    if (this.#leftMs(retrieveMs) > 0) await change({ status: 'downloadScheduled' });
    if (await this.#untilTime(retrieveMs)) await change({ phase: 'downloading', status: 'downloading' });
  }

  async #download(update: FirmwareUpdate): Promise<void> {
    const { time, change, onProblem } = this.#deps;
    const outcome = await this.#fetch(update);
    if (this.#signal.aborted) return;
    if (outcome.kind === 'done') return change({ phase: 'downloaded', status: 'downloaded' });
    const attempts = update.attempts + 1;
    onProblem(`the download of the firmware failed: ${outcome.problem}`);
    if (outcome.kind === 'unsupported' || attempts > retriesOf(update))
      return this.#fail('downloadFailed', outcome.problem);
    await change({ attempts });
    await pauseBetween(update, { time, signal: this.#signal });
  }

  async #fetch({ id, location }: FirmwareUpdate): Promise<TransferOutcome> {
    const { time, files, roots, installer } = this.#deps;
    const url = URL.parse(location);
    if (url === null || url.hostname === '')
      return { kind: 'unsupported', problem: 'the request names no usable address' };
    const scheme = schemeOf(url);
    if (scheme === null || !files.schemes.includes(scheme))
      return { kind: 'unsupported', problem: `${url.protocol} is not supported` };
    try {
      const writer = await installer.stage(id);
      const write = (piece: Uint8Array): Promise<void> => writer.write(piece);
      const file = { url, roots: roots(), maxBytes: installer.maxImageBytes, write };
      const outcome = await attemptTransfer((onProgress, ended) => files.download({ ...file, onProgress }, ended), {
        time,
        signal: this.#signal,
      });
      await (outcome.kind === 'done' && !this.#signal.aborted ? writer.finish() : writer.abandon());
      return outcome;
    } catch (error) {
      return { kind: 'failed', problem: messageOf(error) };
    }
  }

  async #verify({ id, signed, by }: FirmwareUpdate): Promise<void> {
    const { installer, change, onBadSignature } = this.#deps;
    if (signed === null) return change({ phase: 'ready' });
    const image = await installer.staged(id);
    if (image === null && by !== undefined) return this.#fail('installationFailed', uploadFlaws.gone.en);
    // What was whole is gone: it is fetched again.
    if (image === null) return change({ phase: 'downloading', status: 'downloading' });
    const isGood = await isSignedBy(new X509Certificate(signed.certificate), signed.signature, image);
    if (this.#signal.aborted) return;
    if (isGood) return change({ phase: 'ready', status: 'signatureVerified' });
    const problem = 'the signature is not one over this firmware by the certificate that was sent';
    onBadSignature(problem);
    await this.#fail('invalidSignature', problem);
  }

  /** F-04, S-20: charging goes on; who is not there yet does not begin any more. */
  async #await({ installMs }: FirmwareUpdate): Promise<void> {
    const { change, idle, withhold } = this.#deps;
    if (this.#leftMs(installMs) > 0 || !idle()) await change({ status: 'installScheduled' });
    if (!(await this.#untilTime(installMs))) return;
    withhold('a firmware update waits for the end of all transactions');
    if (await this.#until(idle)) await change({ phase: 'installing', status: 'installing' });
  }

  async #install({ id }: FirmwareUpdate): Promise<void> {
    const { installer, firmware, change, withhold } = this.#deps;
    const failed = this.#failedBefore(id);
    if (failed !== null) return this.#fail('installationFailed', failed);
    if (firmware?.trial === id) return change({ phase: 'restarting', status: 'installRebooting' });
    withhold('firmware is being installed');
    try {
      await installer.install(id);
    } catch (error) {
      if (this.#signal.aborted) return;
      const isUnverified = error instanceof KerbsideError && error.code === 'firmware.unverified';
      return this.#fail(isUnverified ? 'installVerificationFailed' : 'installationFailed', messageOf(error));
    }
    if (!this.#signal.aborted) await change({ phase: 'restarting', status: 'installRebooting' });
  }

  async #restart({ id, restarts }: FirmwareUpdate): Promise<void> {
    const { firmware, installer, change } = this.#deps;
    const failed = this.#failedBefore(id);
    if (failed !== null) return this.#fail('installationFailed', failed);
    if (firmware?.trial === id) return this.#try();
    if (restarts >= restartsAtMost) {
      await installer.discard(id);
      return this.#fail('installationFailed', 'the station did not restart into the new firmware');
    }
    await change({ restarts: restarts + 1 });
    await this.#leave();
  }

  /** The new image runs: it stays once it reaches its backend, and goes back otherwise. */
  async #try(): Promise<void> {
    const { installer, change, prove } = this.#deps;
    const isGood = await prove(this.#signal);
    if (this.#signal.aborted) return;
    if (isGood) return change({ phase: 'confirming' });
    await installer.rollBack('the new firmware did not reach the backend in time');
    await this.#leave();
  }

  async #confirm({ id }: FirmwareUpdate): Promise<void> {
    const { installer, firmware, change, withhold, onInstalled } = this.#deps;
    const failed = this.#failedBefore(id);
    if (failed !== null) return this.#fail('installationFailed', failed);
    await installer.confirm();
    // The event first: once the update is over nobody would raise it any more (S-14). At worst it is told twice.
    await onInstalled(firmware?.version ?? id);
    await change({ phase: 'over', status: 'installed' });
    withhold(null);
  }

  /** Ends this life, after the backend has heard of it if it can; what comes is for the next one. */
  async #leave(): Promise<void> {
    const { time, told, restart, withhold } = this.#deps;
    withhold('the station restarts with other firmware');
    const endMs = time.monotonicMs() + tellMs;
    await this.#until(() => told() || time.monotonicMs() >= endMs);
    if (this.#signal.aborted) return;
    restart();
    await this.#until(() => false);
  }

  async #fail(status: UpdateStatus, problem: string): Promise<void> {
    const { update, change, installer, withhold, onProblem } = this.#deps;
    const { id } = update();
    onProblem(`the firmware was not updated: ${problem}`);
    await change({ phase: 'over', status, problem });
    await installer.discard(id).catch((error: unknown) => onProblem(messageOf(error)));
    withhold(null);
  }

  #failedBefore(id: string): string | null {
    const failed = this.#deps.firmware?.failed ?? null;
    return failed?.update === id ? failed.reason : null;
  }

  #leftMs(wallMs: number | null): number {
    return wallMs === null ? 0 : this.#deps.leftMs(wallMs);
  }

  /** Waits for a wall time; false when everything ended before. */
  async #untilTime(wallMs: number | null): Promise<boolean> {
    for (let leftMs = this.#leftMs(wallMs); leftMs > 0 && !this.#signal.aborted; leftMs = this.#leftMs(wallMs))
      await this.#pause(Math.min(leftMs, longestWaitMs));
    return !this.#signal.aborted;
  }

  /** Waits; false when everything ended before. */
  async #until(condition: () => boolean): Promise<boolean> {
    while (!this.#signal.aborted && !condition()) await this.#pause(pollMs);
    return !this.#signal.aborted;
  }

  #pause(ms: number): Promise<void> {
    const { time } = this.#deps;
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = time.after(ms, end);
      this.#signal.addEventListener('abort', end, { once: true });
      if (this.#signal.aborted) end();
    });
  }
}
