import {
  certificateFromDocument,
  certificateToDocument,
  noStationCertificate,
  type StationCertificateState,
} from '../../security/station-certificate.ts';
import type { Store, Write } from '../../store/store.ts';

const collection = 'security';
const key = 'stationCertificate';

/** What the store has of a station's own certificate. */
export async function readStationCertificate(store: Store, station: string): Promise<StationCertificateState> {
  const document = (await store.readDocuments(station, collection)).get(key);
  return document === undefined ? noStationCertificate : certificateFromDocument(document);
}

/** The write that keeps it. */
export function stationCertificateWrite(station: string, state: StationCertificateState): Write {
  return { op: 'putDocument', station, collection, key, value: certificateToDocument(state) };
}
