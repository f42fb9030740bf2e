import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../../tools/source-files.ts';
import { Child } from './parts/child.ts';

test('the bench of many stations measures the packaged daemon, and any program that it is given', async (t) => {
  // The other program is the peer's: it stands for whatever a person wants to measure.
  const peer = join(root, 'bench/hosting/ocpp-rpc-stations.ts');
  const launcher = `"${process.execPath}" --disable-warning=ExperimentalWarning "${peer}" {url} $BENCH_STATIONS`;
  const args = ['bench/main.ts', 'hosting', '--stations', '50', '--quick', '--launcher', launcher];
  const bench = new Child(args, { name: 'bench', workingFolder: root });
  t.after(() => bench.kill());
  const { code } = await bench.ended;
  assert.equal(code, 0, bench.errors);
  const report = JSON.parse(bench.lines.at(-1) ?? '') as {
    readonly results: readonly { readonly metric: string; readonly value: number }[];
  };
  const values = new Map(report.results.map(({ metric, value }) => [metric, value]));
  for (const metric of ['registered_ms', 'rss_per_station_kb', 'registered_ms_launched', 'rss_mb_launched'])
    assert.ok((values.get(metric) ?? 0) > 0, `${metric}: ${values.get(metric)}`);
  for (const metric of ['disturbances', 'disturbances_launched']) assert.equal(values.get(metric), 0, metric);
});
