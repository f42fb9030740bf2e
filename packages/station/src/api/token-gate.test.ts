import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TokenGate } from './token-gate.ts';

const tokens = { operator: 'operator-token-0123', manufacturer: 'manufacturer-token-0' };

describe('the token gate', () => {
  it('gives each token its role', () => {
    const gate = new TokenGate({ tokens, monotonicMs: () => 0 });
    assert.deepEqual(gate.admit(tokens.operator, 'a'), { kind: 'admitted', role: 'operator' });
    assert.deepEqual(gate.admit(tokens.manufacturer, 'a'), { kind: 'admitted', role: 'manufacturer' });
    assert.deepEqual(gate.admit('', 'a'), { kind: 'refused' });
  });

  it('gives the smaller role when both tokens are the same', () => {
    const gate = new TokenGate({ tokens: { operator: 'same', manufacturer: 'same' }, monotonicMs: () => 0 });
    assert.deepEqual(gate.admit('same', 'a'), { kind: 'admitted', role: 'operator' });
  });

  it('takes ten wrong tokens at once, then one in six seconds', () => {
    let nowMs = 0;
    const gate = new TokenGate({ tokens, monotonicMs: () => nowMs });
    const guess = (): string => gate.admit('wrong', 'a').kind;
    assert.deepEqual(new Set(Array.from({ length: 10 }, guess)), new Set(['refused']));
    assert.equal(guess(), 'limited');
    assert.equal(gate.admit(tokens.operator, 'a').kind, 'limited');
    nowMs += 6_000;
    assert.equal(guess(), 'refused');
    assert.equal(guess(), 'limited');
    nowMs += 6_000;
    assert.equal(gate.admit(tokens.operator, 'a').kind, 'admitted');
    assert.equal(guess(), 'refused');
  });

  it('remembers so many addresses and no more', () => {
    const gate = new TokenGate({ tokens, monotonicMs: () => 0 });
    for (let guess = 0; guess < 10; guess++) gate.admit('wrong', 'first');
    assert.equal(gate.admit('wrong', 'first').kind, 'limited');
    for (let address = 0; address < 1_000; address++) gate.admit('wrong', String(address));
    assert.equal(gate.admit('wrong', 'first').kind, 'refused');
  });
});
