import type { X509Certificate } from 'node:crypto';

import type { FirmwareView } from '../../api/firmware-port.ts';
import { messageOf } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { CertificateTime } from '../../core/station-clock.ts';
import type { FirmwareStatusReport, Outcome, UpdateStatus } from '../../delivery/session.ts';
import type { FirmwareAnswer, FirmwareCommands } from '../../dialects/station-commands.ts';
import {
  broughtUpdate,
  changed,
  isCommitted,
  newUpdate,
  updateFromJson,
  updateToJson,
  type FirmwareUpdate,
  type UpdateChange,
  type UpdateRequest,
} from '../../firmware/firmware-update.ts';
import type { FirmwareInstaller } from '../../firmware/firmware-installer.ts';
import { judgeSigner } from '../../firmware/signing-certificate.ts';
import { uploadRefusal, type UploadFlaw } from '../../firmware/uploaded-firmware.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { Store, Write } from '../../store/store.ts';
import { ToldInOrder } from '../logs/told-in-order.ts';
import { FirmwareTrial } from './firmware-trial.ts';
import { firmwareView } from './firmware-view.ts';
import { UpdateRun, type UpdateRunDeps } from './update-run.ts';
import { UploadDesk, uploadKey } from './upload-desk.ts';

/** Security events of firmware (S-14). */
export type FirmwareEvent = 'FirmwareUpdated' | 'InvalidFirmwareSignature' | 'InvalidFirmwareSigningCertificate';

/** What the desk works with. */
export interface FirmwareDeskDeps extends Pick<
  UpdateRunDeps,
  'time' | 'files' | 'roots' | 'firmware' | 'withhold' | 'idle' | 'restart' | 'onProblem'
> {
  readonly station: string;
  readonly store: Store;
  readonly random: Random;
  readonly clock: { nowMs(): number; readonly valid: boolean; certificateTime(): CertificateTime };
  readonly params: ParameterReader;
  /** Null: nothing installs software here. */
  readonly installer: FirmwareInstaller | null;
  /** The manufacturer's roots that are installed. */
  readonly signerRoots: () => readonly X509Certificate[];
  readonly online: () => boolean;
  readonly bearerUp: () => boolean;
  /** Sends one status when its turn comes. */
  readonly send: (report: FirmwareStatusReport) => Promise<Outcome<Record<never, never>>>;
  /** Resolves when it is on disk, or the store has refused it. */
  readonly onSecurityEvent: (type: FirmwareEvent, detail: string) => Promise<void>;
}

/** A status of one update, on its way to the backend. */
interface Report {
  readonly update: string;
  readonly report: FirmwareStatusReport;
}

const collection = 'firmware';
const key = 'update';

/** Without a valid clock it is asked again after so long whether a time has come. */
const unknownTimeMs = 60_000;

/**
 * Takes in the updates that a backend asks for, one at a time, and sees to it that each is carried out over restarts and power cuts
 * (S-17…S-20, F-01). What is answered is on disk; how it goes is told in order, each status once.
 */
