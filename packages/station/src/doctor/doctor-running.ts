import { systemBearer } from '../bearers/bearer.ts';
import type { StationClock } from '../core/station-clock.ts';
import type { Cancel, Time } from '../core/time.ts';
import { connectRequestOf } from '../link/connect-request.ts';
import { targetOf } from '../link/link-rules.ts';
import type { LinkSettings, LinkState } from '../link/link-state.ts';
import type { Reach } from '../link/reach.ts';
import type { ConnectRequest } from '../link/transport.ts';
import { judgeAddress } from './address.ts';
import type { AddressPart, DoctorReport, DoctorStep } from './doctor-report.ts';
import { doctorSteps, overall, skipped, technicalLine } from './doctor-report.ts';
import { examinedOf } from './examined.ts';
import { judgeStep, notReached, stepsOf } from './judge-attempt.ts';
import { judgeBoot } from './judge-boot.ts';
import type { BootExchange } from './judge-boot.ts';
import { askLanguage } from './language.ts';
import { runAttempt } from './run-attempt.ts';
import type { WatchedAttempt, WatchedTransport } from './watched-transport.ts';

/** A station that runs, as the doctor sees it. */
export interface RunningStation {
  readonly name: string;
  readonly settings: LinkSettings;
  readonly parts: readonly AddressPart[];
  readonly messageTimeoutMs: number;
  readonly transport: WatchedTransport;
  readonly clock: Pick<StationClock, 'nowMs' | 'certificateTime'>;
  link(): LinkState;
  /** Which connection is used and who routes, in a sentence; null when there is none to tell of. */
  bearer(): string | null;
  /** What will soon be in the way, such as the end of a certificate, each in a sentence. */
  notices(): readonly string[];
  /** Where the registration stands, as `RunningChange` tells it. */
  registration(): string;
  /** The last BootNotification of this life and its end on the monotonic clock; null before the first. */
  lastBoot(): (BootExchange & { readonly endedMs: number }) | null;
  silence(): DoctorReport['silence'];
  /** Told when the link's state or the registration's changed. Returns the way to stop listening. */
  onChange(listener: (change: RunningChange) => void): () => void;
  connectNow(): void;
  /** Closes the link cleanly, between two messages, and connects again at once. */
  reconnect(reason: string): void;
}

export type RunningChange =
  | { readonly kind: 'link'; readonly state: LinkState }
  | { readonly kind: 'registration'; readonly state: string };

/** What the doctor needs beside the station. */
export interface RunningDeps {
  readonly time: Time;
  /** Null: no sockets of the doctor's own. */
  readonly reach: Reach | null;
  /** Whether a link that is open is made to connect anew, watched. */
  readonly disconnect: boolean;
  readonly signal: AbortSignal;
}

/** How long beyond the limits of link and answer a watched attempt is waited for. */
const PATIENCE_MS = 10_000;

/**
 * Looks at the way of a running station to its backend without disturbing it: the station's own attempts are watched, an open
 * link is left alone, and never is a second WebSocket opened under the identity (T-24, fault 7).
 */
export async function doctorRunning(station: RunningStation, deps: RunningDeps): Promise<DoctorReport> {
  const { settings, parts } = station;
  const { address, step } = judgeAddress(settings.endpoint, settings.reason, parts);
  const round = new Round(station, deps);
  round.steps.push(step);
  const { kind, reason } = station.link();
  let mode: DoctorReport['mode'] = 'watched';
  if (step.verdict !== 'ok') round.tellRest(notReached);
  else if (kind === 'disabled') round.tellRest((rest) => skipped(rest, `The link is switched off: ${reason}.`));
  else if (kind === 'waitingForBearer') round.noBearer(reason);
  else if (kind === 'open' && !deps.disconnect) {
    mode = 'besideLink';
    await round.besideLink();
  } else await round.watch();
  const { steps } = round;
  const bearer = station.bearer();
  const notes = [...(bearer === null ? [] : [bearer]), ...round.notes, ...station.notices()];
  return { station: station.name, mode, address, verdict: overall(steps), steps, silence: station.silence(), notes };
}

/** One look at one station. */
class Round {
  readonly #station: RunningStation;
  readonly #deps: RunningDeps;
  readonly steps: DoctorStep[] = [];
  readonly notes: string[] = [];

  constructor(station: RunningStation, deps: RunningDeps) {
    this.#station = station;
    this.#deps = deps;
  }

