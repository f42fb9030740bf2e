/** Writes the few ASN.1 values of a certificate in DER (X.690). */
export const der = {
  sequence: (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts),
  set: (...parts: readonly Buffer[]): Buffer => tagged(0x31, ...parts),
  /** A constructed context-specific tag. */
  explicit: (tag: number, ...parts: readonly Buffer[]): Buffer => tagged(0xa0 | tag, ...parts),
  /** A primitive context-specific tag. */
  implicit: (tag: number, content: Buffer): Buffer => tagged(0x80 | tag, content),
  /** A positive integer. */
  integer: (bytes: Buffer): Buffer =>
    tagged(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes),
  boolean: (value: boolean): Buffer => tagged(0x01, Buffer.of(value ? 0xff : 0)),
  octets: (content: Buffer): Buffer => tagged(0x04, content),
  /** @param unusedBits at the end of the last byte */
  bits: (content: Buffer, unusedBits = 0): Buffer => tagged(0x03, Buffer.of(unusedBits), content),
  utf8: (text: string): Buffer => tagged(0x0c, Buffer.from(text)),
  objectId: (dotted: string): Buffer => tagged(0x06, objectIdBytes(dotted)),
  /** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
  time: (wallMs: number): Buffer => {
    const digits = new Date(wallMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
    return digits < '2050' ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
  },
} as const;

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthBytes(content.length), content]);
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

function objectIdBytes(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return Buffer.from([first * 40 + second, ...rest].flatMap(base128));
}

function base128(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
