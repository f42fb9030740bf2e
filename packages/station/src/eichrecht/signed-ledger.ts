import { isRecord, type Json } from '../core/json.ts';
import type { Store, Write } from '../store/store.ts';

/** What is remembered of the signed archive beside its records, to notice when some of them are gone. */
export interface LedgerHead {
  /** The highest number that was ever archived. */
  readonly last: number;
  /** Records up to this number may have left because their retention was over. */
  readonly expiredTo: number;
  /** What was found wrong, in words; null: nothing. */
  readonly damage: string | null;
  /** Damage up to this record is known and was accepted by a person. */
  readonly acceptedTo: number;
}

const collection = 'signedArchive';

/** The documents that lie beside the signed archive of one station. Read anew each time: a commit that failed leaves no trace. */
export class SignedLedger {
  readonly #store: Store;
  readonly #station: string;

  constructor(store: Store, station: string) {
    this.#store = store;
    this.#station = station;
  }

  async head(): Promise<LedgerHead> {
    const documents = await this.#documents();
    const number = (key: string): number => {
      const value = documents.get(key);
      return typeof value === 'number' ? value : 0;
    };
    const damage = documents.get('damage');
    return {
      last: number('last'),
      expiredTo: number('expiredTo'),
      acceptedTo: number('acceptedTo'),
      damage: typeof damage === 'string' ? damage : null,
    };
  }

  /** The highest pagination of a meter, of transactions before that of the fiscal context; 0 for none. */
  async lastPagination(evse: number, meterSerial: string): Promise<number> {
    const pages = pagesOf((await this.#documents()).get(meterKey(evse, meterSerial)));
    return pages['T'] ?? pages[''] ?? Math.max(0, ...Object.values(pages));
  }

  /** The writes that move the highest number, and the paginations of the meters, forward. */
  async forward(
    last: number,
    pages: readonly {
      readonly evse: number;
      readonly meterSerial: string;
      readonly context: string;
      readonly number: number;
    }[],
  ): Promise<readonly Write[]> {
    const documents = await this.#documents();
    const known = documents.get('last');
    const meters = new Map<string, Readonly<Record<string, number>>>();
    for (const { evse, meterSerial, context, number } of pages) {
      const key = meterKey(evse, meterSerial);
      const before = meters.get(key) ?? pagesOf(documents.get(key));
      meters.set(key, { ...before, [context]: Math.max(before[context] ?? 0, number) });
    }
    return [
      ...this.write({ last: Math.max(typeof known === 'number' ? known : 0, last) }),
      ...[...meters].map(([key, value]): Write => ({
        op: 'putDocument',
        station: this.#station,
        collection,
        key,
        value,
      })),
    ];
  }

  /** The writes of some parts; each part has its own document, because different commits write them. */
  write(parts: Partial<LedgerHead>): readonly Write[] {
    return Object.entries(parts).map(([key, value]): Write => {
      return { op: 'putDocument', station: this.#station, collection, key, value };
    });
  }

  #documents(): Promise<ReadonlyMap<string, Json>> {
    return this.#store.readDocuments(this.#station, collection);
  }
}

function meterKey(evse: number, meterSerial: string): string {
  return `meter ${evse} ${meterSerial}`;
}

function pagesOf(value: Json | undefined): Readonly<Record<string, number>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((each): each is [string, number] => typeof each[1] === 'number'),
  );
}
