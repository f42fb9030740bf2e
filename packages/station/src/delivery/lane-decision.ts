import type { OutboxRow } from '../store/store.ts';
import type { BacklogPace } from './backlog-pace.ts';
import type { BlockingWatch } from './blocking-watch.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { OutboxIndex } from './outbox-index.ts';
import { cutsBeforeStepAside, type Patience } from './patience.ts';
import { attemptsAllowed } from './retry-plan.ts';
import { traitsOf } from './row-kind.ts';

/** What is to become of the queue now. */
export type Verdict =
  | { readonly kind: 'send'; readonly row: OutboxRow }
  | { readonly kind: 'park'; readonly rows: readonly OutboxRow[]; readonly reason: string }
  /** Nothing before this time (monotonic). */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'none' };

/** What the decision looks at. */
export interface LaneView {
  readonly index: OutboxIndex;
  readonly watch: BlockingWatch;
  readonly settings: DeliverySettings;
  readonly pace: BacklogPace;
  /** When the row may be sent again (monotonic); 0 = at once. */
  readonly dueOf: (row: OutboxRow) => number;
  /** Given-up MeterValues of the transaction. */
  readonly finalsOf: (transaction: string | null) => number;
  /** The rows that are one message with this one, itself first. */
  readonly unitOf: (row: OutboxRow) => readonly OutboxRow[];
  /** Whether the backend is to be told of security events. */
  readonly tellsEvents: boolean;
}

/** So many rows are parked in one go; the rest follows with the next decision. */
const parkedAtOnce = 1000;

export const parkReasons = {
  startParked: 'Its StartTransaction could not be delivered.',
  usedUp: 'The last attempt failed.',
  steppedAside: 'The backend takes no MeterValues, and a StartTransaction or StopTransaction waited behind it.',
  cutsLink: 'The link was lost each time it was sent, and a StartTransaction or StopTransaction waited behind it.',
} as const;

/** Decides about the head of the transaction lane; everything behind it waits. */
export function decideTransactions(view: LaneView, nowMs: number): Verdict {
  const head = view.index.transactions.first;
  if (head === undefined) return { kind: 'none' };
  if (isOrphan(view, head) && (view.settings.orphans === 'park' || head.state.attempts > 0)) {
    const rows =
      view.settings.orphans === 'park' ? whileTrue(view, (row) => row.group === head.group) : view.unitOf(head);
    return { kind: 'park', rows, reason: parkReasons.startParked };
  }
  const patience = patienceWith(view, head, nowMs);
  return parkOfHead(view, head, patience) ?? timeOfHead(view, head, patience, nowMs);
}

/** Decides about the facts outside transactions: in any order, never while a Start or Stop waits (S-14). */
export function decideEvents(view: LaneView, nowMs: number): Verdict {
  if (view.watch.boundaryWaits) return { kind: 'none' };
  let untilMs = Infinity;
  for (const row of view.index.events) {
    if (!view.tellsEvents && traitsOf(row).fact === 'securityEvent') continue;
    if (row.state.attempts >= allowedFor(view, row)) return { kind: 'park', rows: [row], reason: parkReasons.usedUp };
    const readyMs = readyTime(view, row);
    if (readyMs <= nowMs) return { kind: 'send', row };
    untilMs = Math.min(untilMs, readyMs);
  }
  return untilMs === Infinity ? { kind: 'none' } : { kind: 'wait', untilMs };
}

/** Whether the Start of the row's transaction is in the outbox, and the row is not that Start. */
export function isOrphan(view: Pick<LaneView, 'index'>, row: OutboxRow): boolean {
  const start = view.index.startOf(row.group);
  return start !== undefined && start.seq !== row.seq;
}

/** Whether the message keeps to the pace of a backlog: all but Start and Stop (row 11). */
export function keepsPace(row: OutboxRow): boolean {
  return !traitsOf(row).boundary;
}

function parkOfHead(view: LaneView, head: OutboxRow, patience: Patience): Verdict | undefined {
  if (patience.attempts === 0) {
    const rows = whileTrue(view, (row) => traitsOf(row).fact === 'meterValues');
    return { kind: 'park', rows, reason: parkReasons.steppedAside };
  }
  const unit = view.unitOf(head);
  if (head.state.attempts >= Math.min(allowedFor(view, head), patience.attempts)) {
    return { kind: 'park', rows: unit, reason: parkReasons.usedUp };
  }
  const cuts = traitsOf(head).fact === 'meterValues' && view.watch.boundaryWaits ? view.watch.cutsOf(head.seq) : 0;
  return cuts >= cutsBeforeStepAside ? { kind: 'park', rows: unit, reason: parkReasons.cutsLink } : undefined;
}

function timeOfHead(view: LaneView, head: OutboxRow, patience: Patience, nowMs: number): Verdict {
  const readyMs = readyTime(view, head);
  if (readyMs <= nowMs) return { kind: 'send', row: head };
  return { kind: 'wait', untilMs: Math.min(readyMs, nowMs + (patience.changesInMs ?? Infinity)) };
}

function readyTime(view: LaneView, row: OutboxRow): number {
  const { pace, settings } = view;
  const slowed = settings.backlogPerSecond > 0 && row.seq <= pace.untilSeq && keepsPace(row);
  // Before its first attempt a fact waits only to be spread, and a Start or Stop behind it does not wait for that (V-02).
  const isSpread = row.state.attempts === 0 && view.watch.boundaryWaits;
  return Math.max(isSpread ? 0 : view.dueOf(row), slowed ? pace.nextMs : 0);
}

function allowedFor(view: LaneView, row: OutboxRow): number {
  return attemptsAllowed(traitsOf(row), view.settings, view.finalsOf(row.group));
}

function patienceWith(view: LaneView, head: OutboxRow, nowMs: number): Patience {
  if (traitsOf(head).fact === 'meterValues') return view.watch.patience(nowMs);
  return { attempts: Infinity, changesInMs: null };
}

function whileTrue(view: LaneView, test: (row: OutboxRow) => boolean): readonly OutboxRow[] {
  const rows: OutboxRow[] = [];
  for (const row of view.index.transactions) {
    if (rows.length >= parkedAtOnce || !test(row)) break;
    rows.push(row);
  }
  return rows;
}
