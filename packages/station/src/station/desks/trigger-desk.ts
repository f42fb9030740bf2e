import type { Time } from '../../core/time.ts';
import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type {
  BackendSession,
  DiagnosticsStatus,
  FirmwareStatusReport,
  LogStatusReport,
  Outcome,
} from '../../delivery/session.ts';
import type { TriggerRequest } from '../../dialects/station-commands.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import type { StatusBoard } from '../status/status-board.ts';
import type { TriggeredMeters } from './triggered-meters.ts';

/** What the desk works with. */
export interface TriggerDeskDeps {
  readonly time: Time;
  readonly scheduler: CallScheduler;
  readonly board: StatusBoard;
  readonly evses: () => readonly EvseController[];
  /** Whether the backend is told at all what connectors show. */
  readonly tellsStatus: () => boolean;
  readonly boot: () => Promise<void>;
  readonly heartbeat: () => Promise<void>;
  readonly meters: TriggeredMeters;
  /** How the upload of a log stands. */
  readonly logStatus: () => LogStatusReport;
  /** How the upload of diagnostics stands. */
  readonly diagnosticsStatus: () => DiagnosticsStatus;
  /** How a firmware update stands. */
  readonly firmwareStatus: (kind: 'plain' | 'signed') => FirmwareStatusReport;
  readonly onProblem: (problem: string) => void;
}

/** Sends what a backend wants to see again (OCPP 1.6 §5.17): the confirmation first, then the message. */
export class TriggerDesk {
  readonly #deps: TriggerDeskDeps;

  constructor(deps: TriggerDeskDeps) {
    this.#deps = deps;
  }

  /** Decides at once, sends afterwards. */
  trigger(request: TriggerRequest): 'accepted' | 'rejected' {
    switch (request.kind) {
      case 'boot':
        return this.#later(() => this.#deps.boot());
      case 'heartbeat':
        return this.#later(() => this.#deps.heartbeat());
      case 'logStatus':
        return this.#tell('logStatus', (session) => session.logStatus(this.#deps.logStatus()));
      case 'firmwareStatus': {
        const kind = request.signed ? 'signed' : 'plain';
        return this.#tell(`firmwareStatus:${kind}`, (session) =>
          session.firmwareStatus(this.#deps.firmwareStatus(kind)),
        );
      }
      case 'diagnosticsStatus':
        return this.#tell('diagnosticsStatus', (session) => session.diagnosticsStatus(this.#deps.diagnosticsStatus()));
      case 'status':
        return this.#status(request.evse);
      case 'meterValues':
        return this.#meterValues(request.evse);
    }
  }

  /** Sends nothing any more. May be called twice. */
  stop(): void {
    this.#deps.meters.stop();
  }

  #tell(key: string, send: (session: BackendSession) => Promise<Outcome<Record<never, never>>>): 'accepted' {
    return this.#later(async () => {
      await this.#deps.scheduler.request('triggered', send, { coalesceKey: key });
    });
  }

  #status(evse: number | null): 'accepted' | 'rejected' {
    const places = [0, ...this.#deps.evses().map((each) => each.id)].filter((place) => evse === null || place === evse);
    if (places.length === 0 || !this.#deps.tellsStatus()) return 'rejected';
    return this.#later(async () => {
      await Promise.all(places.map((place) => this.#sendStatus(place)));
    });
  }

  async #sendStatus(evse: number): Promise<void> {
    const { scheduler, board } = this.#deps;
    await scheduler.request(
      'triggered',
      async (session) => {
        const report = board.triggered(evse);
        return report === null
          ? { kind: 'notSendable', problem: 'a report that waits says it' }
          : session.status(report);
      },
      { coalesceKey: `status:${evse}` },
    );
  }

  #meterValues(evse: number | null): 'accepted' | 'rejected' {
    const { meters } = this.#deps;
    const wanted = meters.places(evse);
    if (wanted.length === 0) return 'rejected';
    return this.#later(async () => {
      for (const place of wanted) meters.want(place);
    });
  }

  #later(work: () => Promise<void>): 'accepted' {
    this.#deps.time.after(0, () => {
      work().catch((error: unknown) => this.#deps.onProblem(`a triggered message was left out: ${String(error)}`));
    });
    return 'accepted';
  }
}
