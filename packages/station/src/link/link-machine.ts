import { backOffDelayMs } from './back-off.ts';
import * as keepAlive from './keep-alive.ts';
import type {
  EndingPhase,
  LinkEffect,
  LinkInput,
  LinkMachine,
  LinkPhase,
  LinkRules,
  LinkTimer,
  Moment,
  OpenPhase,
} from './link-machine-types.ts';
import { ConnectFailure } from './transport.ts';

/** Attempts never begin closer together than this, whatever asks for one. */
export const ATTEMPT_GAP_MS = 1000;
/** How long a polite close may take before the socket is destroyed. */
export const POLITE_CLOSE_MS = 2000;
/** How long the transport may take to tell the end of what was destroyed or aborted, before it is left behind. */
const ABANDON_MS = 1000;
/** A connection that lasted so long counts as a success (parameters.md 2). */
const STABLE_MS = 60_000;

/** The timers that a phase may own; all are cancelled when it is left. */
const phaseTimers: Record<LinkPhase['kind'], readonly LinkTimer[]> = {
  stopped: [],
  disabled: [],
  waitingForBearer: [],
  backingOff: ['redial'],
  connecting: ['attempt'],
  open: ['ping', 'pong', 'watchdog', 'stable'],
  ending: ['grace'],
};

/** The rules of a link that was not started. */
const noRules: LinkRules = {
  target: null,
  reason: 'not started',
  communicationTimeoutMs: 60_000,
  tcpWatchdogMs: 0,
  keepAliveMs: 0,
  backOff: { firstMinMs: 1000, firstMaxMs: 10_000, baseMs: 10_000, capMs: 320_000, spreadMs: 30_000 },
  startSpreadMs: 0,
};

/** A link that was not started. */
export function newLinkMachine(): LinkMachine {
  return {
    started: false,
    bearer: null,
    noBearer: 'no bearer is up',
    rules: noRules,
    phase: { kind: 'stopped' },
    sinceMs: 0,
    reason: 'not started',
    failures: 0,
    lastAttemptMs: Number.NEGATIVE_INFINITY,
    dueMs: Number.NEGATIVE_INFINITY,
    spreadUntilMs: Number.NEGATIVE_INFINITY,
    stretchMs: 0,
  };
}

/** One decision of the link. Pure: all it knows of time and chance is `moment`. */
export function step(
  machine: LinkMachine,
  input: LinkInput,
  moment: Moment,
): { state: LinkMachine; effects: LinkEffect[] } {
  const turn = new Turn(machine, moment);
  turn.take(input);
  return { state: turn.machine, effects: turn.effects };
}

/** The working copy of one step: the machine as it becomes, and the effects in their order. */
class Turn {
  machine: LinkMachine;
  readonly effects: LinkEffect[] = [];
  readonly #moment: Moment;

  constructor(machine: LinkMachine, moment: Moment) {
    this.machine = machine;
    this.#moment = moment;
  }

  take(input: LinkInput): void {
    switch (input.type) {
      case 'start':
        return this.#start(input.rules);
      case 'stop':
        return this.#stop();
      case 'settings':
        return this.#settings(input.rules);
      case 'bearer':
        return this.#bearer(input);
      case 'connectNow':
        return this.#atOnce('connect now');
      case 'reconnect':
        return this.#reconnect(input.reason);
      case 'success':
        if (this.machine.phase.kind === 'open') this.#set({ failures: 0 });
        return;
      case 'stretch':
        return this.#stretch(input.minimumMs);
      case 'stage':
        if (this.machine.phase.kind === 'connecting')
          this.#set({ phase: { ...this.machine.phase, stage: input.stage } });
        return;
      case 'opened':
        return this.#opened(input.subProtocol);
      case 'failed':
        return this.#failed(input.failure);
      case 'closed':
        return this.#closed(input.code, input.reason);
      case 'activity':
        if (this.machine.phase.kind === 'open')
          this.#set({ phase: { ...this.machine.phase, lastActivityMs: this.#moment.nowMs } });
        return;
      case 'pong':
        if (this.machine.phase.kind === 'open') this.#open(keepAlive.onPong(this.machine.phase, this.#moment.nowMs));
        return;
      case 'timer':
        return this.#timer(input.timer);
    }
  }

