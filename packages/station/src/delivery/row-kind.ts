import type { Sample } from '../metering/sample.ts';
import type { OutboxRow } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';

/** What the rules need to know of a fact without its body. */
export interface RowTraits {
  readonly fact: Fact['kind'];
  /** Carries signed data: never dropped, kept until delivered. */
  readonly signed: boolean;
  /** An intermediate sample, which may be thinned. */
  readonly periodic: boolean;
  /** Opens or closes a transaction at the backend. */
  readonly boundary: boolean;
  /** A security event that weighs more than others. */
  readonly critical: boolean;
}

const plain = { signed: false, periodic: false, boundary: false, critical: false };

/** The words that stand in `OutboxRow.kind`: the fact's own, with what must be known of it without reading its body. */
const kinds: Readonly<Record<string, RowTraits>> = {
  transactionStarted: { ...plain, fact: 'transactionStarted', boundary: true },
  'transactionStarted+signed': { ...plain, fact: 'transactionStarted', signed: true, boundary: true },
  transactionEnded: { ...plain, fact: 'transactionEnded', boundary: true },
  'transactionEnded+signed': { ...plain, fact: 'transactionEnded', signed: true, boundary: true },
  meterValues: { ...plain, fact: 'meterValues' },
  'meterValues+periodic': { ...plain, fact: 'meterValues', periodic: true },
  'meterValues+signed': { ...plain, fact: 'meterValues', signed: true },
  securityEvent: { ...plain, fact: 'securityEvent' },
  'securityEvent+critical': { ...plain, fact: 'securityEvent', critical: true },
};

/** A row of a newer version that this one cannot name is kept and treated like an event. */
const unknownKind: RowTraits = { ...plain, fact: 'securityEvent' };

/** What the rules need to know of a row. */
export function traitsOf(row: Pick<OutboxRow, 'kind'>): RowTraits {
  return kinds[row.kind] ?? unknownKind;
}

/** The word for a fact in `OutboxRow.kind`. */
export function kindOf(fact: Fact): string {
  switch (fact.kind) {
    case 'securityEvent':
      return fact.critical ? 'securityEvent+critical' : fact.kind;
    case 'transactionStarted':
      return fact.signed.length > 0 ? 'transactionStarted+signed' : fact.kind;
    case 'transactionEnded':
      return fact.samples.some(isSigned) ? 'transactionEnded+signed' : fact.kind;
    case 'meterValues':
      if (fact.samples.some(isSigned)) return 'meterValues+signed';
      return fact.samples.every(isPeriodic) ? 'meterValues+periodic' : fact.kind;
  }
}

/** Everything about a transaction keeps its order; MeterValues outside one are no transaction messages. */
export function laneOf(fact: Fact): OutboxRow['lane'] {
  return groupOf(fact) === null ? 'event' : 'transaction';
}

/** The key of the transaction that a fact belongs to; null outside one. */
export function groupOf(fact: Fact): string | null {
  return fact.kind === 'securityEvent' ? null : fact.transaction;
}

function isSigned(sample: Sample): boolean {
  return sample.signed !== undefined && sample.signed.length > 0;
}

/** Boundaries of a transaction and of an interruption are evidence; everything else is one sample among many. */
function isPeriodic(sample: Sample): boolean {
  switch (sample.context) {
    case 'Transaction.Begin':
    case 'Transaction.End':
    case 'Interruption.Begin':
    case 'Interruption.End':
      return false;
    case 'Sample.Periodic':
    case 'Sample.Clock':
    case 'Trigger':
    case 'Other':
      return true;
  }
}
