import type { FrameRecord } from '../frame-log.ts';
import { AnswerWatch } from './answer-watch.ts';
import { checkerRules, type CheckerRule } from './checker-rules.ts';
import { defaultExpectations, type Expectations } from './expectations.ts';
import { FinishingWatch } from './finishing-watch.ts';
import { FlightWatch } from './flight-watch.ts';
import { PayloadWatch } from './payload-watch.ts';
import { RegisterWatch } from './register-watch.ts';
import { RegistrationWatch } from './registration-watch.ts';
import { SecurityWatch } from './security-watch.ts';
import { StationTrace } from './station-trace.ts';
import { StatusWatch } from './status-watch.ts';
import { TransactionWatch } from './transaction-watch.ts';
import { WatchedTransactions } from './watched-transaction.ts';
import type { Watch, WatchContext, WireEvent } from './wire-event.ts';

/** Something that a backend may never see. */
export interface CheckerViolation {
  readonly rule: CheckerRule;
  readonly identity: string;
  /** What happened in this case. */
  readonly problem: string;
  /** The frames that prove it, in order. */
  readonly frames: readonly FrameRecord[];
}

interface Station {
  readonly trace: StationTrace;
  readonly flight: FlightWatch;
  readonly watches: readonly Watch[];
}

/** Watches every frame of every station at a backend and notes what a backend may never see. It has no clock and no I/O. */
export class ProtocolChecker {
  readonly #stations = new Map<string, Station>();
  readonly #violations: CheckerViolation[] = [];
  #expectations: Expectations = defaultExpectations;
  #recalling = false;

  /** What was found so far. */
  get violations(): readonly CheckerViolation[] {
    return this.#violations;
  }

  /** How often messages were rightly sent again under their own id. */
  get retransmissions(): number {
    return [...this.#stations.values()].reduce((sum, { flight }) => sum + flight.retransmissions, 0);
  }

  /** Changes what the scenario allows, from now on. */
  expect(expectations: Partial<Expectations>): void {
    this.#expectations = { ...this.#expectations, ...expectations };
  }

  /** A connection is open. @param second the station has not closed its older one */
  connected(identity: string, connection: number, atMs: number, second = false): void {
    this.#tell(identity, { kind: 'connected', connection, atMs, second });
  }

  closed(identity: string, connection: number, atMs: number): void {
    this.#tell(identity, { kind: 'closed', connection, atMs });
  }

  /** Nothing that the backend sends on this connection can arrive any more. */
  unreachable(identity: string, connection: number): void {
    this.#tell(identity, { kind: 'unreachable', connection });
  }

  /** The station begins anew: after a reset, a crash, a power cut. A test tells it, frames cannot. */
  rebooted(identity: string): void {
    this.#tell(identity, { kind: 'rebooted' });
  }

  frame(record: FrameRecord): void {
    const event = this.#station(record.identity).trace.read(record);
    if (event !== undefined) this.#tell(record.identity, event);
  }

  /** Learns from frames of an earlier run, such as a ledger's, without judging them. */
  recall(records: readonly FrameRecord[]): void {
    this.#recalling = true;
    for (const record of records) this.frame(record);
    this.#recalling = false;
  }

  /** Notes what something else than the frames has found, such as the strict server. */
  note(rule: CheckerRule, identity: string, problem: string, frames: readonly FrameRecord[] = []): void {
    const counts = !this.#recalling && !this.#expectations.ignore.includes(rule);
    if (counts) this.#violations.push({ rule, identity, problem, frames });
  }

  /** Looks once more for answers that stayed out; to be called at the end of a story. */
  finish(atMs: number): readonly CheckerViolation[] {
    for (const identity of this.#stations.keys()) this.#tell(identity, { kind: 'passed', atMs });
    return this.#violations;
  }

  /** The violations as a text for people; empty when there are none. */
  summary(): string {
    return this.#violations
      .map(({ rule, identity, problem, frames }) =>
        [`${rule} (${identity}): ${problem} ${checkerRules[rule]}`, ...frames.map(frameLine)].join('\n'),
      )
      .join('\n');
  }

  #tell(identity: string, event: WireEvent): void {
    for (const watch of this.#station(identity).watches) watch.see(event);
  }

  #station(identity: string): Station {
    const known = this.#stations.get(identity);
    if (known !== undefined) return known;
    const context: WatchContext = {
      expectations: () => this.#expectations,
      report: (rule, problem, frames) => this.note(rule, identity, problem, frames),
    };
    const station = createStation(context);
    this.#stations.set(identity, station);
    return station;
  }
}

function createStation(context: WatchContext): Station {
  const transactions = new WatchedTransactions();
  const flight = new FlightWatch(context);
  const watches = [
    flight,
    new RegistrationWatch(context),
    new PayloadWatch(context),
    // Before TransactionWatch: what a Stop changes must not excuse the Finishing before it.
    new FinishingWatch(context, transactions),
    new StatusWatch(context),
    new TransactionWatch(context, transactions),
    new RegisterWatch(context),
    new SecurityWatch(context),
    new AnswerWatch(context),
  ];
  return { trace: new StationTrace(), flight, watches };
}

function frameLine({ atMs, connection, direction, text }: FrameRecord): string {
  return `    ${new Date(atMs).toISOString()} #${connection} ${direction === 'in' ? '→' : '←'} ${text}`;
}
