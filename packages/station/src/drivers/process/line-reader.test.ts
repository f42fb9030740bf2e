import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { longestLineBytes } from './driver-protocol.ts';
import { LineReader } from './line-reader.ts';
import { parseRpcMessage } from './rpc-message.ts';

describe('the line reader', () => {
  it('gives the same lines however the bytes are cut, umlauts included', () => {
    const source = 'first\n\nzweite: ä€😀\r\nthird\nrest';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (sizes) => {
        const reader = new LineReader();
        const bytes = Buffer.from(source);
        const lines: string[] = [];
        for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          for (const line of reader.push(bytes.subarray(from, from + size)))
            lines.push(line.kind === 'line' ? line.text : '!');
          from += size;
        }
        assert.deepEqual(lines, ['first', 'zweite: ä€😀', 'third']);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves out a line that is too long and goes on after it', () => {
    const reader = new LineReader();
    const exact = 'y'.repeat(longestLineBytes);
    const part = Buffer.alloc(400_000, 'x');
    assert.deepEqual(
      [part, part, part].flatMap((chunk) => reader.push(chunk)),
      [],
    );
    assert.deepEqual(reader.push(Buffer.from(`\nshort\n${exact}\n`)), [
      { kind: 'tooLong' },
      { kind: 'line', text: 'short' },
      { kind: 'line', text: exact },
    ]);
  });
});

describe('the parser of JSON-RPC messages', () => {
  it('throws for no line', () => {
    const value = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => `{"jsonrpc":"2.0","id":1,"error":${text}}`),
    );
    fc.assert(
      fc.property(value, (line) => {
        parseRpcMessage(line);
      }),
      { numRuns: 500 },
    );
  });

  it('knows our own error codes and takes strange ones for a refusal', () => {
    for (const [data, code] of [
      ['{"code":"driver.timeout"}', 'driver.timeout'],
      ['{"code":"toString"}', 'driver.refused'],
      ['null', 'driver.refused'],
    ]) {
      const message = parseRpcMessage(`{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no","data":${data}}}`);
      assert.ok(message.kind === 'error');
      assert.equal(message.error.code, code);
    }
  });
});
