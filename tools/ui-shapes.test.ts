import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { LiveMessage } from '../packages/station/src/api/live/live-source.ts';
import { createTestHost } from '../packages/station/src/api/test-host.ts';
import type { MessageShape, StationShape } from '../packages/ui/src/net/shapes.ts';

describe('what the page reads', () => {
  it('is what the daemon tells of a station: another shape would not compile here', async () => {
    const host = await createTestHost({ names: ['A'] });
    const [station] = host.stations();
    const shown: StationShape | undefined = station?.status();
    assert.equal(shown?.name, 'A');
    assert.equal(typeof shown.outbox.waiting, 'number');
  });

  it('is what it tells of a message', () => {
    const read = (message: LiveMessage): MessageShape => message;
    assert.equal(read.length, 1);
  });
});
