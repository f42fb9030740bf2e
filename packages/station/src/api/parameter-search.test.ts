import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { searchParameters } from './parameter-search.ts';
import { createTestHost } from './test-host.ts';

const host = await createTestHost();
const [station] = host.stations();
assert.ok(station !== undefined);
const views = station.parameters.viewAll('manufacturer');
const found = (text: string): readonly string[] => searchParameters(views, text).map(({ id }) => id);

describe('the search for parameters', () => {
  it('finds one by its label in either language, its OCPP key, its id, and puts the nearest first', () => {
    assert.equal(found('heart')[0], 'backend.heartbeatInterval');
    assert.equal(found('HEARTBEATINTERVAL')[0], 'backend.heartbeatInterval');
    assert.equal(found('backend.heartbeatInterval')[0], 'backend.heartbeatInterval');
    const german = views.find(({ id }) => id === 'backend.heartbeatInterval')?.row.label.de ?? '';
    assert.equal(found(german)[0], 'backend.heartbeatInterval');
  });

  it('wants every word to occur, minds neither case nor accents, and without a word leaves out nothing', () => {
    assert.deepEqual(found('heartbeat xyzzy'), []);
    assert.ok(found('heartbeat interval').length <= found('interval').length);
    assert.deepEqual(found('GRÖSSE'), found('grosse'));
    assert.ok(found('grosse').length > 0);
    assert.equal(found('  ').length, views.length);
  });
});
