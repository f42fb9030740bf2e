import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { EndpointInput, Parameters } from '../../params/parameters.ts';
import { EndpointKeeper } from './endpoint-keeper.ts';

class Bench {
  readonly time = new VirtualTime();
  readonly fed: string[] = [];
  readonly events: string[] = [];
  readonly problems: string[] = [];
  dueMs: number | null = null;
  idle = true;
  handle: (input: EndpointInput) => Promise<Awaited<ReturnType<Parameters['endpoint']>>> = () => Promise.resolve([]);
  listeners: (() => void)[] = [];
  readonly keeper: EndpointKeeper;

  constructor() {
    const dueMs = (): number | null => this.dueMs;
    const listen = (listener: () => void) => {
      this.listeners.push(listener);
      return () => {
        this.listeners = this.listeners.filter((other) => other !== listener);
      };
    };
    const params = {
      onChange: listen,
      onEndpoint: listen,
      endpoint: (input: EndpointInput) => {
        this.fed.push(input.type);
        return this.handle(input);
      },
      get endpointDueMs() {
        return dueMs();
      },
    } as unknown as Parameters;
    this.keeper = new EndpointKeeper({
      time: this.time,
      params,
      idle: () => this.idle,
      onEvent: (event, detail) => this.events.push(`${event} ${detail}`),
      onProblem: (problem) => this.problems.push(problem),
    });
  }
}

test('tells at the start whether nothing runs, and then each change once', async () => {
  const bench = new Bench();
  bench.keeper.start();
  bench.keeper.idleChanged();
  bench.idle = false;
  bench.keeper.idleChanged();
  bench.keeper.idleChanged();
  await bench.time.advance(0);
  assert.deepEqual(bench.fed, ['idle', 'idle']);
});

test('inputs are handled one after another, in their order', async () => {
  const bench = new Bench();
  const gate = Promise.withResolvers<void>();
  bench.handle = async ({ type }) => {
    if (type === 'connected') await gate.promise;
    return [];
  };
  bench.keeper.feed({ type: 'connected' });
  bench.keeper.feed({ type: 'callResult' });
  await bench.time.advance(0);
  assert.deepEqual(bench.fed, ['connected']);
  gate.resolve();
  await bench.time.advance(0);
  assert.deepEqual(bench.fed, ['connected', 'callResult']);
});

test('ticks when the trial says so, and anew when that changed', async () => {
  const bench = new Bench();
  bench.dueMs = 5_000;
  bench.keeper.start();
  await bench.time.advance(4_000);
  bench.dueMs = 9_000;
  for (const listener of bench.listeners) listener();
  await bench.time.advance(4_000);
  assert.ok(!bench.fed.includes('tick'));
  bench.handle = async () => {
    bench.dueMs = null;
    return [];
  };
  await bench.time.advance(1_000);
  assert.equal(bench.fed.at(-1), 'tick');
  assert.equal(bench.time.pendingTimers, 0);
});

test('what became of the settings is told, a refusing store too, and the line goes on', async () => {
  const bench = new Bench();
  bench.handle = async () => [
    { kind: 'rolledBack', trial: 'endpoint', reason: 'not proven' } as never,
    { kind: 'failed', reason: 'disk full' },
  ];
  await bench.keeper.apply(true);
  assert.deepEqual(bench.events, ['rolledBack not proven', 'failed disk full']);
  bench.handle = () => Promise.reject(new Error('a defect'));
  await bench.keeper.apply(false);
  assert.match(bench.problems[0] ?? '', /could not be stored: a defect/);
  bench.handle = () => Promise.resolve([]);
  await bench.keeper.apply(false);
  assert.deepEqual(bench.fed, ['apply', 'apply', 'apply']);
});

test('stopped, it neither ticks nor listens nor handles what comes later: another life may have begun on the store', async () => {
  const bench = new Bench();
  const gate = Promise.withResolvers<void>();
  bench.dueMs = 5_000;
  bench.keeper.start();
  await bench.time.advance(0);
  bench.handle = async () => {
    await gate.promise;
    return [];
  };
  bench.keeper.feed({ type: 'connected' });
  await bench.time.advance(0);
  bench.keeper.stop();
  bench.keeper.stop();
  gate.resolve();
  bench.keeper.feed({ type: 'attemptFailed' });
  await bench.time.advance(20_000);
  assert.deepEqual([bench.fed, bench.listeners, bench.time.pendingTimers], [['idle', 'connected'], [], 0]);
});