  /** Whatever was not told yet; a proxy that is not configured is no step. */
  tellRest(make: (step: DoctorStep['step']) => DoctorStep): void {
    const told = new Set(this.steps.map(({ step }) => step));
    this.steps.push(...doctorSteps.filter((step) => !told.has(step) && step !== 'proxy').map(make));
  }

  noBearer(reason: string): void {
    const text = `The station waits for a connection to come up: ${reason}.`;
    const remedy = 'Check cable, WLAN or SIM, and backend.connectionType.';
    const technical = technicalLine('dns', { bearer: 'none', reason });
    this.steps.push({ step: 'dns', verdict: 'failed', durationMs: null, text, remedy, technical });
    this.tellRest(notReached);
  }

  /** The link is open: up to TLS on a connection of our own, and the rest as the link tells it. */
  async besideLink(): Promise<void> {
    const { settings } = this.#station;
    const { time, reach, signal } = this.#deps;
    const request = this.#freshRequest();
    if (reach !== null && request !== null) {
      const { record } = await runAttempt<void>({
        time,
        request,
        communicationTimeoutMs: settings.communicationTimeoutMs,
        signal,
        work: (watched, inner) => reach.reach(watched, inner),
        onStage: () => {},
      });
      await this.#judge({ request, record }, 'tls');
    }
    this.#tellLink();
    await this.#bootDecided();
    if (this.#station.link().kind === 'open' && this.#isUndecided) this.#tellNoAnswer();
    else this.#tellBoot(Number.NEGATIVE_INFINITY);
    this.tellRest((step) => skipped(step, 'Not looked at.'));
    this.steps.sort((one, other) => doctorSteps.indexOf(one.step) - doctorSteps.indexOf(other.step));
  }

  /** As the link would ask today, by the bearer that it uses: roots and time may be others than when it was opened. */
  #freshRequest(): ConnectRequest | null {
    const { transport, settings, clock } = this.#station;
    if (transport.lastRequest === null || settings.endpoint === null) return null;
    const bearer = transport.lastRequest.source?.bearer ?? systemBearer;
    const times = clock.certificateTime();
    return connectRequestOf({ target: targetOf(settings.endpoint, 1), bearer }, times, () => {});
  }

