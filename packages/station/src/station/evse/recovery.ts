import { isRecord } from '../../core/json.ts';
import type { Time } from '../../core/time.ts';
import type { Sample } from '../../metering/sample.ts';
import type { Store } from '../../store/store.ts';
import { leftCollection, leftFromJson } from '../../transactions/left-in-meter.ts';
import {
  recordFromJson,
  sampleCollection,
  transactionCollection,
  type TransactionRecord,
} from '../../transactions/transaction-record.ts';
import type { EvseController } from './evse-controller.ts';

/** A transaction that a power cut or a restart left open, with what was sampled for its end. */
interface OpenTransaction {
  readonly record: TransactionRecord;
  readonly samples: ReadonlyMap<number, Sample>;
}

/** What closing needs. */
export interface RecoveryDeps {
  readonly store: Store;
  readonly station: string;
  readonly time: Time;
  /** What was left open at an EVSE is closed; what was asked of it meanwhile counts now. */
  readonly onClosed: (evse: EvseController) => void;
  /** An EVSE has taken over what the hardware was at the start. */
  readonly onAdopted: (evse: number) => void;
  readonly onProblem: (problem: string) => void;
}

/** How long the link may wait for what a power cut left open to be closed; a slow meter goes on afterwards. */
const patienceMs = 3_000;

/** Closes what a power cut left open, contactors first, and then takes over what the hardware is (X-12, INV-02). */
export async function closeLeftOpen(evses: readonly EvseController[], deps: RecoveryDeps): Promise<void> {
  const open = await readOpenTransactions(deps.store, deps.station, deps.onProblem);
  await restoreLeft(evses, deps);
  const closing = evses.map(async (evse) => {
    for (const { record, samples } of open.filter((each) => each.record.evse === evse.id)) {
      await evse.closeLeftOpen(record, samples);
    }
    await evse.freePlug();
    deps.onClosed(evse);
    evse.adopt();
    deps.onAdopted(evse.id);
  });
  const patience = Promise.withResolvers<void>();
  const cancel = deps.time.after(patienceMs, () => patience.resolve());
  await Promise.race([Promise.all(closing), patience.promise]);
  cancel();
}

/** What is over for everybody but the meter, which did not close it (E-09). */
async function restoreLeft(evses: readonly EvseController[], { store, station }: RecoveryDeps): Promise<void> {
  for (const value of (await store.readDocuments(station, leftCollection)).values()) {
    const left = leftFromJson(value);
    if (left !== undefined) evses.find(({ id }) => id === left.evse)?.keeper.restoreLeft(left);
  }
}

/** Reads the transactions that are not over. What cannot be read is reported and left where it is: nothing is thrown away. */
async function readOpenTransactions(
  store: Store,
  station: string,
  onProblem: (problem: string) => void,
): Promise<readonly OpenTransaction[]> {
  const documents = await store.readDocuments(station, transactionCollection);
  if (documents.size === 0) return [];
  const samples = await readSamples(store, station);
  const open: OpenTransaction[] = [];
  for (const [key, value] of documents) {
    const record = recordFromJson(value);
    if (record === undefined) onProblem(`the stored transaction ${key} cannot be read and was left alone`);
    else open.push({ record, samples: samples.get(key) ?? new Map() });
  }
  return open;
}

async function readSamples(store: Store, station: string): Promise<Map<string, Map<number, Sample>>> {
  const byTransaction = new Map<string, Map<number, Sample>>();
  for (const [key, value] of await store.readDocuments(station, sampleCollection)) {
    const split = key.lastIndexOf(':');
    const transaction = key.slice(0, split);
    const samples = byTransaction.get(transaction) ?? new Map<number, Sample>();
    if (isRecord(value)) samples.set(Number(key.slice(split + 1)), value as unknown as Sample);
    byTransaction.set(transaction, samples);
  }
  return byTransaction;
}
