import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../core/virtual-time.ts';
import type { Bearer } from './bearer.ts';
import type { IpCommand } from './ip-command.ts';
import { createNetwork } from './linux-network.ts';
import type { Network, NetworkInterface } from './network.ts';
import { interfaceUp } from './test-interfaces.ts';

const ethernet: Bearer = { name: 'ethernet', interface: 'eth0', ipv4: '10.1.0.2', ipv6: null };

/** An `ip` that keeps rules and routes like the kernel; `refusal` is its answer to every change. */
class FakeIp {
  rules: string[] = [];
  routes: string[] = [];
  commands = 0;
  refusal = '';
  /** Where packets would really go. */
  way = 'eth0';

  readonly run: IpCommand = (args) => {
    this.commands += 1;
    const [family = '', what = '', verb = '', ...rest] = args;
    const text = rest.join(' ');
    if (verb === 'show') return Promise.resolve({ output: family === '-4' ? this.#shown() : '', problem: '' });
    if (verb === 'get') return Promise.resolve({ output: `${rest[0]} dev ${this.way} table 1`, problem: '' });
    if (this.refusal !== '') return Promise.resolve({ output: '', problem: this.refusal });
    if (what === 'rule' && verb === 'add') this.rules.push(text);
    if (what === 'rule' && verb === 'del') this.rules = this.rules.filter((rule) => rule !== text);
    if (verb === 'replace') this.routes = [...this.routes.filter((one) => one !== text), text];
    if (verb === 'flush') this.routes = this.routes.filter((one) => !one.endsWith(text));
    return Promise.resolve({ output: '', problem: '' });
  };

  #shown(): string {
    return `0:\tfrom all lookup local\n${this.rules.map((rule) => `7160:\t${rule.replace(/ priority.*/, '')}\n`).join('')}`;
  }
}

class Bench {
  readonly time = new VirtualTime();
  readonly ip = new FakeIp();
  interfaces: readonly NetworkInterface[] = [interfaceUp('eth0')];
  looks = 0;
  readonly network: Network = createNetwork({
    time: this.time,
    platform: 'linux',
    ip: this.ip.run,
    look: () => {
      this.looks += 1;
      return this.interfaces;
    },
  });
}

test('a watcher hears at once, then of each change within a second, and of nothing else', async () => {
  const bench = new Bench();
  const heard: number[] = [];
  const stop = bench.network.watch((interfaces) => heard.push(interfaces?.length ?? -1));
  assert.deepEqual(heard, [1]);
  await bench.time.advance(10_000);
  assert.deepEqual(heard, [1]);
  bench.interfaces = [];
  await bench.time.advance(1000);
  assert.deepEqual(heard, [1, 0]);
  stop();
  const { looks } = bench;
  await bench.time.advance(10_000);
  assert.equal(bench.looks, looks, 'nobody looks for nobody');
});

test('one look serves all stations of the process', async () => {
  const bench = new Bench();
  for (let station = 0; station < 100; station++) bench.network.watch(() => undefined);
  const { looks } = bench;
  await bench.time.advance(10_000);
  assert.equal(bench.looks - looks, 10);
});

test('a rule and a table are installed once, verified, and removed at stop', async () => {
  const bench = new Bench();
  bench.network.watch(() => undefined);
  assert.deepEqual(await bench.network.route(ethernet), { kind: 'installed' });
  await bench.network.route(ethernet);
  const [rule, ...others] = bench.ip.rules;
  assert.match(rule ?? '', /^from 10\.1\.0\.2 lookup \d+ priority 7160$/);
  assert.deepEqual(others, []);
  assert.equal(bench.ip.routes.length, 2, 'the subnet and the default route');
  await bench.network.stop();
  await bench.network.stop();
  assert.deepEqual([bench.ip.rules, bench.ip.routes], [[], []]);
});

test('what a killed process left is replaced', async () => {
  const bench = new Bench();
  bench.ip.rules = ['from 10.7.7.7 lookup 716001 priority 7160'];
  bench.network.watch(() => undefined);
  await bench.network.route(ethernet);
  assert.equal(bench.ip.rules.length, 1);
  assert.match(bench.ip.rules[0] ?? '', /from 10\.1\.0\.2/);
});

test('what others tidied away comes back within a minute', async () => {
  const bench = new Bench();
  bench.network.watch(() => undefined);
  await bench.network.route(ethernet);
  bench.ip.rules = [];
  await bench.time.advance(60_000);
  assert.equal(bench.ip.rules.length, 1);
});

test('without the right, or when packets would go another way, the system’s routing decides, and why is told', async () => {
  const bench = new Bench();
  bench.network.watch(() => undefined);
  bench.ip.refusal = 'RTNETLINK answers: Operation not permitted';
  assert.deepEqual(await bench.network.route(ethernet), { kind: 'system', reason: bench.ip.refusal });
  bench.ip.refusal = '';
  bench.ip.way = 'wwan0';
  const routing = await bench.network.route(ethernet);
  assert.match(routing.kind === 'system' ? routing.reason : '', /10\.1\.0\.2 would go out by wwan0/);
});

test('elsewhere than on Linux there is one bearer, and nothing is installed', async () => {
  const network = createNetwork({ time: new VirtualTime(), platform: 'win32' });
  const heard: unknown[] = [];
  network.watch((interfaces) => heard.push(interfaces));
  assert.deepEqual(heard, [null]);
  assert.equal((await network.route(ethernet)).kind, 'system');
  await network.stop();
});
