import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { exposition } from './exposition.ts';

describe("Prometheus' text format", () => {
  it('has help and type once, each sample in a line, values and labels as the format wants them', () => {
    const text = exposition([
      {
        name: 'a_total',
        help: 'Two\nlines \\ and more.',
        type: 'counter',
        samples: [
          { labels: {}, value: 1 },
          { labels: { station: 'CP "1"\n\\', connector: 2 }, value: 0.5 },
        ],
      },
      { name: 'nothing', help: 'None.', type: 'gauge', samples: [] },
      {
        name: 'h',
        help: 'Odd values.',
        type: 'histogram',
        samples: [
          { labels: { le: '+Inf' }, value: Number.POSITIVE_INFINITY, suffix: '_bucket' },
          { labels: {}, value: Number.NaN, suffix: '_sum' },
        ],
      },
    ]);
    assert.equal(
      text,
      [
        String.raw`# HELP a_total Two\nlines \\ and more.`,
        '# TYPE a_total counter',
        'a_total 1',
        String.raw`a_total{station="CP \"1\"\n\\",connector="2"} 0.5`,
        '# HELP h Odd values.',
        '# TYPE h histogram',
        'h_bucket{le="+Inf"} +Inf',
        'h_sum NaN',
        '',
      ].join('\n'),
    );
  });
});
