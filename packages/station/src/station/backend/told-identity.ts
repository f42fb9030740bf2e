import { isRecord } from '../../core/json.ts';
import type { StationIdentity } from '../../delivery/session.ts';
import type { Store, Write } from '../../store/store.ts';

const collection = 'station';
const key = 'toldIdentity';

/** The write that remembers who the station said it is, for a doctor that looks without its hardware. */
export function toldIdentityWrite(station: string, identity: StationIdentity): Write {
  return { op: 'putDocument', station, collection, key, value: { ...identity } };
}

/** What the station told in the last BootNotification that was answered; null when there was none. */
export async function readToldIdentity(store: Store, station: string): Promise<StationIdentity | null> {
  const document = (await store.readDocuments(station, collection)).get(key);
  if (!isRecord(document)) return null;
  const { vendor, model } = document;
  if (typeof vendor !== 'string' || typeof model !== 'string') return null;
  const text = (name: keyof StationIdentity): string | null => {
    const value = document[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    vendor,
    model,
    serialNumber: text('serialNumber'),
    chargeBoxSerialNumber: text('chargeBoxSerialNumber'),
    firmwareVersion: text('firmwareVersion'),
    meterType: text('meterType'),
    meterSerialNumber: text('meterSerialNumber'),
    iccid: text('iccid'),
    imsi: text('imsi'),
  };
}
