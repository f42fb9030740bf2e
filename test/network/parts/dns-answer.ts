const headerBytes = 12;
const typeA = 1;

/** Answers a question of DNS (RFC 1035 §4.1): an address of a known name, nothing for its other types, NXDOMAIN for other names. */
export function answerName(query: Buffer, names: Readonly<Record<string, string>>): Buffer {
  const { name, type, end } = questionOf(query);
  const address = names[name];
  const isAnswered = address !== undefined && type === typeA;
  const header = Buffer.from(query.subarray(0, headerBytes));
  header.writeUInt16BE(address === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(isAnswered ? 1 : 0, 6);
  header.fill(0, 8, headerBytes);
  const question = query.subarray(headerBytes, end);
  if (!isAnswered) return Buffer.concat([header, question]);
  const record = Buffer.from([0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([header, question, record]);
}

function questionOf(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}
