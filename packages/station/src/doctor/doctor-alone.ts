import { systemBearer } from '../bearers/bearer.ts';
import type { Random } from '../core/random.ts';
import type { StationClock } from '../core/station-clock.ts';
import type { Time } from '../core/time.ts';
import type { StationIdentity } from '../delivery/session.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { connectRequestOf } from '../link/connect-request.ts';
import { targetOf } from '../link/link-rules.ts';
import type { LinkEndpoint, LinkSettings } from '../link/link-state.ts';
import type { Reach } from '../link/reach.ts';
import type { Connection, ConnectRequest, ConnectStage, Transport } from '../link/transport.ts';
import { judgeAddress } from './address.ts';
import type { AttemptRecord } from './attempt-record.ts';
import { exchangeBoot } from './boot-exchange.ts';
import type { AddressPart, DoctorAddress, DoctorReport, DoctorStep } from './doctor-report.ts';
import { doctorSteps, overall, skipped } from './doctor-report.ts';
import { examinedOf } from './examined.ts';
import type { Examined } from './examined.ts';
import { askLanguage } from './language.ts';
import { judgeStep, notReached, stepsOf } from './judge-attempt.ts';
import { judgeBoot } from './judge-boot.ts';
import { runAttempt } from './run-attempt.ts';

/** What the doctor needs to go the whole way by itself, while no station uses the identity. */
export interface AloneDeps {
  readonly time: Time;
  readonly random: Random;
  readonly transport: Transport;
  readonly reach: Reach;
  readonly dialects: readonly Dialect[];
  readonly settings: LinkSettings;
  readonly parts: readonly AddressPart[];
  readonly identity: StationIdentity;
  /** What is wrong with that, in a sentence beside the step; null: it is what the station tells. */
  readonly identityNote?: string | null;
  readonly messageTimeoutMs: number;
  readonly clock: Pick<StationClock, 'nowMs' | 'certificateTime'>;
  /** Why no WebSocket may be opened, in a sentence; null: the whole way may be gone. */
  readonly onlyReach: string | null;
  readonly notes: readonly string[];
  readonly signal: AbortSignal;
  /** Told of the address before anything is done, and of each step as soon as it is judged. */
  readonly onAddress?: (address: DoctorAddress) => void;
  readonly onStep?: (step: DoctorStep) => void;
}

/** Goes the way to the backend step by step and closes the connection again. An abort ends it with what was found. */
export async function doctorAlone(deps: AloneDeps): Promise<DoctorReport> {
  const { settings, parts } = deps;
  const { address, step } = judgeAddress(settings.endpoint, settings.reason, parts);
  const visit = new Visit(deps);
  deps.onAddress?.(address);
  visit.tell(step);
  if (settings.endpoint !== null && step.verdict === 'ok') await visit.go(settings.endpoint);
  else visit.tellRest(notReached);
  const { steps, notes } = visit;
  const report = { station: null, mode: 'alone', address, verdict: overall(steps), steps, silence: null } as const;
  return { ...report, notes: [...deps.notes, ...notes] };
}

/** One way to one backend. */
class Visit {
  readonly #deps: AloneDeps;
  readonly steps: DoctorStep[] = [];
  readonly notes: string[] = [];

  constructor(deps: AloneDeps) {
    this.#deps = deps;
  }

  tell(step: DoctorStep): void {
    this.steps.push(step);
    this.#deps.onStep?.(step);
  }

  /** Whatever was not told yet; a proxy that is not configured is no step. */
  tellRest(make: (step: DoctorStep['step']) => DoctorStep): void {
    const told = new Set(this.steps.map(({ step }) => step));
    for (const step of doctorSteps) if (!told.has(step) && step !== 'proxy') this.tell(make(step));
  }

  async go(endpoint: LinkEndpoint): Promise<void> {
    const { time, transport, reach, settings, onlyReach, signal } = this.#deps;
    const request = this.#requestTo(endpoint);
    const examined = examinedOf(request, endpoint);
    const until = onlyReach === null ? 'subProtocol' : 'tls';
    const { record, result } = await runAttempt<Connection | null>({
      time,
      request,
      communicationTimeoutMs: settings.communicationTimeoutMs,
      signal,
      work: async (watched, inner) => {
        if (onlyReach === null) return transport.connect(watched, inner);
        await reach.reach(watched, inner);
        return null;
      },
      onStage: (stage, sofar) => this.#tellBefore(stage, sofar, examined),
    });
    if (signal.aborted) {
      result?.destroy();
      return;
    }
    const speaks = await askLanguage(record, examined, {
      reach,
      request,
      time,
      limitMs: settings.communicationTimeoutMs,
      signal,
    });
    for (const step of this.#untold(stepsOf(examined, until)))
      this.tell(judgeStep(step, record, { ...examined, speaks }));
    if (record.failure === null && onlyReach !== null) this.tellRest((step) => skipped(step, onlyReach));
    if (result !== null) await this.#boot(result);
    else this.tellRest(notReached);
  }

  async #boot(connection: Connection): Promise<void> {
    const { time, random, dialects, identity, messageTimeoutMs, clock, signal } = this.#deps;
    const dialect = dialects.find(({ subProtocol }) => subProtocol === connection.subProtocol);
    if (dialect === undefined) {
      connection.destroy();
      return this.tell(skipped('boot', `${connection.subProtocol} is not built.`));
    }
    const wallMs = (): number => clock.nowMs();
    const boot = { time, random, dialect, identity, messageTimeoutMs, wallMs, signal };
    const { exchange, asked } = await exchangeBoot(connection, boot);
    if (signal.aborted) return;
    const step = judgeBoot(exchange);
    const { identityNote = null } = this.#deps;
    this.tell(identityNote === null ? step : { ...step, text: `${step.text} ${identityNote}` });
    if (asked.length === 0) return;
    this.notes.push(
      `Meanwhile the backend asked for ${[...new Set(asked)].join(', ')}; it was told that nobody is there.`,
    );
  }

  #requestTo(endpoint: LinkEndpoint): ConnectRequest {
    const { clock } = this.#deps;
    const times = clock.certificateTime();
    return connectRequestOf({ target: targetOf(endpoint, 1), bearer: systemBearer }, times, () => {});
  }

  #tellBefore(stage: ConnectStage, sofar: AttemptRecord, examined: Examined): void {
    const order = stepsOf(examined, 'subProtocol');
    const before = order.slice(
      0,
      order.findIndex((step) => step === stage),
    );
    for (const step of this.#untold(before)) this.tell(judgeStep(step, sofar, examined));
  }

  #untold<S extends DoctorStep['step']>(steps: readonly S[]): readonly S[] {
    const told = new Set<string>(this.steps.map(({ step }) => step));
    return steps.filter((step) => !told.has(step));
  }
}
