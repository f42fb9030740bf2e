import type { Fact } from '../transactions/facts.ts';
import type { BackendSession, FactAnswer, Outcome, StatusReport } from './session.ts';

/** How a scripted backend ends a CALL. */
export type Reply = Outcome<FactAnswer> | Promise<Outcome<FactAnswer>>;

/** One CALL as it left the station. */
export interface SentCall {
  readonly kind: Fact['kind'] | Exclude<keyof BackendSession, 'fact'>;
  readonly fact?: Fact;
  readonly messageId?: string;
  readonly backendTransaction?: string | null;
  readonly status?: StatusReport;
}

export const noAnswer: FactAnswer = { backendTransaction: null, idToken: null };
export const answered: Outcome<FactAnswer> = { kind: 'answered', answer: noAnswer };
export const unanswered: Outcome<never> = { kind: 'unanswered' };
export const linkLost: Outcome<never> = { kind: 'linkLost' };

/** A CALLERROR. */
export function refused(code = 'InternalError', final = false): Outcome<never> {
  return { kind: 'refused', code, text: 'no', final, security: code === 'SecurityError' };
}

/** The answer to a Start. */
export function givesId(id: string): Outcome<FactAnswer> {
  return { kind: 'answered', answer: { backendTransaction: id, idToken: null } };
}

/** A session that keeps what was sent, fails on two CALLs at a time, and answers facts as it is told. */
export class TestSession implements BackendSession {
  readonly sent: SentCall[] = [];
  reply: (fact: Fact, messageId: string, backendTransaction: string | null) => Reply;
  statusReply: () => Outcome<Record<never, never>> | Promise<Outcome<Record<never, never>>> = () => {
    return { kind: 'answered', answer: {} };
  };
  #inFlight = 0;

  constructor(reply: TestSession['reply'] = (fact) => (fact.kind === 'transactionStarted' ? givesId('7') : answered)) {
    this.reply = reply;
  }

  /** What was sent of the facts, in short: kind, transaction or sample marker, id. */
  get facts(): readonly string[] {
    return this.sent.flatMap(({ fact, backendTransaction }) =>
      fact ? [nameOf(fact, backendTransaction ?? null)] : [],
    );
  }

  fact(fact: Fact, messageId: string, backendTransaction: string | null): Promise<Outcome<FactAnswer>> {
    const call = { kind: fact.kind, fact, messageId, backendTransaction };
    return this.#alone(call, () => this.reply(fact, messageId, backendTransaction));
  }

  status(status: StatusReport): Promise<Outcome<Record<never, never>>> {
    return this.#alone({ kind: 'status', status }, () => this.statusReply());
  }

  boot(): ReturnType<BackendSession['boot']> {
    return this.#alone({ kind: 'boot' }, () => unanswered);
  }

  heartbeat(): ReturnType<BackendSession['heartbeat']> {
    return this.#alone({ kind: 'heartbeat' }, () => ({ kind: 'answered', answer: { timeMs: null } }));
  }

  authorize(): ReturnType<BackendSession['authorize']> {
    return this.#alone({ kind: 'authorize' }, () => unanswered);
  }

  signCertificate(): ReturnType<BackendSession['signCertificate']> {
    return this.#alone({ kind: 'signCertificate' }, () => unanswered);
  }

  logStatus(): ReturnType<BackendSession['logStatus']> {
    return this.#alone({ kind: 'logStatus' }, () => unanswered);
  }

  firmwareStatus(): ReturnType<BackendSession['firmwareStatus']> {
    return this.#alone({ kind: 'firmwareStatus' }, () => unanswered);
  }

  diagnosticsStatus(): ReturnType<BackendSession['diagnosticsStatus']> {
    return this.#alone({ kind: 'diagnosticsStatus' }, () => unanswered);
  }

  dataTransfer(): ReturnType<BackendSession['dataTransfer']> {
    return this.#alone({ kind: 'dataTransfer' }, () => unanswered);
  }

  async #alone<T>(call: SentCall, reply: () => T | Promise<T>): Promise<T> {
    if (this.#inFlight > 0) throw new Error(`two CALLs in flight: ${call.kind}`);
    this.#inFlight++;
    this.sent.push(call);
    try {
      return await reply();
    } finally {
      this.#inFlight--;
    }
  }
}

/** A fact in short: `start a`, `values 3 (7)`, `stop a (7)`. */
function nameOf(fact: Fact, backendTransaction: string | null): string {
  const id = backendTransaction === null ? '' : ` (${backendTransaction})`;
  switch (fact.kind) {
    case 'transactionStarted':
      return `start ${fact.transaction}`;
    case 'meterValues':
      return `values ${fact.samples.map(({ timeMs }) => timeMs).join('+')}${id}`;
    case 'transactionEnded':
      return `stop ${fact.transaction}${id}`;
    case 'securityEvent':
      return `alarm ${fact.detail}`;
  }
}
