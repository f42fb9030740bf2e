import assert from 'node:assert/strict';
import { test } from 'node:test';

import { operatorAmpsAt, parseConnectorAmps, withAmpsAt } from './connector-amps.ts';

test('one number is for every connector, a list names them; it is written as it is read back', () => {
  for (const [text, stored] of [
    ['16', '16'],
    [' 2:10 , 1:16 ', '1:16,2:10'],
    ['16,2:10,0:40', '16,0:40,2:10'],
    ['1:6,1:8', '1:8'],
    ['0', '0'],
    ['', ''],
  ] as const) {
    assert.deepEqual(parseConnectorAmps(text), { ok: true, text: stored });
  }
});

test('what is none is refused with what it should be', () => {
  for (const text of ['16.5', '-1', '1:', ':6', '1:16:2', 'x', '1.16', '1001', '10000']) {
    const parsed = parseConnectorAmps(text);
    assert.ok(!parsed.ok, text);
    assert.match(parsed.reason, /such as 2:16/);
  }
});

test('a connector has its own limit, or that of all; the station only its own', () => {
  assert.equal(operatorAmpsAt('16,2:10', 1), 16);
  assert.equal(operatorAmpsAt('16,2:10', 2), 10);
  assert.equal(operatorAmpsAt('16,2:10', 0), null);
  assert.equal(operatorAmpsAt('0:40', 0), 40);
  assert.equal(operatorAmpsAt('', 1), null);
});

test('one connector can be changed alone', () => {
  assert.equal(withAmpsAt('16', 2, '10'), '16,2:10');
  assert.equal(withAmpsAt('16,2:10', 2, ''), '16');
});
