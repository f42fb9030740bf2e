import { OcmfError } from './ocmf-error.ts';

/** The two numbers of an ECDSA signature, big-endian, without leading zeros. */
export interface SignatureNumbers {
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

const sequenceTag = 0x30;
const integerTag = 0x02;

/**
 * Reads a DER signature, a SEQUENCE of two INTEGERs (RFC 3279 §2.2.3). Strict: one signature has one form.
 * @throws OcmfError for anything else
 */
export function readDer(bytes: Uint8Array): SignatureNumbers {
  const body = elementAt(bytes, 0, sequenceTag);
  if (body.end !== bytes.length) throw wrong('something follows it');
  const first = elementAt(bytes, body.start, integerTag);
  const second = elementAt(bytes, first.end, integerTag);
  if (second.end !== body.end) throw wrong('it has not exactly two numbers');
  return { r: numberOf(bytes.subarray(first.start, first.end)), s: numberOf(bytes.subarray(second.start, second.end)) };
}

/** Writes two numbers as a DER signature; leading zeros are of no account. */
export function derOf(r: Uint8Array, s: Uint8Array): Uint8Array {
  const body = [...integer(r), ...integer(s)];
  return Uint8Array.from([sequenceTag, ...lengthOf(body.length), ...body]);
}

interface Element {
  readonly start: number;
  readonly end: number;
}

function elementAt(bytes: Uint8Array, at: number, tag: number): Element {
  if (bytes[at] !== tag) throw wrong(tag === sequenceTag ? 'it is no sequence' : 'it has not exactly two numbers');
  const first = bytes[at + 1] ?? 0xff;
  const isLong = first === 0x81;
  const length = isLong ? (bytes[at + 2] ?? 0) : first;
  if (length > 0xff || (isLong ? length < 0x80 : first > 0x7f)) throw wrong('its lengths are not those of a signature');
  const start = at + (isLong ? 3 : 2);
  if (start + length > bytes.length) throw wrong('it is cut');
  return { start, end: start + length };
}

function numberOf(bytes: Uint8Array): Uint8Array {
  const [first = 0x80, second = 0] = bytes;
  if (first > 0x7f) throw wrong('a number is negative or empty');
  if (first !== 0) return bytes;
  if (bytes.length === 1) throw wrong('a number is zero');
  if (second < 0x80) throw wrong('a number has needless zeros');
  return bytes.subarray(1);
}

function integer(number: Uint8Array): readonly number[] {
  const start = number.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? [0] : [...number.subarray(start)];
  const padded = (digits[0] ?? 0) > 0x7f ? [0, ...digits] : digits;
  return [integerTag, ...lengthOf(padded.length), ...padded];
}

function lengthOf(length: number): readonly number[] {
  return length < 0x80 ? [length] : [0x81, length];
}

function wrong(why: string): OcmfError {
  return new OcmfError(`The signature is not written in DER: ${why}.`);
}