export class FirmwareDesk implements FirmwareCommands {
  readonly #deps: FirmwareDeskDeps;
  readonly #trial: FirmwareTrial;
  readonly #told: ToldInOrder<Report>;
  #update: FirmwareUpdate | null = null;
  /** Made when somebody brings software, or has brought some. */
  #uploads: UploadDesk | null = null;
  #abort = new AbortController();
  #tail: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(deps: FirmwareDeskDeps) {
    this.#deps = deps;
    const { time, params, bearerUp, send, onProblem } = deps;
    this.#trial = new FirmwareTrial({ time, bearerUp, timeoutMs: () => params.get('firmware.trialTimeout') * 1000 });
    this.#told = new ToldInOrder({
      send: ({ report }) => send(report),
      onTold: (told) => this.#forget(told),
      onProblem: (text) => onProblem(`how the firmware update goes cannot be told: ${text}`),
    });
  }

  /** Reads what an earlier life left. */
  async load(): Promise<void> {
    const { store, station, firmware, withhold } = this.#deps;
    const documents = await store.readDocuments(station, collection);
    const brought = documents.get(uploadKey);
    if (brought !== undefined) await this.#uploadDesk()?.adopt(brought);
    const update = updateFromJson(documents.get(key));
    if (update === null) return;
    this.#update = update;
    for (const status of update.untold) this.#told.add(reportOf(update, status));
    // Nobody begins in between.
    if (update.phase === 'installing' && firmware?.trial !== update.id) withhold('firmware is being installed');
  }

  /** The station runs: what was left goes on. */
  start(): void {
    if (this.#update !== null && this.#update.phase !== 'over') this.#run();
  }

  /** The backend can be told again. */
  registered(): void {
    this.#told.tell();
  }

  /** A BootNotification was answered: the software that runs reaches its backend. */
  answered(): void {
    this.#trial.answered();
  }

  attemptFailed(): void {
    this.#trial.attemptFailed();
  }

  /** The software and its last update, for people. */
  get view(): FirmwareView {
    const { params } = this.#deps;
    const [update, upload, obstacle] = [this.#update, this.#uploads?.view ?? null, this.#obstacle()];
    return firmwareView(params.get('station.firmwareVersion'), this.#deps, { update, upload, obstacle });
  }

  /**
   * Where people bring software.
   * @throws KerbsideError `firmware.refused`: nothing installs it here
   */
  get uploads(): UploadDesk {
    const desk = this.#uploadDesk();
    if (desk === null) throw uploadRefusal('noInstaller');
    return desk;
  }

  /**
   * What a backend hears that asks: the last status. Idle, when all went well; in the form of 1.6 itself, which has no numbers, also
   * when nothing is under way any more (S-21, TR-03).
   */
  current(kind: 'plain' | 'signed'): FirmwareStatusReport {
    const { status = null, requestId = null, phase = 'over' } = this.#update ?? {};
    // Of what nobody ordered there is no number to tell.
    const isNumberless = kind === 'signed' && this.#update?.by !== undefined;
    const isIdle = status === null || status === 'installed' || (kind === 'plain' && phase === 'over') || isNumberless;
    if (isIdle) return { kind, status: 'idle', requestId: null };
    return { kind, status, requestId };
  }

  update(request: UpdateRequest): Promise<FirmwareAnswer> {
    return this.#inTurn(() => this.#take(request));
  }

  /** Ends what runs in this life. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
    this.#uploads?.stop();
  }

  /** Why nobody can bring software now, whatever it is. */
  #obstacle(): UploadFlaw | null {
    const { installer, firmware, idle } = this.#deps;
    if (installer === null) return 'noInstaller';
    if (this.#update !== null && this.#update.phase !== 'over') return 'updating';
    if (firmware?.trial != null && firmware.trial !== this.#update?.id) return 'trial';
    return idle() ? null : 'charging';
  }

  #uploadDesk(): UploadDesk | null {
    const { installer } = this.#deps;
    if (installer === null) return null;
    this.#uploads ??= new UploadDesk({
      ...this.#deps,
      installer,
      obstacle: () => this.#obstacle(),
      begin: (...brought) => this.#inTurn(() => this.#begin(...brought)),
    });
    return this.#uploads;
  }

  /** Begins the update with an image that a person brought. */
  async #begin(id: string, request: UpdateRequest, by: string, alsoWrites: readonly Write[]): Promise<void> {
    const obstacle = this.#stopped ? 'restarted' : this.#obstacle();
    if (obstacle !== null) throw uploadRefusal(obstacle);
    const update = broughtUpdate(id, request, by, this.#deps.clock.nowMs());
    await this.#deps.store.commit([this.#write(update), ...alsoWrites]);
    this.#replace(this.#update, update);
    this.#deps.time.after(0, () => this.#run());
  }

  async #take(request: UpdateRequest): Promise<FirmwareAnswer> {
    const { installer, params, random, clock, time, onProblem } = this.#deps;
    if (installer === null || (request.kind === 'plain' && !params.get('firmware.acceptUnsigned')))
      return 'notSupported';
    if (this.#stopped) return 'rejected';
    const signer = this.#signerOf(request);
    if (signer === 'refused') return 'invalidCertificate';
    const before = this.#update;
    if (before !== null && isCommitted(before)) {
      onProblem('a firmware update was refused: another one is being installed');
      return 'rejected';
    }
    const update = newUpdate(random.uuid(), signer, clock.nowMs());
    try {
      await this.#deps.store.commit([this.#write(update), ...(this.#uploads?.givesWay() ?? [])]);
    } catch (error) {
      onProblem(`a firmware update was refused: ${messageOf(error)}`);
      return 'rejected';
    }
    this.#replace(before, update);
    time.after(0, () => this.#run());
    return before === null || before.phase === 'over' ? 'accepted' : 'canceled';
  }

  /** The request with the certificate that counts; the others that were sent have done their work. */
  #signerOf(request: UpdateRequest): UpdateRequest | 'refused' {
    const { clock, signerRoots, onSecurityEvent, onProblem } = this.#deps;
    if (request.signed === null) return request;
    const judged = judgeSigner(request.signed.certificate, { roots: signerRoots(), time: clock.certificateTime() });
    if (judged.ok) return { ...request, signed: { ...request.signed, certificate: judged.certificate.toString() } };
    void onSecurityEvent('InvalidFirmwareSigningCertificate', judged.problem);
    onProblem(`a firmware update was refused: its certificate cannot be used, ${judged.problem}`);
    return 'refused';
  }

  /** The one before ends without a word, and whatever of it was fetched is of no use any more. */
  #replace(before: FirmwareUpdate | null, update: FirmwareUpdate): void {
    const { installer, withhold, onProblem } = this.#deps;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#told.drop(() => true);
    this.#update = update;
    if (before === null || before.phase === 'over') return;
    withhold(null);
    installer?.discard(before.id).catch((error: unknown) => onProblem(messageOf(error)));
  }

  #run(): void {
    const { installer, clock, online, onSecurityEvent } = this.#deps;
    const update = this.#update;
    const { signal } = this.#abort;
    if (installer === null || update === null || signal.aborted || this.#stopped) return;
    const run = new UpdateRun(
      {
        ...this.#deps,
        installer,
        leftMs: (wallMs) => (clock.valid ? Math.max(0, wallMs - clock.nowMs()) : unknownTimeMs),
        update: () => (this.#update?.id === update.id ? this.#update : { ...update, phase: 'over' }),
        change: (change) => this.#change(update.id, change),
        told: () => !online() || this.#told.waiting.length === 0,
        prove: (ended) => this.#trial.decide(ended),
        onBadSignature: (detail) => void onSecurityEvent('InvalidFirmwareSignature', detail),
        onInstalled: (version) => onSecurityEvent('FirmwareUpdated', version),
      },
      signal,
    );
    void run.run();
  }

  /** Makes a change of an update durable, and then tells of it. One that was replaced meanwhile changes no more. */
  #change(id: string, change: UpdateChange): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#update;
      if (before?.id !== id || this.#stopped) return;
      const update = changed(before, change);
      await this.#deps.store.commit([this.#write(update)]);
      this.#update = update;
      for (const status of update.untold.slice(before.untold.length)) this.#told.add(reportOf(update, status));
    });
  }

  #forget({ update, report }: Report): Promise<void> {
    return this.#inTurn(async () => {
      const current = this.#update;
      if (current?.id !== update || this.#stopped) return;
      this.#update = { ...current, untold: current.untold.filter((status) => status !== report.status) };
      // At once: what was told stands before what is told after a power cut. Where the store refuses, it is told twice.
      await this.#deps.store.commit([this.#write(this.#update)]).catch(() => undefined);
    });
  }

  /** One after the other: what is written last is what holds. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  #write(update: FirmwareUpdate): Write {
    const { station } = this.#deps;
    return { op: 'putDocument', station, collection, key, value: updateToJson(update) };
  }
}

function reportOf({ id, kind, requestId }: FirmwareUpdate, status: UpdateStatus): Report {
  return { update: id, report: { kind, status, requestId } };
}
