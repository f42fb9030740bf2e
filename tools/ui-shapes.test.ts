import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { LiveMessage } from '../packages/station/src/api/live/live-source.ts';
import { createTestHost } from '../packages/station/src/api/test-host.ts';
import type { CheckedChanges } from '../packages/station/src/api/parameter-check.ts';
import type { ParameterView as ParameterShape } from '../packages/ui/src/pages/parameters/parameter-shapes.ts';
import type { Checked, EndpointStanding } from '../packages/ui/src/pages/parameters/settings-shapes.ts';
import type { MessageShape, StationShape } from '../packages/ui/src/net/shapes.ts';

describe('what the page reads', () => {
  it('is what the daemon tells of a station: another shape would not compile here', async () => {
    const host = await createTestHost({ names: ['A'] });
    const [station] = host.stations();
    const shown: StationShape | undefined = station?.status();
    assert.equal(shown?.name, 'A');
    assert.equal(typeof shown.outbox.waiting, 'number');
  });

  it('is what it tells of a parameter, of changes that are checked, and of the backend address', async () => {
    const host = await createTestHost({ names: ['A'] });
    const parameters = host.stations()[0]?.parameters;
    const views: readonly ParameterShape[] | undefined = parameters?.viewAll('manufacturer');
    assert.ok(views !== undefined && views.length > 100);
    const standing: Omit<EndpointStanding, 'rollbackSeconds'> | undefined = parameters?.endpointStatus;
    assert.equal(standing?.kind, 'settled');
    const read = (checked: CheckedChanges): Checked => checked;
    assert.equal(read.length, 1);
  });

  it('is what it tells of a message', () => {
    const read = (message: LiveMessage): MessageShape => message;
    assert.equal(read.length, 1);
  });
});
