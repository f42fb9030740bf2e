import { messageOf } from '../core/errors.ts';
import type { Fact } from '../transactions/facts.ts';
import { batchLength, mergeBatch } from './batches.ts';
import type { BodyCache } from './body-cache.ts';
import type { OutboxMachine } from './outbox-machine.ts';
import type { StoreGuard } from './store-guard.ts';

export interface PrepareDeps {
  readonly machine: OutboxMachine;
  readonly bodies: BodyCache;
  readonly guard: StoreGuard;
}

/** The content of a message, and the facts that travel in it. */
export interface PreparedMessage {
  readonly fact: Fact;
  readonly seqs: readonly number[];
}

export type Preparation =
  | { readonly kind: 'ready'; readonly message: PreparedMessage }
  /** Its stored text cannot be read, now or ever. */
  | { readonly kind: 'unreadable' }
  /** Nothing is to be sent now. */
  | { readonly kind: 'none' };

const window = 32;

/** Reads the claimed facts and fixes, on disk, which of them travel together. */
export async function prepareMessage(
  deps: PrepareDeps,
  claimed: readonly number[],
  batchSize: number,
): Promise<Preparation> {
  const { machine } = deps;
  const [first] = claimed;
  const facts = first === undefined ? null : await readFacts(deps, claimed);
  if (first === undefined || facts === null || !isClaimed(machine, first)) return { kind: 'none' };
  const formed = machine.queue.batches.seqsOf(first).length > 1;
  const unreadable = facts.indexOf(null);
  const readable = facts.slice(0, unreadable < 0 ? undefined : unreadable).filter((fact) => fact !== null);
  const length = formed ? claimed.length : batchLength(readable, batchSize);
  const fact = readable.length < length ? undefined : mergeBatch(readable.slice(0, length));
  if (fact === undefined) return { kind: 'unreadable' };
  const seqs = claimed.slice(0, length);
  if (!formed && length > 1 && !(await form(deps, first, seqs))) return { kind: 'none' };
  return { kind: 'ready', message: { fact, seqs } };
}

/** The facts in order; null when the store cannot be read now. */
export async function readFacts(deps: PrepareDeps, seqs: readonly number[]): Promise<readonly (Fact | null)[] | null> {
  try {
    return await deps.bodies.get(seqs, ahead(deps.machine, seqs[0] ?? 0));
  } catch (cause) {
    deps.machine.release();
    deps.guard.block(messageOf(cause));
    return null;
  }
}

async function form(deps: PrepareDeps, first: number, seqs: readonly number[]): Promise<boolean> {
  const { machine, guard } = deps;
  const { batches } = machine.queue;
  await guard.settle([batches.formation(seqs)], () => batches.formed(seqs));
  if (isClaimed(machine, first) && batches.seqsOf(first).length === seqs.length) return true;
  machine.release();
  return false;
}

/** A late answer may have settled it meanwhile. */
function isClaimed(machine: OutboxMachine, seq: number): boolean {
  return machine.flight?.seqs[0] === seq;
}

function ahead(machine: OutboxMachine, seq: number): readonly number[] {
  const seqs: number[] = [];
  for (const row of machine.queue.index.transactions.after(seq)) {
    if (seqs.length >= window) break;
    seqs.push(row.seq);
  }
  return seqs;
}
