import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimedOutCalls } from './timed-out-calls.ts';

const call = (action: string): { action: string; sentAtMs: number } => ({ action, sentAtMs: 0 });

test('a remembered call is handed out once', () => {
  const calls = new TimedOutCalls(2);
  calls.add('a', call('Heartbeat'));
  assert.deepEqual(calls.take('a'), call('Heartbeat'));
  assert.equal(calls.take('a'), undefined);
});

test('beyond the limit the call that timed out longest ago is forgotten', () => {
  const calls = new TimedOutCalls(2);
  calls.add('a', call('Heartbeat'));
  calls.add('b', call('Heartbeat'));
  calls.add('a', call('Authorize'));
  calls.add('c', call('Heartbeat'));
  assert.equal(calls.take('b'), undefined);
  assert.deepEqual(calls.take('a'), call('Authorize'));
  assert.deepEqual(calls.take('c'), call('Heartbeat'));
});

test('clearing forgets all', () => {
  const calls = new TimedOutCalls(2);
  calls.add('a', call('Heartbeat'));
  calls.clear();
  assert.equal(calls.take('a'), undefined);
});