  get #isUndecided(): boolean {
    return this.#station.lastBoot() === null || !decided.has(this.#station.registration());
  }

  /** A BootNotification that is under way is waited for, as long as its answer may take. */
  async #bootDecided(): Promise<void> {
    if (!this.#isUndecided) return;
    const { time, signal } = this.#deps;
    const done = Promise.withResolvers<void>();
    const end = (): void => done.resolve();
    const undo = this.#station.onChange((change) => {
      if (change.kind === 'link' ? change.state.kind !== 'open' : decided.has(change.state)) end();
    });
    const cancel: Cancel = time.after(this.#station.messageTimeoutMs, end);
    signal.addEventListener('abort', end, { once: true });
    await done.promise;
    signal.removeEventListener('abort', end);
    cancel();
    undo();
  }

  #tellNoAnswer(): void {
    const text = 'The backend has not answered BootNotification yet.';
    const remedy =
      'Look again in a minute. If it stays so, nobody behind the WebSocket speaks OCPP: ask the backend’s operator whether this identity is set up.';
    const technical = technicalLine('boot', { outcome: 'none yet', registration: this.#station.registration() });
    this.steps.push({ step: 'boot', verdict: 'warning', durationMs: null, text, remedy, technical });
  }

  #tellLink(): void {
    const link = this.#station.link();
    if (link.kind !== 'open') return;
    const { url, subProtocol, sinceMs } = link;
    const since = new Date(sinceMs).toISOString();
    const common = { verdict: 'ok', durationMs: null, remedy: null } as const;
    const upgrade = technicalLine('upgrade', { url, openSince: since });
    const selected = technicalLine('subProtocol', { selected: subProtocol });
    this.steps.push(
      { ...common, step: 'upgrade', text: `The link of the station is open since ${since}.`, technical: upgrade },
      { ...common, step: 'subProtocol', text: `The backend selected ${subProtocol}.`, technical: selected },
    );
  }

  /** `beganMs`: when the attempt began that this BootNotification should belong to. */
  #tellBoot(beganMs: number): void {
    const boot = this.#station.lastBoot();
    if (boot === null) return;
    const isEarlier = boot.endedMs < beganMs;
    this.steps.push(judgeBoot(isEarlier ? { ...boot, durationMs: null } : boot));
    if (isEarlier)
      this.notes.push(
        'BootNotification was not sent again: the backend answered it on an earlier connection (compat.bootOnReconnect).',
      );
  }

  /** Watches the next attempt of the link, which is made at once. */
  async watch(): Promise<void> {
    const { attempt, beganMs } = await this.#nextAttempt();
    if (attempt === null) {
      const reason = this.#station.link().reason;
      return this.tellRest((step) => skipped(step, `The station made no attempt meanwhile: ${reason}.`));
    }
    await this.#judge(attempt, 'subProtocol');
    if (attempt.record.failure === null) {
      if (this.#station.link().kind === 'open' && this.#isUndecided) this.#tellNoAnswer();
      else this.#tellBoot(beganMs);
    }
    this.tellRest((step) => (step === 'boot' ? skipped(step, 'No answer is here yet.') : notReached(step)));
  }

  /** Ends when the attempt failed, when the registration after it is decided, or when it takes too long. */
  #nextAttempt(): Promise<{ readonly attempt: WatchedAttempt | null; readonly beganMs: number }> {
    const { time, signal } = this.#deps;
    const waiting = new Waiting(this.#station, time);
    const { communicationTimeoutMs } = this.#station.settings;
    const limitMs = 2 * communicationTimeoutMs + this.#station.messageTimeoutMs + PATIENCE_MS;
    const cancel: Cancel = time.after(limitMs, () => waiting.end());
    signal.addEventListener('abort', waiting.end, { once: true });
    if (this.#deps.disconnect && this.#station.link().kind === 'open')
      this.#station.reconnect('the doctor was asked to look');
    else this.#station.connectNow();
    return waiting.done.finally(() => {
      cancel();
      signal.removeEventListener('abort', waiting.end);
    });
  }

  async #judge({ request, record }: WatchedAttempt, until: 'tls' | 'subProtocol'): Promise<void> {
    const { endpoint } = this.#station.settings;
    if (endpoint === null) return;
    const examined = examinedOf(request, endpoint);
    const speaks = await this.#language({ request, record }, examined);
    for (const step of stepsOf(examined, until)) this.steps.push(judgeStep(step, record, { ...examined, speaks }));
  }

  async #language(
    { request, record }: { readonly request: ConnectRequest; readonly record: WatchedAttempt['record'] },
    examined: Parameters<typeof askLanguage>[1],
  ): ReturnType<typeof askLanguage> {
    const { reach, time, signal } = this.#deps;
    const limitMs = this.#station.settings.communicationTimeoutMs;
    return reach === null ? null : askLanguage(record, examined, { reach, request, time, limitMs, signal });
  }
}

/** Where the registration stands when it is decided for the moment. */
const decided: ReadonlySet<string> = new Set(['accepted', 'pending', 'rejected', 'retrying', 'offline']);

/** The wait for an attempt of the link and for what the backend says to BootNotification then. */
class Waiting {
  readonly #time: Time;
  readonly #settled = Promise.withResolvers<{ attempt: WatchedAttempt | null; beganMs: number }>();
  readonly #undo: readonly (() => void)[];
  #attempt: WatchedAttempt | null = null;
  #beganMs = Number.POSITIVE_INFINITY;
  #registration: string | null = null;

  constructor(station: RunningStation, time: Time) {
    this.#time = time;
    this.#undo = [
      station.transport.watchNext({ began: () => this.#began(), ended: (attempt) => this.#ended(attempt) }),
      station.onChange((change) => this.#changed(change, station)),
    ];
  }

  get done(): Promise<{ readonly attempt: WatchedAttempt | null; readonly beganMs: number }> {
    return this.#settled.promise;
  }

  /** Takes what is there. May be called twice. */
  readonly end = (): void => {
    for (const undo of this.#undo) undo();
    this.#settled.resolve({ attempt: this.#attempt, beganMs: this.#beganMs });
  };

  #began(): void {
    this.#beganMs = this.#time.monotonicMs();
    this.#registration = null;
  }

  #ended(attempt: WatchedAttempt): void {
    this.#attempt = attempt;
    if (attempt.record.failure !== null || this.#registration !== null) this.end();
  }

  #changed(change: RunningChange, station: RunningStation): void {
    if (change.kind === 'registration') {
      if (!decided.has(change.state)) return;
      this.#registration = change.state;
      // Nothing is undecided between the attempt and the first BootNotification.
      if (this.#attempt !== null) this.end();
      return;
    }
    // An attempt that was under way before is over.
    if (change.state.kind === 'backingOff' && this.#beganMs === Number.POSITIVE_INFINITY) station.connectNow();
  }
}
