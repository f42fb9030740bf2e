import type { OcmfPayload, WrittenReading } from '@kerbside/ocmf';

import type { MeterEndReason, SignedBlob } from '../../evse/hardware.ts';
import type { KeyPair } from './key-pair.ts';
import { signOcmf } from './sign-ocmf.ts';
import type { HeldReading, TransactionOrder } from './transaction-ledger.ts';

/** Who signs, and for which meter: the fields of OCMF that are the same in every record. */
export type RecordIdentity = Required<Pick<OcmfPayload, 'GI' | 'GS' | 'GV' | 'MV' | 'MM' | 'MS' | 'MF'>>;

/** What a record is made from. */
export interface RecordFacts {
  readonly identity: RecordIdentity;
  /** The version of OCMF. */
  readonly version: string;
  readonly number: number;
  readonly order: TransactionOrder;
  /** What happened at the last reading (OCMF: TX). */
  readonly event: string;
  /** One reading, or those of begin and end. */
  readonly readings: readonly HeldReading[];
}

/** OCMF: the total of what was taken from the mains, at the meter. */
const totalImport = '01-00:B0.08.00*FF';

/** What OCMF writes for the reason of an end (TX). */
export const endEvents: Readonly<Record<MeterEndReason, string>> = {
  end: 'E',
  local: 'L',
  remote: 'R',
  abort: 'A',
  powerFailure: 'P',
};

/** A record of a transaction, really signed. */
export function signedRecord(facts: RecordFacts, keys: KeyPair): SignedBlob {
  const { identity, version, number, order, readings } = facts;
  const { assignment, tariffText, place } = order;
  const payload: OcmfPayload = {
    // A tariff that was written is signed: its field came with 1.1.
    FV: tariffText !== undefined && version === '1.0' ? '1.1' : version,
    ...identity,
    PG: `T${number}`,
    // What was not written before the begin is not signed afterwards.
    IS: assignment?.assigned ?? false,
    ...(assignment === undefined
      ? { IT: 'NONE', ID: '' }
      : { IL: assignment.level, IF: assignment.flags, IT: assignment.type, ID: assignment.id }),
    ...(tariffText === undefined ? {} : { TT: tariffText }),
    ...(place === undefined ? {} : { CT: place.type, CI: place.id }),
    RD: readings.map((reading, index) => written(reading, eventOf(facts, index))),
  };
  return signOcmf(payload, keys);
}

function eventOf({ event, readings }: RecordFacts, index: number): string {
  return index === readings.length - 1 ? event : 'B';
}

function written({ time, register, errors }: HeldReading, event: string): WrittenReading {
  const isUsable = !errors.includes('E');
  return {
    TM: time,
    TX: event,
    RV: register,
    RI: totalImport,
    RU: 'kWh',
    RT: 'AC',
    EF: errors,
    ST: isUsable ? 'G' : 'E',
  };
}
