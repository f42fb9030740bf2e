import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Archived, ArchiveEdges, OutboxRow } from '../store.ts';
import type { FromWorker } from './messages.ts';
import { unpackRows } from './row-columns.ts';

/** The worker's answers to reads. */
export type ReadAnswer = Extract<FromWorker, { readonly id: number }>;

interface Pending {
  /** True when it was the last answer. */
  readonly take: (answer: ReadAnswer) => boolean;
  readonly reject: (error: KerbsideError) => void;
}

/** The reads that were asked for and not yet answered. */
export class PendingReads {
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  /** Keys and values of a collection. */
  documents(ask: (id: number) => void): Promise<ReadonlyMap<string, Json>> {
    return this.#begin(ask, (answer, resolve) => {
      if (answer.type === 'documents') resolve(parsePairs(answer.pairs));
      return true;
    });
  }

  /** All rows, from as many answers as it takes. */
  outbox(ask: (id: number) => void): Promise<readonly OutboxRow[]> {
    const rows: OutboxRow[] = [];
    return this.#begin(ask, (answer, resolve) => {
      if (answer.type !== 'rows') return true;
      unpackRows(answer.columns, rows);
      if (answer.last) resolve(rows);
      return answer.last;
    });
  }

  /** The bodies that exist. */
  bodies(ask: (id: number) => void): Promise<ReadonlyMap<number, string>> {
    return this.#begin(ask, (answer, resolve) => {
      if (answer.type === 'bodies')
        resolve(new Map(answer.seqs.map((seq, index) => [seq, answer.bodies[index] ?? ''])));
      return true;
    });
  }

  /** Records of an archive. */
  archived(ask: (id: number) => void): Promise<readonly Archived[]> {
    return this.#begin(ask, (answer, resolve) => {
      if (answer.type === 'archived') resolve(answer.records);
      return true;
    });
  }

  /** The ends of an archive. */
  edges(ask: (id: number) => void): Promise<ArchiveEdges> {
    return this.#begin(ask, (answer, resolve) => {
      if (answer.type === 'edges') resolve(answer.edges);
      return true;
    });
  }

  /** Hands an answer to whoever asked. */
  take(answer: ReadAnswer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    if (answer.type === 'readFailed') {
      this.#pending.delete(answer.id);
      pending.reject(new KerbsideError(answer.code, answer.message));
      return;
    }
    try {
      if (pending.take(answer)) this.#pending.delete(answer.id);
    } catch (error) {
      // What one station has on disk must not end the others.
      this.#pending.delete(answer.id);
      const problem = `What is stored for the station cannot be read: ${messageOf(error)}`;
      pending.reject(new KerbsideError('store.corrupt', problem, { cause: error }));
    }
  }

  /** Rejects all, because no answer will come. */
  rejectAll(error: KerbsideError): void {
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }

  #begin<Result>(
    ask: (id: number) => void,
    take: (answer: ReadAnswer, resolve: (result: Result) => void) => boolean,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const guarded = (answer: ReadAnswer): boolean => {
        try {
          return take(answer, resolve);
        } catch (cause) {
          reject(new KerbsideError('store.corrupt', 'A stored document is no JSON.', { cause }));
          return true;
        }
      };
      this.#pending.set(id, { take: guarded, reject });
      ask(id);
    });
  }
}

function parsePairs(pairs: readonly string[]): Map<string, Json> {
  const documents = new Map<string, Json>();
  for (let at = 0; at + 1 < pairs.length; at += 2)
    documents.set(pairs[at] ?? '', JSON.parse(pairs[at + 1] ?? '') as Json);
  return documents;
}
