import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { addressOf, routeOf } from './route.ts';

describe('the address of the page', () => {
  it('names a station, a page and what it shows, and comes back as it was made', () => {
    const read = (hash: string): unknown => {
      const { station, page, rest } = routeOf(hash);
      return [station, page, rest];
    };
    assert.deepEqual(read('#/s/CP-1/sessions/abc'), ['CP-1', 'sessions', ['abc']]);
    assert.deepEqual(read('#/users'), [null, 'users', []]);
    assert.deepEqual(read('#verify'), [null, 'verify', []]);
    assert.deepEqual(read(''), [null, '', []]);
    assert.deepEqual(read('#/s/'), [null, 's', ['']]);
    assert.deepEqual(read(addressOf('CP <b>/1?x', 'sessions', 't/17')), ['CP <b>/1?x', 'sessions', ['t/17']]);
  });

  it('carries a question, and takes what was typed by hand as it stands', () => {
    assert.equal(routeOf('#/s/A/parameters?id=metering.x%26y').query.get('id'), 'metering.x&y');
    assert.deepEqual(routeOf('#/s/%E0%A4%A/status').station, '%E0%A4%A');
  });
});
