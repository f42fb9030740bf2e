import assert from 'node:assert/strict';
import { it } from 'node:test';

import { signInCookie, signInIdsOf } from './sign-in-cookie.ts';

const one = 'a'.repeat(32);
const other = 'b'.repeat(32);

it('the cookie is for one daemon, by the port in its address', () => {
  const rest = 'Path=/; HttpOnly; SameSite=Strict';
  assert.equal(signInCookie(one, { host: 'station-1', secure: false }), `kerbside=${one}; ${rest}`);
  assert.equal(signInCookie(one, { host: 'localhost:8081', secure: true }), `kerbside-8081=${one}; ${rest}; Secure`);
  assert.equal(signInCookie('', { host: '[::1]:8081', secure: false }), `kerbside-8081=; ${rest}; Max-Age=0`);
  assert.equal(signInCookie(one, { host: undefined, secure: false }), `kerbside=${one}; ${rest}`);
});

for (const [cookie, ids] of [
  [`kerbside=${one}`, [one]],
  [`other=1; kerbside-8081=${one}; kerbside-8082=${other}`, [one, other]],
  [`xkerbside=${one}; kerbside-x=${one}; kerbside=short; kerbside=${one}"`, []],
  ['', []],
  [undefined, []],
] as const) {
  it(`"${(cookie ?? 'nothing').slice(0, 40)}" brings ${ids.length} sign-ins`, () => {
    assert.deepEqual(signInIdsOf(cookie), ids);
  });
}

it('of a heap of cookies only some are looked at', () => {
  const heap = Array.from({ length: 1_000 }, (_, index) => `kerbside-${index}=${one}`).join('; ');
  assert.equal(signInIdsOf(heap).length, 20);
});
