import { isRecord, type Json } from '../core/json.ts';
import { LazyMap } from '../core/lazy-map.ts';
import type { Write } from '../store/store.ts';
import type { RowTraits } from './row-kind.ts';
import type { FactAnswer } from './session.ts';

/** The collection in which the ids lie, one document per transaction. */
export const transactionIdsCollection = 'backendTransactions';
/** What stands for an id that never came (OCPP 1.6 errata 3.18). */
export const orphanId = '-1';

interface Known {
  readonly id: string;
  /** Its Stop was delivered; only parked facts of it are left. */
  readonly ended: boolean;
}

/** Which id the backend gave each transaction (X-04: any text, also `0` and `-16`); resolved when a fact is sent. */
export class TransactionIds {
  readonly #station: string;
  readonly #known = new LazyMap<string, Known>();

  constructor(station: string) {
    this.#station = station;
  }

  /** Takes in what was stored; gives the writes that forget transactions of which nothing is left. */
  load(documents: ReadonlyMap<string, Json>, rowsOf: (transaction: string) => number): readonly Write[] {
    const forgotten: Write[] = [];
    for (const [transaction, value] of documents) {
      if (!isRecord(value) || typeof value['id'] !== 'string') continue;
      const known = { id: value['id'], ended: value['ended'] === true };
      if (known.ended && rowsOf(transaction) === 0) forgotten.push(this.#deletion(transaction));
      else this.#known.set(transaction, known);
    }
    return forgotten;
  }

  idOf(transaction: string): string | null {
    return this.#known.get(transaction)?.id ?? null;
  }

  /** Whether its Stop was delivered, if only with the id −1: a Start sent now would open it for ever. */
  isEnded(transaction: string): boolean {
    return this.#known.get(transaction)?.ended === true;
  }

  /** The newest transaction with this id. */
  transactionOf(id: string): string | null {
    let found: string | null = null;
    for (const [transaction, known] of this.#known) if (known.id === id) found = transaction;
    return found;
  }

  /** What a delivered fact means for the documents; `rowsLeft` counts the facts of the transaction that remain. */
  writesFor(transaction: string, fact: RowTraits['fact'], answer: FactAnswer, rowsLeft: number): readonly Write[] {
    const after = this.#after(transaction, fact, answer);
    if (after === undefined) return [];
    if (after.ended && rowsLeft === 0) return [this.#deletion(transaction)];
    if (after === this.#known.get(transaction)) return [];
    const { id, ended } = after;
    return [{ op: 'putDocument', ...this.#place(transaction), value: { id, ended } }];
  }

  /** Follows `writesFor` once it is written. */
  learn(transaction: string, fact: RowTraits['fact'], answer: FactAnswer, rowsLeft: number): void {
    const after = this.#after(transaction, fact, answer);
    if (after === undefined || (after.ended && rowsLeft === 0)) this.#known.delete(transaction);
    else this.#known.set(transaction, after);
  }

  /** A fact left without being delivered; gives the writes when it was the last of an ended transaction. */
  dropped(transaction: string, rowsLeft: number): readonly Write[] {
    if (rowsLeft > 0 || !this.isEnded(transaction)) return [];
    this.#known.delete(transaction);
    return [this.#deletion(transaction)];
  }

  #after(transaction: string, fact: RowTraits['fact'], answer: FactAnswer): Known | undefined {
    const known = this.#known.get(transaction);
    if (fact === 'transactionStarted' && answer.backendTransaction !== null) {
      return { id: answer.backendTransaction, ended: false };
    }
    if (fact === 'transactionEnded') return { id: known?.id ?? orphanId, ended: true };
    return known;
  }

  #deletion(transaction: string): Write {
    return { op: 'deleteDocument', ...this.#place(transaction) };
  }

  #place(transaction: string): { readonly station: string; readonly collection: string; readonly key: string } {
    return { station: this.#station, collection: transactionIdsCollection, key: transaction };
  }
}
