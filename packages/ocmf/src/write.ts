import { base64Of, hexOf } from './bytes.ts';
import { curves, type Curve } from './curves.ts';
import { OcmfError } from './ocmf-error.ts';

/** A reading as a meter writes it. Fields that are left out are not written. */
export interface WrittenReading {
  readonly TM: string;
  readonly TX?: string;
  /** The register as text, with its trailing zeros: it becomes a number of the JSON exactly so. */
  readonly RV: string;
  readonly RI: string;
  readonly RU: string;
  readonly RT?: string;
  readonly CL?: string;
  readonly EF?: string;
  readonly ST: string;
}

/** What a meter writes into a record; the order here is the order in the text. */
export interface OcmfPayload {
  readonly FV: string;
  readonly GI?: string;
  readonly GS?: string;
  readonly GV?: string;
  readonly PG: string;
  readonly MV?: string;
  readonly MM?: string;
  readonly MS: string;
  readonly MF?: string;
  readonly IS: boolean;
  readonly IL?: string;
  readonly IF?: readonly string[];
  readonly IT: string;
  readonly ID?: string;
  readonly TT?: string;
  readonly CF?: string;
  readonly LC?: { readonly LN?: string; readonly LI?: number; readonly LR: number; readonly LU: 'mOhm' | 'uOhm' };
  readonly CT?: string;
  readonly CI?: string;
  readonly RD: readonly WrittenReading[];
}

/** Signs the octets of a payload; gives the signature in DER. */
export type SignPayload = (payload: Uint8Array) => Uint8Array;

const order: readonly (keyof OcmfPayload)[] = [
  'FV',
  'GI',
  'GS',
  'GV',
  'PG',
  'MV',
  'MM',
  'MS',
  'MF',
  'IS',
  'IL',
  'IF',
  'IT',
  'ID',
  'TT',
  'CF',
  'LC',
  'CT',
  'CI',
  'RD',
];
/** The minor version with which a field came; what an announced version does not know is not written (E-29a). */
const since: Readonly<Record<string, number>> = { TT: 1, LC: 2, CF: 3 };
const numbers: ReadonlySet<string> = new Set(['RV', 'CL']);
const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * Writes a record as a signing meter does; used by what stands in for one.
 * @throws OcmfError for a register that is no decimal number, and for a text that the form cannot hold
 */
export function writeOcmf(
  payload: OcmfPayload,
  sign: SignPayload,
  options: { readonly curve?: Curve; readonly encoding?: 'hex' | 'base64' } = {},
): string {
  const { curve = curves[0], encoding = 'hex' } = options;
  const text = payloadText(payload);
  const signature = sign(new TextEncoder().encode(text));
  const fields = {
    SA: curve?.method,
    ...(encoding === 'hex' ? {} : { SE: encoding }),
    SD: encoding === 'hex' ? hexOf(signature).toUpperCase() : base64Of(signature),
  };
  return `OCMF|${text}|${JSON.stringify(fields)}`;
}

function payloadText(payload: OcmfPayload): string {
  const minor = Number(payload.FV.split('.')[1]);
  const fields = order.flatMap((key) => {
    const value = payload[key];
    if (value === undefined || minor < (since[key] ?? 0)) return [];
    if (key !== 'RD') return [`"${key}":${textOf(value)}`];
    return [`"RD":[${payload.RD.map(readingText).join(',')}]`];
  });
  return `{${fields.join(',')}}`;
}

function readingText(reading: WrittenReading): string {
  const fields = Object.entries(reading).flatMap(([key, value]: [string, string | undefined]) => {
    if (value === undefined) return [];
    if (!numbers.has(key)) return [`"${key}":${textOf(value)}`];
    if (!decimal.test(value)) throw new OcmfError(`${value} is no decimal number for ${key}.`);
    return [`"${key}":${value}`];
  });
  return `{${fields.join(',')}}`;
}

/** A vertical bar would end the payload: it is written as its number, like control characters. */
function textOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('|', String.raw`\u007c`);
}
