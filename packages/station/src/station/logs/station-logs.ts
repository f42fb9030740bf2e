import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { OptionalActions } from '../../delivery/optional-actions.ts';
import type { DiagnosticsStatus, LogStatusReport, Outcome } from '../../delivery/session.ts';
import { packedDraft } from '../../diagnostics/archive-draft.ts';
import { logFile, type LogLine, type LogPeriod } from '../../diagnostics/log-file.ts';
import { Pseudonyms } from '../../diagnostics/pseudonyms.ts';
import { SecretTexts } from '../../diagnostics/secret-texts.ts';
import type { DiagnosticsRequest, LogCommands, LogRequest } from '../../dialects/station-commands.ts';
import { passwordBytes } from '../../params/basic-password.ts';
import { parameterOf } from '../../params/value-id.ts';
import type { SecurityLogEntry } from '../../security/security-log.ts';
import { stationIdentity } from '../backend/station-identity.ts';
import type { SecurityEvents } from '../security/security-events.ts';
import type { StationRoots } from '../security/station-roots.ts';
import type { StationDeps } from '../station-deps.ts';
import type { StationOwner } from '../station-owner.ts';
import { diagnosticsFiles, knownCards, type DiagnosedParts } from './diagnostics-files.ts';
import { EventLog } from './event-log.ts';
import { MessageLog } from './message-log.ts';
import { leftUpload, UploadDesk, type UploadJob, type UploadVoice } from './upload-desk.ts';

/** What the logs are made from and told by. */
export interface StationLogsSurroundings extends DiagnosedParts {
  readonly scheduler: CallScheduler;
  readonly optional: OptionalActions;
  readonly roots: StationRoots;
  readonly securityEvents: SecurityEvents;
}

/** Which words tell of an upload: LogStatusNotification or DiagnosticsStatusNotification. */
type VoiceName = 'log' | 'diagnostics';

const always: LogPeriod = { fromMs: null, untilMs: null };

/** The logs and diagnostics of one station that a backend or a person can have (S-16, F-05). */
export class StationLogs implements LogCommands {
  readonly #deps: StationDeps;
  readonly #owner: StationOwner;
  readonly #parts: StationLogsSurroundings;
  readonly messages: MessageLog;
  readonly #events: EventLog;
  #log: UploadDesk | null = null;
  #diagnostics: UploadDesk | null = null;
  #stopped = false;

  /** @param parts read when something is asked of them */
  constructor(deps: StationDeps, owner: StationOwner, parts: StationLogsSurroundings) {
    this.#deps = deps;
    this.#owner = owner;
    this.#parts = parts;
    this.messages = new MessageLog(deps.keptFrames ?? 0);
    this.#events = new EventLog(deps.name, deps.keptFrames ?? 0);
  }

