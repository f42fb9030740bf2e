import { curves } from '@kerbside/ocmf';

import type { SigningDescription } from '../../evse/hardware.ts';
import { curveOfMethod } from '../signing/key-pair.ts';
import type { ClockQuality } from '../signing/meter-clock.ts';

/** What may differ from the usual signing meter. */
export interface SigningSettings {
  /** The method of OCMF, such as `ECDSA-secp384r1-SHA256`; default secp256r1. */
  readonly curve?: string;
  /** A record at begin and one at end (default), or one with both readings at the end. */
  readonly records?: 'single' | 'combined';
  /** What its clock is worth once it is set; default informative. */
  readonly clock?: ClockQuality;
  /** The version of OCMF that it writes; default 1.0, which every check software reads, and 1.1 with a tariff text. */
  readonly version?: '1.0' | '1.1' | '1.2' | '1.3' | '1.4';
  /** It signs readings within a transaction; default yes. */
  readonly intermediate?: boolean;
  /** It gives records again; default yes. */
  readonly memory?: boolean;
}

/** How a simulated meter signs. */
export interface MeterSigning extends Required<Omit<SigningSettings, 'curve'>> {
  readonly method: string;
  /** False: an older meter, which gives signed data at begin and end and cannot be asked anything else. */
  readonly answers: boolean;
}

/** One for all usual meters of a process. */
const usual: MeterSigning = {
  method: curves[0]?.method ?? '',
  records: 'single',
  clock: 'informative',
  version: '1.0',
  intermediate: true,
  memory: true,
  answers: true,
};

/** How a meter with such settings signs; `false` is an older one. Throws `simulator.refused` for an unknown curve. */
export function meterSigning(settings: SigningSettings | boolean): MeterSigning {
  if (settings === true) return usual;
  if (settings === false) return { ...usual, answers: false };
  const { curve = usual.method, ...others } = settings;
  return { ...usual, ...others, method: curveOfMethod(curve).method };
}

/** What the station is told of it; null for an older meter. */
export function signingDescription(signing: MeterSigning): SigningDescription | null {
  if (!signing.answers) return null;
  const { records, intermediate, clock, memory } = signing;
  return { test: true, records, intermediate, clock: clock !== 'none', memory };
}
