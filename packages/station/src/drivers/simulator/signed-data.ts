import type { OcmfPayload, WrittenReading } from '@kerbside/ocmf';

import type { SignedBlob } from '../../evse/hardware.ts';
import type { KeyPair } from '../signing/key-pair.ts';
import { signOcmf } from '../signing/sign-ocmf.ts';
import type { HeldReading, TransactionOrder } from './meter-model.ts';
import type { MeterSigning } from './meter-signing.ts';

/** What a record of a simulated meter is made from. */
export interface RecordFacts {
  readonly serial: string;
  readonly signing: MeterSigning;
  readonly number: number;
  readonly order: TransactionOrder;
  /** What happened at the last reading (OCMF: TX). */
  readonly event: string;
  /** One reading, or those of begin and end. */
  readonly readings: readonly HeldReading[];
}

/** OCMF: the total of what was taken from the mains, at the meter. */
const totalImport = '01-00:B0.08.00*FF';

/** A record of a simulated meter, really signed; every one says that it is a test (eichrecht.md E-01). */
export function signedRecord(facts: RecordFacts, keys: KeyPair): SignedBlob {
  const { serial, signing, number, order, readings } = facts;
  const { assignment, tariffText, place } = order;
  const payload: OcmfPayload = {
    FV: signing.version,
    GI: 'KERBSIDE SIMULATOR, TEST ONLY',
    GS: serial,
    GV: '1',
    PG: `T${number}`,
    MV: 'Kerbside',
    MM: 'simulated meter',
    MS: serial,
    MF: '1',
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
