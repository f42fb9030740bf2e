import type { Sample } from '../metering/sample.ts';
import type { SignedBlob } from '../evse/hardware.ts';
import type { Write } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';
import { archiveNames } from './archive-names.ts';

/**
 * What a fact that the backend has confirmed changes in the archives: its signed records and, with its end, the session are
 * delivered. For the commit that takes the fact out of the outbox (INV-35).
 * @param backendTransaction the id that the backend gave the transaction of a fact; null while unknown
 */
export function deliveredMarks(
  station: string,
  fact: Fact,
  backendTransaction: (transaction: string) => string | null,
): readonly Write[] {
  const marks = numbersIn(fact).map((seq): Write => {
    return { op: 'markArchived', station, archive: archiveNames.signed, of: { seq }, state: 'delivered' };
  });
  if (fact.kind !== 'transactionEnded') return marks;
  return [...marks, sessionMark(station, fact.transaction, 'delivered', backendTransaction(fact.transaction))];
}

/** The end of a session left the outbox undelivered. */
export function givenUpMark(station: string, transaction: string, backendTransaction: string | null): Write {
  return sessionMark(station, transaction, 'givenUp', backendTransaction);
}

function sessionMark(station: string, group: string, state: string, id: string | null): Write {
  const note = id === null ? {} : { note: id };
  return { op: 'markArchived', station, archive: archiveNames.sessions, of: { group }, state, ...note };
}

/**
 * The archive's numbers of the signed data that reach the backend with a fact. The begin goes with the end (E-19, E-28): a
 * backend that has confirmed the start alone may not have it.
 */
export function numbersIn(fact: Fact): readonly number[] {
  switch (fact.kind) {
    case 'securityEvent':
    case 'transactionStarted':
      return [];
    case 'meterValues':
    case 'transactionEnded':
      return fact.samples.flatMap((sample: Sample) => numbersOf(sample.signed ?? []));
  }
}

function numbersOf(blobs: readonly SignedBlob[]): readonly number[] {
  return blobs.flatMap((blob) => ('number' in blob && typeof blob.number === 'number' ? [blob.number] : []));
}
