import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AuthorizationCache } from '../../authorization/cache.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { openParameters } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { IdTokenMemory } from './id-token-memory.ts';

const good: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: 'CACHED' };
const blocked: IdTokenAnswer = { ...good, status: 'blocked' };

interface Bench {
  readonly memory: IdTokenMemory;
  readonly cache: AuthorizationCache;
  readonly listed: Map<string, IdTokenAnswer>;
  readonly judged: string[];
}

async function bench(): Promise<Bench> {
  const time = new VirtualTime();
  const clock = { nowMs: () => time.systemWallMs() };
  const store = createMemoryStore();
  const params = await openParameters({ station: 's', store, clock, time });
  const cache = new AuthorizationCache({
    station: 's',
    store,
    nowMs: () => clock.nowMs(),
    size: () => 9,
    lifetimeSeconds: () => 0,
  });
  const listed = new Map<string, IdTokenAnswer>();
  const judged: string[] = [];
  const localList = {
    find: (idToken: string) => listed.get(idToken) ?? null,
    answered: (idToken: string, { status }: IdTokenAnswer) => void judged.push(`${idToken} ${status}`),
  };
  return { memory: new IdTokenMemory({ params, cache, localList }), cache, listed, judged };
}

test('the group of a listed card is that of the list, of others that of the cache (A-11)', async () => {
  const { memory, cache, listed } = await bench();
  assert.equal(memory.parentOf('A'), null);
  cache.remember('A', good);
  assert.equal(memory.parentOf('A'), 'CACHED');
  listed.set('A', { ...good, parentIdToken: 'LISTED' });
  assert.equal(memory.parentOf('A'), 'LISTED');
  listed.set('A', { ...good, parentIdToken: null });
  assert.equal(memory.parentOf('A'), null);
});

test('an answer about a listed card goes to the list, and what the cache knew of it is out of date (A-07)', async () => {
  const { memory, cache, listed, judged } = await bench();
  memory.answered('A', good);
  assert.deepEqual([memory.cached('A'), judged], [good, []]);
  listed.set('A', good);
  memory.answered('A', blocked);
  assert.deepEqual([memory.cached('A'), cache.count, judged], [null, 0, ['A blocked']]);
});
