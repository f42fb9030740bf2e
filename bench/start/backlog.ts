import { createSqliteStore } from '../../packages/station/src/store/sqlite/sqlite-store.ts';
import { freshState } from '../../packages/station/src/store/store.ts';
import type { Write } from '../../packages/station/src/store/store.ts';
import type { Fact } from '../../packages/station/src/transactions/facts.ts';

/** The key under which a daemon with one station keeps it. */
const station = 'station';
const PER_TRANSACTION = 100;

/** Fills the outbox of a data folder with rows that wait, as a long outage leaves them: transactions of 100 facts each. */
export async function fillOutbox(folder: string, rows: number): Promise<void> {
  const store = await createSqliteStore({ folder });
  const writes: Write[] = [];
  for (let seq = 1; seq <= rows; seq++) {
    const fact = factOf(seq - 1);
    const row = {
      seq,
      lane: 'transaction',
      group: transactionOf(seq - 1),
      kind: kindOf(fact),
      state: freshState,
    } as const;
    writes.push({ op: 'enqueue', station, row, body: JSON.stringify(fact) });
  }
  await store.commit(writes);
  await store.close();
}

function transactionOf(number: number): string {
  return `tx-${Math.floor(number / PER_TRANSACTION)}`;
}

function factOf(number: number): Fact {
  const index = number % PER_TRANSACTION;
  const timeMs = Date.parse('2026-11-01T00:00:00Z') + number * 60_000;
  const common = { transaction: transactionOf(number), evse: 1, offline: true, index };
  if (index === 0)
    return {
      kind: 'transactionStarted',
      ...common,
      connector: 1,
      idToken: '04AABBCC',
      timeMs,
      meterWh: number,
      signed: [],
    };
  if (index === PER_TRANSACTION - 1) {
    return {
      kind: 'transactionEnded',
      ...common,
      timeMs,
      meterWh: number,
      reason: 'local',
      idToken: null,
      samples: [],
    };
  }
  const values = [
    { measurand: 'Energy.Active.Import.Register', value: number },
    { measurand: 'Power.Active.Import', value: 11_040 },
  ];
  return { kind: 'meterValues', ...common, samples: [{ timeMs, context: 'Sample.Periodic', values }] };
}

function kindOf(fact: Fact): string {
  return fact.kind === 'meterValues' ? 'meterValues+periodic' : fact.kind;
}
