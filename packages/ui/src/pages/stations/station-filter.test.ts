import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { SummaryShape } from '../../net/shapes.ts';
import { foundStations } from './station-filter.ts';

const summary = (name: string, status: string, more: Partial<SummaryShape> = {}): SummaryShape => ({
  name,
  notReady: [],
  link: { kind: 'open', reason: '' },
  evses: [{ id: 1, status, errorCode: status === 'Faulted' ? 'GroundFailure' : 'NoError' }],
  outbox: { waiting: 0, parked: 0 },
  ...more,
});

const all = [
  summary('CP-1', 'Available'),
  summary('CP-2', 'Charging'),
  summary('CP-3', 'Faulted'),
  summary('CP-4', 'Available', { link: { kind: 'backingOff', reason: 'no route to host' } }),
  summary('CP-5', 'Available', { outbox: { waiting: 0, parked: 2 } }),
];
const summaries = new Map(all.map((one) => [one.name, one]));
const names = [...summaries.keys(), 'CP-6'];

function found(search: string, filter: Parameters<typeof foundStations>[2]['filter'] = 'all'): string {
  return foundStations(names, summaries, { search, filter })
    .map(({ name }) => name)
    .join(' ');
}

describe('the list of stations', () => {
  it('finds by name, status, fault and reason, several words together, in any case', () => {
    assert.equal(found(''), 'CP-1 CP-2 CP-3 CP-4 CP-5 CP-6');
    assert.equal(found('cp-3'), 'CP-3');
    assert.equal(found('groundfailure'), 'CP-3');
    assert.equal(found('ROUTE host'), 'CP-4');
    assert.equal(found('route moon'), '');
  });

  it('shows those with a fault, without a connection, that charge, or that have messages waiting', () => {
    assert.deepEqual(
      [found('', 'faulted'), found('', 'offline'), found('', 'charging'), found('', 'waiting')],
      ['CP-3', 'CP-4', 'CP-2', 'CP-5'],
    );
  });
});
