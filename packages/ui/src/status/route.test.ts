import assert from 'node:assert/strict';
import { it } from 'node:test';

import { hashOf, routeOf, type Route } from './route.ts';

it('finds every view again from its own address, whatever the names hold', () => {
  const routes: readonly Route[] = [
    { kind: 'stations' },
    { kind: 'verify' },
    { kind: 'station', station: 'verify' },
    { kind: 'station', station: 'CP/sessions %2F <b>' },
    { kind: 'sessions', station: 'CP/1' },
    { kind: 'session', station: 'CP 1', transaction: 't/1?#' },
  ];
  for (const route of routes) assert.deepEqual(routeOf(hashOf(route)), route);
});

it('takes what nobody can decode as it stands, and shows the stations where nothing is named', () => {
  assert.deepEqual(routeOf('#/100%'), { kind: 'station', station: '100%' });
  for (const hash of ['', '#', '#/', '#token=x', '#other']) assert.deepEqual(routeOf(hash), { kind: 'stations' });
});
