import assert from 'node:assert/strict';
import { test } from 'node:test';

import { basicAuthorization } from './basic-authorization.ts';

test('the header holds the decoded identity in UTF-8 and the raw bytes of the password', () => {
  const password = Uint8Array.from([0, 1, 0x3a, 0xff]);
  const bytes = Buffer.concat([Buffer.from('Säule 7:', 'utf8'), password]);
  assert.equal(basicAuthorization('Säule 7', password), `Basic ${bytes.toString('base64')}`);
});

test('an identity with a colon is refused', () => {
  assert.throws(() => basicAuthorization('a:b', new Uint8Array(16)), { code: 'endpoint.invalid', message: /colon/ });
});
