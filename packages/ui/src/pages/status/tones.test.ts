import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { backendStanding, backendTone } from './tones.ts';

const link = { sinceMs: 0, reason: '' } as const;

describe('how a station is shown', () => {
  it('is good only with a backend that has accepted the station', () => {
    const open = { ...link, kind: 'open' } as const;
    const tones = (['accepted', 'pending', 'rejected', 'none'] as const).map((registration) =>
      backendTone(backendStanding({ link: open, registration })),
    );
    assert.deepEqual(tones, ['good', 'warn', 'bad', 'warn']);
    const closed = (['connecting', 'backingOff', 'waitingForBearer', 'disabled'] as const).map((kind) =>
      backendTone(backendStanding({ link: { ...link, kind }, registration: 'accepted' })),
    );
    assert.deepEqual(closed, ['warn', 'bad', 'bad', 'soft']);
  });
});
