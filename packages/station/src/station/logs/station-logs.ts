import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { OptionalActions } from '../../delivery/optional-actions.ts';
import type { LogStatusReport, Outcome } from '../../delivery/session.ts';
import { logFile, type LogLine, type LogSection } from '../../diagnostics/log-file.ts';
import { Pseudonyms } from '../../diagnostics/pseudonyms.ts';
import type { LogRequest } from '../../dialects/station-commands.ts';
import type { SecurityLogEntry } from '../../security/security-log.ts';
import type { StationDeps } from '../station-deps.ts';
import { LogDesk } from './log-desk.ts';
import { MessageLog } from './message-log.ts';

/** What the logs are made from. */
export interface StationLogsSurroundings {
  readonly scheduler: CallScheduler;
  readonly optional: OptionalActions;
  readonly roots: () => readonly string[];
  readonly securityLog: () => Promise<readonly SecurityLogEntry[]>;
  /** What went wrong lately. */
  readonly problems: () => readonly LogLine[];
  /** What is there now, in lines of *name: value*. */
  readonly facts: () => readonly (readonly [string, string])[];
  readonly onProblem: (problem: string) => void;
}

/** The logs of one station that a backend can have (S-16). */
export class StationLogs {
  readonly #deps: StationDeps;
  readonly #around: StationLogsSurroundings;
  readonly messages: MessageLog;
  readonly desk: LogDesk;

  constructor(deps: StationDeps, around: StationLogsSurroundings) {
    this.#deps = deps;
    this.#around = around;
    this.messages = new MessageLog(deps.keptFrames ?? 0);
    const { name: station, store, time, files } = deps;
    this.desk = new LogDesk({
      station,
      store,
      time,
      files,
      roots: around.roots,
      fileName: (log) => this.#fileName(log),
      content: (request) => this.content(request),
      send: (report) => this.#send(report),
      onProblem: around.onProblem,
    });
  }

  /** A log as text. */
  async content({ log, fromMs, untilMs }: Pick<LogRequest, 'log' | 'fromMs' | 'untilMs'>): Promise<string> {
    const security = securitySection(await this.#around.securityLog());
    const sections = log === 'security' ? [security] : this.#diagnostics(security);
    return logFile([['log', log], ...this.#around.facts()], sections, { fromMs, untilMs });
  }

  #diagnostics(security: LogSection): readonly LogSection[] {
    const names = new Pseudonyms(this.#deps.random.uuid());
    const frames = this.messages.frames.map(({ atMs, direction, text }): LogLine => {
      return { atMs, text: `${direction === 'out' ? '->' : '<-'} ${names.message(text)}` };
    });
    const cleared = ({ atMs, text }: LogLine): LogLine => ({ atMs, text: names.text(text) });
    const { parameters } = this.#deps.params.exportJson();
    const settings = Object.entries(parameters).map(([id, value]): LogLine => {
      return { atMs: null, text: names.text(`${id} = ${typeof value === 'string' ? value : JSON.stringify(value)}`) };
    });
    return [
      { title: 'Problems', lines: this.#around.problems().map(cleared) },
      { title: 'Messages', lines: frames },
      { title: 'Settings that differ from the factory', lines: settings },
      { ...security, lines: security.lines.map(cleared) },
    ];
  }

  #fileName(log: LogRequest['log']): string {
    const { params, clock } = this.#deps;
    const identity = params
      .get('backend.identity')
      .replace(/[^\w.-]+/gu, '_')
      .slice(0, 100);
    const time = new Date(clock.nowMs())
      .toISOString()
      .replace(/\.\d+Z$/u, 'Z')
      .replaceAll(':', '-');
    return `${identity}-${log}-${time}.log`;
  }

  async #send(report: LogStatusReport): Promise<Outcome<Record<never, never>>> {
    const { scheduler, optional } = this.#around;
    if (!optional.taken('logStatus')) return { kind: 'notSendable', problem: 'the backend does not know the message' };
    const outcome = await scheduler.request('vendor', (session) => session.logStatus(report));
    optional.note('logStatus', outcome);
    return outcome;
  }
}

function securitySection(entries: readonly SecurityLogEntry[]): LogSection {
  const lines = entries.map(({ atMs, type, detail, estimated, told }): LogLine => {
    const marks = [...(estimated ? ['time estimated'] : []), ...(told ? ['told'] : [])].join(', ');
    return { atMs, text: `${type}${detail === '' ? '' : `: ${detail}`}${marks === '' ? '' : ` (${marks})`}` };
  });
  return { title: 'Security events', lines };
}
