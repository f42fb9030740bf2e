import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { transparencyXml } from '@kerbside/ocmf';

import { readPasted } from './pasted.ts';

const begin = 'OCMF|{ "RV": 1.0,\n "TT":"< & \\u00e4" }|{"SD":"30"}';
const end = 'OCMF|{"RV":2.0}|{"SD":"31"}';

describe('what somebody pastes', () => {
  it('is taken as it stands, with as many records as there are', () => {
    for (const [text, expected] of [
      [begin, [begin]],
      [`\n  ${begin}\r\n\r\n${end}\n`, [begin, end]],
    ] as const) {
      const found = readPasted(text).map((session) => session.map(({ data }) => data));
      assert.deepEqual(found, [expected]);
    }
  });

  it('is taken apart session by session from the XML of the transparency software, with its keys', () => {
    const value = { context: 'Transaction.Begin', format: 'OCMF', publicKey: 'ABCD' };
    const xml = transparencyXml([
      { ...value, transactionId: 1, data: begin },
      { ...value, transactionId: 2, data: begin, publicKey: null },
      { ...value, transactionId: 1, data: end },
    ]);
    const found = readPasted(`\n${xml}`).map((session) => session.map(({ data, publicKey }) => [data, publicKey]));
    assert.deepEqual(found, [
      [
        [begin, 'ABCD'],
        [end, 'ABCD'],
      ],
      [[begin, null]],
    ]);
  });

  it('is refused with a reason when there is no record in it', () => {
    for (const text of ['', ' \n', 'hello', '<html></html>', '{"a":1}']) {
      assert.throws(() => readPasted(text), /no signed record|no values in the form of/, text);
    }
  });
});