  /** Begins to note events, and reads what an earlier life left untold. */
  async load(): Promise<void> {
    if (!this.#stopped) this.#events.start();
    const { store, name } = this.#deps;
    for (const voice of ['log', 'diagnostics'] as const) {
      const left = await leftUpload(store, name, collections[voice]);
      if (left !== null) this.#desk(voice).restore(left);
    }
  }

  /** The backend can be told again. */
  registered(): void {
    this.#log?.registered();
    this.#diagnostics?.registered();
  }

  /** Ends what runs; may be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#events.stop();
    this.#log?.stop();
    this.#diagnostics?.stop();
  }

  /** What a backend hears that asks how the upload of a log stands. */
  get logStatus(): LogStatusReport {
    return this.#log?.current ?? { status: 'idle', requestId: null };
  }

  /** What a backend hears that asks how the upload of diagnostics stands. */
  get diagnosticsStatus(): DiagnosticsStatus {
    return this.#diagnostics?.current.status === 'uploading' ? 'uploading' : 'idle';
  }

  async upload(request: LogRequest): ReturnType<LogCommands['upload']> {
    const isSecurity = request.log === 'security';
    const fileName = this.#fileName(request.log, isSecurity ? 'log' : 'zip');
    const status = await this.#desk('log').take({
      ...request,
      fileName,
      contentType: isSecurity ? 'text/plain; charset=utf-8' : 'application/zip',
      content: async () => (isSecurity ? Buffer.from(await this.securityLog(request)) : this.archive(request)),
    });
    return { status, fileName: status === 'rejected' ? null : fileName };
  }

  /** There is always something of a period that has begun: what the station is now. */
  async diagnostics(request: DiagnosticsRequest): ReturnType<LogCommands['diagnostics']> {
    const { fromMs, untilMs } = request;
    if (fromMs !== null && (fromMs > (untilMs ?? fromMs) || fromMs > this.#deps.clock.nowMs())) {
      this.#owner.onProblem('GetDiagnostics asks for a period that has not begun, or ends before it begins');
      return { status: 'accepted', fileName: null };
    }
    const job: UploadJob = {
      ...request,
      requestId: null,
      fileName: this.#fileName('diagnostics', 'zip'),
      contentType: 'application/zip',
      content: () => this.archive(request),
    };
    const status = await this.#desk('diagnostics').take(job);
    return status === 'rejected'
      ? { status: 'failed', fileName: null }
      : { status: 'accepted', fileName: job.fileName };
  }

  /** The security log as text. */
  async securityLog(period: LogPeriod = always): Promise<string> {
    const lines = securityLines(await this.#parts.securityEvents.log.read());
    return logFile([['log', 'security'], ...this.#facts()], [{ title: 'Security events', lines }], period);
  }

  /** The diagnostics as a zip archive: without secrets, cards under other names unless the operator wants them. */
  async archive(period: LogPeriod = always): Promise<Uint8Array> {
    const { params, random, clock, time } = this.#deps;
    const names = new Pseudonyms(params.get('diagnostics.pseudonymizeCards') ? random.uuid() : null);
    for (const card of knownCards(this.#deps, this.#owner, this.#parts)) names.know(card);
    const files = await diagnosticsFiles(this.#deps, this.#owner, this.#parts, {
      facts: this.#facts(),
      events: this.#events.lines,
      messages: this.messages.frames.map(({ atMs, direction, text }) => {
        return { atMs, text: `${direction === 'out' ? '->' : '<-'} ${text}` };
      }),
      security: securityLines(await this.#parts.securityEvents.log.read()),
    });
    return packedDraft(files, {
      period,
      names,
      secrets: new SecretTexts(this.#secrets()),
      nowMs: clock.nowMs(),
      pause: () => new Promise((resolve) => time.after(0, resolve)),
    });
  }

  /** Under which name a file leaves the station: at most 150 characters. */
  #fileName(what: string, ending: string): string {
    const { params, clock } = this.#deps;
    const identity = params
      .get('backend.identity')
      .replace(/[^\w.-]+/gu, '_')
      .slice(0, 100);
    const time = new Date(clock.nowMs())
      .toISOString()
      .replace(/\.\d+Z$/u, 'Z')
      .replaceAll(':', '-');
    return `${identity}-${what}-${time}.${ending}`;
  }

  #facts(): readonly (readonly [string, string])[] {
    const identity = stationIdentity(this.#deps.params, this.#owner.description());
    return Object.entries(identity).map(([name, value]: [string, string | null]) => [name, value ?? '-']);
  }

  #secrets(): readonly string[] {
    const { params } = this.#deps;
    const secrets = params
      .viewAll('manufacturer')
      .filter(({ row }) => row.secret === true)
      .map(({ id }) => String(params.get(parameterOf(id))));
    const password = passwordBytes(params.get('backend.authorizationKey'), params.get('backend.passwordEncoding'));
    if (password === null) return secrets;
    // As Basic authentication carries it: base64 of the two together shows neither of them (RFC 7617).
    const credentials = Buffer.concat([Buffer.from(`${params.get('backend.identity')}:`, 'utf8'), password]);
    return [...secrets, `hex:${Buffer.from(password).toString('hex')}`, `hex:${credentials.toString('hex')}`];
  }

  #desk(name: VoiceName): UploadDesk {
    if (name === 'log') return (this.#log ??= this.#createDesk(this.#logVoice()));
    return (this.#diagnostics ??= this.#createDesk(this.#diagnosticsVoice()));
  }

  #createDesk(voice: UploadVoice): UploadDesk {
    const { name: station, store, time, files, roots } = this.#deps;
    const { onProblem } = this.#owner;
    const trusted = (): readonly string[] => [...this.#parts.roots.desk.trusted, ...roots()];
    const desk = new UploadDesk({ station, store, time, files, roots: trusted, voice, onProblem });
    if (this.#stopped) desk.stop();
    return desk;
  }

  #logVoice(): UploadVoice {
    const { scheduler, optional } = this.#parts;
    return {
      what: 'a log',
      collection: collections.log,
      tellsReplaced: false,
      tellsEveryBegin: false,
      send: async (report) => {
        if (!optional.taken('logStatus'))
          return { kind: 'notSendable', problem: 'the backend does not know the message' };
        const outcome = await scheduler.request('vendor', (session) => session.logStatus(report));
        optional.note('logStatus', outcome);
        return outcome;
      },
    };
  }

  #diagnosticsVoice(): UploadVoice {
    const { scheduler } = this.#parts;
    return {
      what: 'diagnostics',
      collection: collections.diagnostics,
      tellsReplaced: true,
      tellsEveryBegin: true,
      send: ({ status }): Promise<Outcome<Record<never, never>>> =>
        scheduler.request('vendor', (session) => session.diagnosticsStatus(diagnosticsWords[status])),
    };
  }
}

const collections: Readonly<Record<VoiceName, string>> = { log: 'logUpload', diagnostics: 'diagnosticsUpload' };

/** It has one word for everything that keeps a file from arriving. */
const diagnosticsWords: Readonly<Record<LogStatusReport['status'], DiagnosticsStatus>> = {
  idle: 'idle',
  uploading: 'uploading',
  uploaded: 'uploaded',
  uploadFailure: 'uploadFailed',
  badMessage: 'uploadFailed',
  permissionDenied: 'uploadFailed',
  notSupported: 'uploadFailed',
};

function securityLines(entries: readonly SecurityLogEntry[]): readonly LogLine[] {
  return entries.map(({ atMs, type, detail, estimated, told }) => {
    const marks = [...(estimated ? ['time estimated'] : []), ...(told ? ['told'] : [])].join(', ');
    return { atMs, text: `${type}${detail === '' ? '' : `: ${detail}`}${marks === '' ? '' : ` (${marks})`}` };
  });
}