  #start(rules: LinkRules): void {
    if (this.machine.started) return;
    const { nowMs, chance } = this.#moment;
    const spreadUntilMs = nowMs + chance * rules.startSpreadMs;
    this.#set({ started: true, rules, spreadUntilMs, dueMs: spreadUntilMs });
    this.#pursue(rules.startSpreadMs > 0 ? 'start spread' : 'started');
  }

  #stop(): void {
    if (!this.machine.started) return;
    this.#set({ started: false });
    this.#pursue('stopped', 1001);
  }

  #settings(rules: LinkRules): void {
    const before = this.machine.rules;
    this.#set({ rules });
    if (before.target?.version !== rules.target?.version) return this.#newTarget();
    const { phase } = this.machine;
    if (phase.kind === 'disabled' && before.reason !== rules.reason) return this.#settle(rules.reason);
    if (phase.kind === 'connecting' && before.communicationTimeoutMs !== rules.communicationTimeoutMs) {
      this.#arm('attempt', phase.startedMs + rules.communicationTimeoutMs - this.#moment.nowMs);
    }
    if (phase.kind !== 'open') return;
    if (before.keepAliveMs !== rules.keepAliveMs || before.communicationTimeoutMs !== rules.communicationTimeoutMs) {
      this.#open(keepAlive.onChange(phase, rules, this.#moment));
    }
    if (before.tcpWatchdogMs !== rules.tcpWatchdogMs) this.#armWatchdog();
  }

  #newTarget(): void {
    this.#set({ failures: 0 });
    this.#reconnect('the endpoint changed');
  }

  #bearer({ bearer, change, reason }: Extract<LinkInput, { readonly type: 'bearer' }>): void {
    const { bearer: before, phase, dueMs, spreadUntilMs } = this.machine;
    if (bearer === null) this.#set({ noBearer: reason });
    this.#set({ bearer });
    if (before === bearer || (before !== null && bearer !== null && change === 'same')) return;
    const atOnceMs = Math.max(this.#moment.nowMs, spreadUntilMs);
    if (bearer !== null && change !== 'return') this.#set({ dueMs: Math.min(dueMs, atOnceMs) });
    if (change === 'lost' && phase.kind === 'open') return this.#destroy('bearer', reason);
    if (before !== null && (phase.kind === 'open' || phase.kind === 'connecting')) return this.#windDown(reason, 1000);
    this.#pursue(reason);
  }

  #reconnect(reason: string): void {
    const { phase } = this.machine;
    if (phase.kind !== 'open' && phase.kind !== 'connecting') return this.#atOnce(reason);
    this.#set({ dueMs: this.#moment.nowMs });
    this.#windDown(reason, 1000);
  }

  #atOnce(reason: string): void {
    const { phase } = this.machine;
    if (phase.kind === 'open' || phase.kind === 'connecting') return;
    if (phase.kind === 'ending') this.#set({ phase: { ...phase, counts: false } });
    this.#set({ dueMs: this.#moment.nowMs, spreadUntilMs: this.#moment.nowMs });
    this.#pursue(reason);
  }

  #stretch(minimumMs: number): void {
    this.#set({ stretchMs: minimumMs });
    this.#armWatchdog();
  }

  #opened(subProtocol: string): void {
    const { phase, rules } = this.machine;
    if (phase.kind === 'ending' && phase.what === 'attempt') {
      this.effects.push({ type: 'destroy' });
      this.#set({ phase: { ...phase, what: 'socket', told: false, destroyed: true } });
      return this.#arm('grace', ABANDON_MS);
    }
    if (phase.kind !== 'connecting') return;
    const { nowMs } = this.#moment;
    const url = phase.url;
    const fresh: OpenPhase = {
      kind: 'open',
      subProtocol,
      url,
      lastActivityMs: nowMs,
      pingSentMs: null,
      nextPingMs: null,
    };
    this.#enter(fresh, `the backend selected ${subProtocol}`);
    this.effects.push({ type: 'tellOpened', subProtocol });
    this.#arm('stable', STABLE_MS);
    this.#armWatchdog();
    this.#open(keepAlive.onChange(fresh, rules, this.#moment));
  }

  #failed(failure: ConnectFailure): void {
    const { phase } = this.machine;
    if (phase.kind === 'connecting') return this.#countFailedAttempt(failure);
    if (phase.kind !== 'ending' || phase.what !== 'attempt') return;
    this.#endAttempt(phase);
  }

  #endAttempt(phase: EndingPhase): void {
    if (!phase.counts || phase.during === null) return this.#settle(this.machine.reason);
    this.#countFailedAttempt(timeoutFailure(phase.during, this.machine.rules.communicationTimeoutMs));
  }

  #countFailedAttempt(failure: ConnectFailure): void {
    this.#countFailure();
    this.effects.push({ type: 'tellFailed', failure, attempt: this.machine.failures });
    this.#settle(failure.message);
  }

  #countFailure(): void {
    const failures = this.machine.failures + 1;
    const delayMs = backOffDelayMs(this.machine.rules.backOff, failures, this.#moment.chance);
    this.#set({ failures, dueMs: this.#moment.nowMs + delayMs });
  }

  #closed(code: number, reason: string): void {
    const { phase } = this.machine;
    if (phase.kind === 'open') {
      this.effects.push({ type: 'tellClosed', info: { code, reason } });
      this.#countFailure();
      return this.#settle(closeText(code, reason));
    }
    if (phase.kind !== 'ending' || phase.what !== 'socket') return;
    if (!phase.told) return this.#endAttempt(phase);
    const detector = phase.detector === null ? {} : { detector: phase.detector };
    this.effects.push({ type: 'tellClosed', info: { code, reason, ...detector } });
    if (phase.counts) this.#countFailure();
    this.#settle(this.machine.reason);
  }

  #timer(timer: LinkTimer): void {
    const { phase } = this.machine;
    if (!phaseTimers[phase.kind].includes(timer)) return;
    if (phase.kind === 'backingOff') return this.#settle(this.machine.reason);
    if (phase.kind === 'connecting') return this.#attemptTimedOut(phase.stage);
    if (phase.kind === 'ending') return this.#graceIsOver(phase);
    if (phase.kind !== 'open') return;
    if (timer === 'stable') return this.#set({ failures: 0 });
    if (timer === 'ping') return this.#open(keepAlive.onPingDue(phase, this.machine.rules, this.#moment));
    if (timer === 'pong') return this.#destroy('pong', 'the backend answered no ping');
    if (this.#watchdogRestMs(phase) > 0) return this.#armWatchdog();
    this.#destroy('watchdog', `no byte arrived for ${Math.round(this.#watchdogMs() / 1000)} s`);
  }

  #attemptTimedOut(during: EndingPhase['during']): void {
    this.effects.push({ type: 'abort' });
    this.#end({ what: 'attempt', counts: true, during }, 'the attempt took too long', ABANDON_MS);
  }

  #graceIsOver(phase: EndingPhase): void {
    if (phase.what === 'socket' && !phase.destroyed) {
      this.effects.push({ type: 'destroy' });
      this.#set({ phase: { ...phase, destroyed: true } });
      return this.#arm('grace', ABANDON_MS);
    }
    this.effects.push({ type: 'abandon' });
    if (phase.what === 'socket') this.#closed(1006, 'the socket was left behind');
    else this.#endAttempt(phase);
  }

  /** Takes over what the keep-alive decided. */
  #open(decided: keepAlive.Decision): void {
    this.#set({ phase: decided.phase });
    this.effects.push(...decided.effects);
  }

  #watchdogMs(): number {
    const { tcpWatchdogMs } = this.machine.rules;
    return tcpWatchdogMs === 0 ? 0 : Math.max(tcpWatchdogMs, this.machine.stretchMs);
  }

  #watchdogRestMs(phase: OpenPhase): number {
    return phase.lastActivityMs + this.#watchdogMs() - this.#moment.nowMs;
  }

  #armWatchdog(): void {
    const { phase } = this.machine;
    if (phase.kind !== 'open') return;
    if (this.#watchdogMs() === 0) this.effects.push({ type: 'cancel', timer: 'watchdog' });
    else this.#arm('watchdog', this.#watchdogRestMs(phase));
  }

  /** Moves towards what is wanted now: winds down a socket that nobody wants, else chooses where to wait or connects. */
  #pursue(reason: string, closeCode: number = 1000): void {
    const { phase, started, bearer, rules } = this.machine;
    if (phase.kind === 'ending') return;
    if (phase.kind !== 'open' && phase.kind !== 'connecting') return this.#settle(reason);
    if (!started || bearer === null || rules.target === null) this.#windDown(reason, closeCode);
  }

  #windDown(reason: string, code: number): void {
    const { phase } = this.machine;
    if (phase.kind === 'connecting') {
      this.effects.push({ type: 'abort' });
      return this.#end({ what: 'attempt' }, reason, ABANDON_MS);
    }
    this.effects.push({ type: 'close', code, reason });
    this.#end({ what: 'socket', told: true }, reason, POLITE_CLOSE_MS);
  }

  /** Gives an open socket up without a word. */
  #destroy(detector: NonNullable<EndingPhase['detector']>, reason: string): void {
    this.effects.push({ type: 'destroy' });
    const counts = detector !== 'bearer';
    this.#end({ what: 'socket', told: true, destroyed: true, detector, counts }, reason, ABANDON_MS);
  }

  #end(ending: Partial<EndingPhase> & Pick<EndingPhase, 'what'>, reason: string, graceMs: number): void {
    const none = { told: false, destroyed: false, counts: false, detector: null, during: null };
    this.#enter({ kind: 'ending', ...none, ...ending }, reason);
    this.#arm('grace', graceMs);
  }

  /** Chooses where to go from here; only called when neither a socket nor an attempt is left. */
  #settle(reason: string): void {
    const { started, rules, bearer, noBearer } = this.machine;
    if (!started) return this.#enter({ kind: 'stopped' }, 'stopped');
    if (rules.target === null) return this.#enter({ kind: 'disabled' }, rules.reason);
    if (bearer === null) return this.#enter({ kind: 'waitingForBearer' }, noBearer);
    const { nowMs } = this.#moment;
    const dueMs = Math.max(this.machine.dueMs, this.machine.lastAttemptMs + ATTEMPT_GAP_MS);
    if (dueMs > nowMs) {
      this.#enter({ kind: 'backingOff', dueMs }, reason);
      return this.#arm('redial', dueMs - nowMs);
    }
    const { target } = rules;
    this.#enter({ kind: 'connecting', stage: 'dns', url: target.url, startedMs: nowMs }, reason);
    this.#set({ lastAttemptMs: nowMs });
    this.#arm('attempt', rules.communicationTimeoutMs);
    this.effects.push({ type: 'connect', target, bearer });
  }

  #enter(phase: LinkPhase, reason: string): void {
    const left = this.machine.phase.kind;
    for (const timer of phaseTimers[left]) this.effects.push({ type: 'cancel', timer });
    const sinceMs = left === phase.kind ? this.machine.sinceMs : this.#moment.nowMs;
    this.#set({ phase, reason, sinceMs });
  }

  #arm(timer: LinkTimer, delayMs: number): void {
    this.effects.push({ type: 'arm', timer, delayMs: Math.max(0, delayMs) });
  }

  #set(change: Partial<LinkMachine>): void {
    this.machine = { ...this.machine, ...change };
  }
}

function closeText(code: number, reason: string): string {
  // RFC 6455 §7.4.1: 1006 stands for an end without a close frame.
  if (code === 1006) return 'the connection was lost';
  return `the connection was closed with ${code}${reason === '' ? '' : ` (${reason})`}`;
}

function timeoutFailure(during: NonNullable<EndingPhase['during']>, timeoutMs: number): ConnectFailure {
  const text = `no connection within ${timeoutMs / 1000} s; the attempt had reached the stage ${during}`;
  return new ConnectFailure({ stage: 'timeout', during }, text);
}
