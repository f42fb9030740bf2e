import { isRecord, type Json } from '../core/json.ts';
import { StationClock } from '../core/station-clock.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { Store, Write } from '../store/store.ts';

/** No clock of this software can be right before it was written. */
const buildTimeMs: number = Date.UTC(2026, 10, 1);

const collection = 'station';
const key = 'clock';
const certificateKey = 'certificateFloor';
/** How often the floor is written (parameters.md section 5). */
const persistMs = 600_000;

/** Makes the station's clock with the floor that the store remembers. */
export async function openClock(store: Store, station: string, time: Time): Promise<StationClock> {
  const documents = await store.readDocuments(station, collection);
  const lastKnownMs = Math.max(...[key, certificateKey].map((each) => timeIn(documents.get(each))));
  return new StationClock({ time, buildMs: buildTimeMs, lastKnownMs });
}

function timeIn(document: Json | undefined): number {
  return isRecord(document) && typeof document['lastMs'] === 'number' ? document['lastMs'] : 0;
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

/** The write that remembers when the station's own certificate began: no right clock is behind that (parameters.md 5). */
export function certificateFloorWrite(station: string, notBeforeMs: number): Write {
  return { op: 'putDocument', station, collection, key: certificateKey, value: { lastMs: notBeforeMs } };
}
