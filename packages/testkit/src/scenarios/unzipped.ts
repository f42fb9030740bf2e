import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { crc32, inflateRawSync } from 'node:zlib';

/** Where the parts of a zip archive say what they are (APPNOTE 4.3). */
const marks = { end: 0x06054b50, entry: 0x02014b50 } as const;

/** The files of a zip archive as texts, read by its directory, as unpacking programs do. */
export function unzipped(archive: Uint8Array): ReadonlyMap<string, string> {
  const bytes = Buffer.from(archive);
  const end = bytes.length - 22;
  assert.ok(end >= 0 && bytes.readUInt32LE(end) === marks.end, 'this is no zip archive');
  const files = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    assert.equal(bytes.readUInt32LE(at), marks.entry, 'the directory of the archive is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place));
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    files.set(name, contentAt(bytes, at));
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return files;
}

/** The content of an entry of the directory; its checksum has to be right. */
function contentAt(bytes: Buffer, entry: number): string {
  const [checksum, packedLength, local] = [16, 20, 42].map((place) => bytes.readUInt32LE(entry + place));
  const from = (local ?? 0) + 30 + bytes.readUInt16LE((local ?? 0) + 26) + bytes.readUInt16LE((local ?? 0) + 28);
  const packed = bytes.subarray(from, from + (packedLength ?? 0));
  const content = bytes.readUInt16LE(entry + 10) === 0 ? packed : inflateRawSync(packed);
  assert.equal(crc32(content), checksum, 'a file of the archive is damaged');
  return content.toString('utf8');
}
