import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { LoginGuard } from './login-guard.ts';
import { sourceOf } from './source-of.ts';

describe('the guard of sign-ins', () => {
  let nowMs = 0;
  const guardOf = (): LoginGuard => new LoginGuard({ monotonicMs: () => nowMs });
  const fail = (guard: LoginGuard, name: string, address: string, times = 1): void => {
    for (let count = 0; count < times; count++) guard.failed(name, address);
  };

  it('lets five failures pass, then doubles the pause up to a quarter of an hour', () => {
    const guard = guardOf();
    fail(guard, 'anna', 'a', 4);
    assert.equal(guard.waitMs('anna', 'a'), 0);
    const waits = Array.from({ length: 12 }, () => {
      fail(guard, 'anna', 'a');
      return guard.waitMs('anna', 'a') / 1_000;
    });
    assert.deepEqual(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    nowMs += 900_000;
    assert.equal(guard.waitMs('anna', 'a'), 0);
    nowMs += 3_600_000;
    fail(guard, 'anna', 'a');
    assert.equal(guard.waitMs('anna', 'a'), 0, 'an hour later it is forgotten');
  });

  it('counts by name whatever the address, without regard to case, and by address whatever the name', () => {
    const guard = guardOf();
    for (const address of ['a', 'b', 'c', 'd', 'e']) fail(guard, 'Anna', address);
    assert.ok(guard.waitMs('aNNA', 'f') > 0);
    for (const name of ['1', '2', '3', '4', '5']) fail(guard, name, 'g');
    assert.ok(guard.waitMs('6', 'g') > 0);
    assert.equal(guard.waitMs('6', 'h'), 0);
  });

  it('keeps nobody out whose address is known: others cannot lock them out by guessing', () => {
    const guard = guardOf();
    guard.succeeded('anna', 'home');
    fail(guard, 'anna', 'stranger', 20);
    assert.ok(guard.waitMs('anna', 'elsewhere') > 0);
    assert.equal(guard.waitMs('anna', 'home'), 0);
    fail(guard, 'anna', 'home', 5);
    assert.ok(guard.waitMs('anna', 'home') > 0, 'but five failures from there count as any');
  });

  it('forgets those who failed least when there are too many: a flood of names frees nobody', () => {
    const guard = guardOf();
    fail(guard, 'anna', 'a', 6);
    for (let count = 0; count < 5_000; count++) fail(guard, `n${count}`, `x${count}`);
    assert.ok(guard.waitMs('anna', 'b') > 0);
  });
});

for (const [address, expected] of [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
] as const) {
  it(`"${address}" counts as "${expected}"`, () => assert.equal(sourceOf(address), expected));
}
