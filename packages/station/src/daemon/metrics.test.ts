import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createTestHost } from '../api/test-host.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import type { StationEvent } from '../station/station-events.ts';
import { metricsText } from './metrics.ts';
import { ProcessCounters } from './process-counters.ts';

const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`;
const sample = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(?:\{${label}(?:,${label})*\})? (?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$`,
);

/** Reads the text by the grammar of the format; fails where a scraper would. */
function read(text: string): ReadonlyMap<string, readonly string[]> {
  const families = new Map<string, string[]>();
  let type = '';
  let name = '';
  for (const line of text.trimEnd().split('\n')) {
    const head = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (head !== null) {
      if (head[1] === 'HELP') {
        name = head[2] ?? '';
        assert.ok(!families.has(name), `${name} comes twice`);
        families.set(name, []);
      } else {
        assert.equal(head[2], name);
        type = head[3] ?? '';
      }
      continue;
    }
    const [, found = ''] = sample.exec(line) ?? assert.fail(`no sample: ${line}`);
    const base = type === 'histogram' ? found.replace(/_(bucket|sum|count)$/, '') : found;
    assert.equal(base, name, line);
    if (type === 'counter') assert.match(name, /_total$/);
    families.get(name)?.push(line);
  }
  return families;
}

function frame(
  direction: 'in' | 'out',
  messageType: 'call' | 'callResult',
  action: string,
  latencyMs: number | null,
): StationEvent {
  const event = { kind: 'frame', direction, messageType, action, id: 'x', text: '', latencyMs } as const;
  return { type: 'wire', event, station: 'A', atMs: 0 };
}

describe('the metrics of a process', () => {
  it('are what a scraper reads, with names in which a station may have anything', async () => {
    const host = await createTestHost({ names: ['CP "1"\n{}', 'B'] });
    const counters = new ProcessCounters();
    counters.take(frame('out', 'call', 'Heartbeat', null));
    counters.take(frame('in', 'callResult', 'Heartbeat', 300));
    counters.take(frame('in', 'callResult', 'Heartbeat', 70_000));
    counters.take({ type: 'problem', text: 'x', station: 'A', atMs: 0 });
    const found = read(await metricsText({ host, counters, time: new VirtualTime() }, false));
    assert.deepEqual(found.get('kerbside_build_info'), ['kerbside_build_info{version="1.2.3"} 1']);
    assert.deepEqual(found.get('kerbside_messages_total'), [
      'kerbside_messages_total{direction="out",kind="call",action="Heartbeat"} 1',
      'kerbside_messages_total{direction="in",kind="callResult",action="Heartbeat"} 2',
    ]);
    const durations = found.get('kerbside_call_duration_seconds') ?? [];
    assert.ok(durations.includes('kerbside_call_duration_seconds_bucket{action="Heartbeat",le="0.25"} 0'));
    assert.ok(durations.includes('kerbside_call_duration_seconds_bucket{action="Heartbeat",le="0.5"} 1'));
    assert.ok(durations.includes('kerbside_call_duration_seconds_bucket{action="Heartbeat",le="60"} 1'));
    assert.ok(durations.includes('kerbside_call_duration_seconds_bucket{action="Heartbeat",le="+Inf"} 2'));
    assert.ok(durations.includes('kerbside_call_duration_seconds_sum{action="Heartbeat"} 70.3'));
    assert.deepEqual(found.get('kerbside_problems_total'), ['kerbside_problems_total 1']);
    assert.equal(found.get('kerbside_station_ready')?.length, 2);
    assert.deepEqual(
      found.get('kerbside_connector_power_watts')?.[1],
      'kerbside_connector_power_watts{station="B",connector="1"} 3680',
    );
  });

  it('are sums where stations are many, unless each is asked for', async () => {
    const host = await createTestHost({ names: Array.from({ length: 51 }, (_, index) => `CP-${index}`) });
    const ask = async (each: boolean) =>
      read(await metricsText({ host, counters: new ProcessCounters(), time: new VirtualTime() }, each));
    const many = await ask(false);
    assert.ok(many.has('kerbside_stations') && !many.has('kerbside_station_ready'));
    assert.equal((await ask(true)).get('kerbside_station_ready')?.length, 51);
  });

  it('wait for no meter longer than two seconds', async () => {
    const host = await createTestHost({ names: ['A'] });
    const [station] = host.stations();
    assert.ok(station !== undefined);
    station.readings = () => new Promise(() => undefined);
    const time = new VirtualTime();
    const asked = metricsText({ host, counters: new ProcessCounters(), time }, false);
    await time.advance(2_000);
    assert.ok(!read(await asked).has('kerbside_connector_power_watts'));
  });

  it('keep no counter for every action that a backend invents', () => {
    const counters = new ProcessCounters();
    for (let count = 0; count < 500; count++) counters.take(frame('in', 'call', `Invented${count}`, null));
    counters.take(frame('in', 'call', 'bad name{}', null));
    const samples = counters.families().find(({ name }) => name === 'kerbside_messages_total')?.samples ?? [];
    assert.equal(samples.length, 121);
    assert.equal(samples.find(({ labels }) => labels['action'] === 'other')?.value, 381);
  });
});
