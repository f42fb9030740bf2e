import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { language } from '../../words/language.ts';
import { backendStanding, backendTone, statusTone } from './tones.ts';
import { words } from './words.ts';

const link = { sinceMs: 0, reason: '' } as const;

/** ChargePointStatus of OCPP 1.6 §7.7. */
const statuses = 'Available Preparing Charging SuspendedEV SuspendedEVSE Finishing Reserved Unavailable Faulted'.split(
  ' ',
);

describe('how a station is shown', () => {
  it('has a tone, and words in both languages, for every status of a connector', () => {
    for (const status of statuses) {
      assert.equal(statusTone(status) === 'soft', status === 'Unavailable', status);
      const said = (['en', 'de'] as const).map((spoken) => {
        language.value = spoken;
        return words().statuses[status] ?? '';
      });
      assert.ok(
        said.every((word) => word !== ''),
        status,
      );
      assert.notEqual(said[0], said[1], status);
    }
  });

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
