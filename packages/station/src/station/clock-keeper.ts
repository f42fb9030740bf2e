import { isRecord } from '../core/json.ts';
import { StationClock } from '../core/station-clock.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { Store, Write } from '../store/store.ts';

/** No clock of this software can be right before it was written. */
const buildTimeMs: number = Date.UTC(2026, 10, 1);

const collection = 'station';
const key = 'clock';
/** How often the floor is written (parameters.md section 5). */
const persistMs = 600_000;

/** Makes the station's clock with the floor that the store remembers. */
export async function openClock(store: Store, station: string, time: Time): Promise<StationClock> {
  const documents = await store.readDocuments(station, collection);
  const stored = documents.get(key);
  const rememberedMs = isRecord(stored) && typeof stored['lastMs'] === 'number' ? stored['lastMs'] : 0;
  return new StationClock({ time, buildMs: buildTimeMs, lastKnownMs: rememberedMs });
}

/** Remembers every ten minutes how late it is, so that the clock never goes behind that after a restart. Returns its end. */
export function keepClock(store: Store, station: string, time: Time, clock: StationClock): Cancel {
  let cancel: Cancel = () => undefined;
  const write = (): void => {
    if (clock.valid) store.commitLater([clockWrite(station, clock.provenMs)]);
    cancel = time.after(persistMs, write);
  };
  cancel = time.after(persistMs, write);
  return () => cancel();
}

/** The write that remembers a time. */
export function clockWrite(station: string, lastMs: number): Write {
  return { op: 'putDocument', station, collection, key, value: { lastMs } };
}
