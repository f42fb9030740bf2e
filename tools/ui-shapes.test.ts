import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { LiveMessage } from '../packages/station/src/api/live/live-source.ts';
import { createTestHost } from '../packages/station/src/api/test-host.ts';
import { statusTransitions } from '../packages/station/src/evse/connector-status.ts';
import { statusTone } from '../packages/ui/src/pages/status/tones.ts';
import { words as statusWords } from '../packages/ui/src/pages/status/words.ts';
import { language } from '../packages/ui/src/words/language.ts';
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

  it('has a tone and words in both languages for every status of a connector', () => {
    for (const status of Object.keys(statusTransitions)) {
      assert.equal(statusTone(status) === 'soft', status === 'Unavailable', status);
      const said = (['en', 'de'] as const).map((spoken) => {
        language.value = spoken;
        return statusWords().statuses[status] ?? '';
      });
      assert.ok(
        said.every((word) => word !== ''),
        status,
      );
      assert.notEqual(said[0], said[1], status);
    }
  });
});
