import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { systemBearer } from '../bearers/bearer.ts';
import type { Bearer } from '../bearers/bearer.ts';
import { ATTEMPT_GAP_MS, newLinkMachine, POLITE_CLOSE_MS, step } from './link-machine.ts';
import type { LinkEffect, LinkInput, LinkMachine, LinkRules, LinkTimer } from './link-machine-types.ts';
import type { LinkEndpoint } from './link-state.ts';
import { ConnectFailure } from './transport.ts';

const endpoint: LinkEndpoint = {
  protocol: 'ws',
  host: 'csms.example',
  port: null,
  path: '',
  identity: 'CP1',
  subProtocols: ['ocpp1.6'],
  password: null,
  tlsVerification: 'strict',
  tlsRoots: [],
  tlsPublicRoots: true,
  proxy: null,
  compression: false,
};

const rules: LinkRules = {
  target: { url: 'ws://csms.example/CP1', version: 1, endpoint },
  reason: '',
  communicationTimeoutMs: 60_000,
  tcpWatchdogMs: 300_000,
  keepAliveMs: 25_000,
  backOff: { firstMinMs: 1000, firstMaxMs: 10_000, baseMs: 10_000, capMs: 320_000, spreadMs: 30_000 },
  startSpreadMs: 0,
};

const gsmBearer: Bearer = { name: 'gsm', interface: 'wwan0', ipv4: '10.2.0.2', ipv6: null };
const up: LinkInput = { type: 'bearer', bearer: systemBearer, change: 'up', reason: 'the bearer came up' };
const down: LinkInput = { type: 'bearer', bearer: null, change: 'lost', reason: 'no bearer is up' };
const noTarget: LinkRules = { ...rules, target: null, reason: 'OCPP is off' };
const refusal = new ConnectFailure({ stage: 'upgrade', status: 401 }, 'the backend answered 401');

/** Runs a machine by hand: time stands still unless said, effects are collected, timers are known but never fire by themselves. */
class Bench {
  machine: LinkMachine = newLinkMachine();
  nowMs = 0;
  chance = 0;
  readonly timers = new Map<LinkTimer, number>();
  effects: LinkEffect[] = [];

  take(...inputs: LinkInput[]): this {
    this.effects = [];
    for (const input of inputs) {
      const turn = step(this.machine, input, { nowMs: this.nowMs, chance: this.chance });
      this.machine = turn.state;
      this.effects.push(...turn.effects);
      for (const effect of turn.effects) this.#keepTimer(effect);
    }
    return this;
  }

  wait(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  /** Goes to the due time of a timer that must be armed, and fires it. */
  fire(timer: LinkTimer): this {
    const dueMs = this.timers.get(timer);
    assert.ok(dueMs !== undefined, `${timer} is not armed`);
    this.nowMs = Math.max(this.nowMs, dueMs);
    this.timers.delete(timer);
    return this.take({ type: 'timer', timer });
  }

  get kind(): string {
    return this.machine.phase.kind;
  }

  did(type: LinkEffect['type']): boolean {
    return this.effects.some((effect) => effect.type === type);
  }

  #keepTimer(effect: LinkEffect): void {
    if (effect.type === 'arm') this.timers.set(effect.timer, this.nowMs + effect.delayMs);
    if (effect.type === 'cancel') this.timers.delete(effect.timer);
  }
}

const started = (with_: LinkRules = rules): Bench => new Bench().take({ type: 'start', rules: with_ }, up);
const opened = (with_: LinkRules = rules): Bench => started(with_).take({ type: 'opened', subProtocol: 'ocpp1.6' });

describe('the link machine, on its way up', () => {
  test('waits for an endpoint, then for a bearer, then connects', () => {
    const bench = new Bench().take({ type: 'start', rules: noTarget });
    assert.equal(bench.kind, 'disabled');
    assert.equal(bench.machine.reason, 'OCPP is off');
    assert.equal(bench.take({ type: 'settings', rules }).kind, 'waitingForBearer');
    assert.equal(bench.take(up).kind, 'connecting');
    assert.ok(bench.did('connect'));
  });

  test('spreads its first attempt after power-up, also when the bearer comes up in between', () => {
    const bench = new Bench();
    bench.chance = 0.5;
    bench.take({ type: 'start', rules: { ...rules, startSpreadMs: 60_000 } });
    bench.wait(5000).take(up);
    assert.equal(bench.kind, 'backingOff');
    assert.equal(bench.timers.get('redial'), 30_000);
    assert.equal(bench.take({ type: 'connectNow' }).kind, 'connecting');
  });

  test('goes through the stages and opens', () => {
    const bench = started().take({ type: 'stage', stage: 'tls' });
    assert.partialDeepStrictEqual(bench.machine.phase, { kind: 'connecting', stage: 'tls' });
    bench.take({ type: 'opened', subProtocol: 'ocpp1.6' });
    assert.deepEqual(
      bench.effects.filter(({ type }) => type === 'tellOpened'),
      [{ type: 'tellOpened', subProtocol: 'ocpp1.6' }],
    );
    assert.deepEqual([...bench.timers.keys()].toSorted(), ['ping', 'stable', 'watchdog']);
  });

  test('bounds an attempt by the communication timeout, and waits for its end before it backs off', () => {
    const bench = started().take({ type: 'stage', stage: 'tls' });
    assert.equal(bench.fire('attempt').nowMs, 60_000);
    assert.ok(bench.did('abort'));
    assert.equal(bench.kind, 'ending');
    bench.take({ type: 'failed', failure: refusal });
    const told = bench.effects.find((effect) => effect.type === 'tellFailed');
    assert.deepEqual(told?.failure.detail, { stage: 'timeout', during: 'tls' });
    assert.equal(bench.kind, 'backingOff');
  });

  test('changes the communication timeout of an attempt under way', () => {
    const bench = started().wait(5000);
    bench.take({ type: 'settings', rules: { ...rules, communicationTimeoutMs: 20_000 } });
    assert.equal(bench.timers.get('attempt'), 20_000);
  });

  test('leaves an attempt behind that does not end, and still counts it', () => {
    const bench = started().fire('attempt').fire('grace');
    assert.ok(bench.did('abandon'));
    assert.ok(bench.did('tellFailed'));
    assert.equal(bench.kind, 'backingOff');
  });

  test('destroys a connection that opens after its attempt was given up', () => {
    const bench = started().fire('attempt').take({ type: 'opened', subProtocol: 'ocpp1.6' });
    assert.ok(bench.did('destroy'));
    assert.equal(bench.did('tellOpened'), false);
    bench.take({ type: 'closed', code: 1006, reason: '' });
    assert.equal(bench.did('tellClosed'), false);
    assert.ok(bench.did('tellFailed'));
    assert.equal(bench.kind, 'backingOff');
  });
});

describe('the link machine, after a failure', () => {
  test('backs off longer each time, 401 included', () => {
    const bench = started();
    const gaps: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const fromMs = bench.nowMs;
      bench.take({ type: 'failed', failure: refusal }).fire('redial');
      gaps.push(bench.nowMs - fromMs);
      assert.equal(bench.kind, 'connecting');
    }
    assert.deepEqual(gaps, [1000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 320_000]);
  });

  test('counts a connection that is closed before it proved itself', () => {
    const bench = opened().take({ type: 'closed', code: 1008, reason: 'who are you' });
    assert.equal(bench.machine.reason, 'the connection was closed with 1008 (who are you)');
    bench.fire('redial').take({ type: 'opened', subProtocol: 'ocpp1.6' }, { type: 'closed', code: 1008, reason: '' });
    assert.equal(bench.machine.failures, 2);
  });

  for (const code of [1000, 1001, 1006, 1008, 1011, 1012]) {
    test(`comes back after the backend closed with ${code}`, () => {
      assert.equal(opened().take({ type: 'closed', code, reason: '' }).fire('redial').kind, 'connecting');
    });
  }

  test('begins anew after 60 s online or the first CALLRESULT', () => {
    for (const proof of [{ type: 'timer', timer: 'stable' }, { type: 'success' }] as const) {
      const bench = started().take({ type: 'failed', failure: refusal }).fire('redial');
      bench.take({ type: 'opened', subProtocol: 'ocpp1.6' });
      assert.equal(bench.timers.get('stable'), bench.nowMs + 60_000);
      assert.equal(bench.take(proof, { type: 'closed', code: 1006, reason: '' }).machine.failures, 1);
    }
  });

  test('connects at once when asked and when the bearer comes back, but never twice within a second', () => {
    const bench = started().take({ type: 'failed', failure: refusal }).wait(100).take({ type: 'connectNow' });
    assert.equal(bench.timers.get('redial'), ATTEMPT_GAP_MS);
    bench.fire('redial').take({ type: 'failed', failure: refusal }).wait(2000);
    bench.take(down);
    assert.equal(bench.kind, 'waitingForBearer');
    assert.equal(bench.timers.size, 0);
    assert.equal(bench.take(up).kind, 'connecting');
  });
});

describe('the link machine, watching a live socket', () => {
  test('pings with up to ten per cent less than the interval', () => {
    const bench = opened();
    assert.equal(bench.timers.get('ping'), 25_000);
    bench.chance = 0.999;
    bench.fire('ping').take({ type: 'pong' });
    assert.ok(Math.abs((bench.timers.get('ping') ?? 0) - 47_502.5) < 1);
  });

  const deadlines: readonly { keepAliveMs: number; communicationTimeoutMs: number; deadlineMs: number }[] = [
    { keepAliveMs: 25_000, communicationTimeoutMs: 60_000, deadlineMs: 20_000 },
    { keepAliveMs: 5000, communicationTimeoutMs: 60_000, deadlineMs: 5000 },
    { keepAliveMs: 50_000, communicationTimeoutMs: 3000, deadlineMs: 3000 },
  ];
  for (const { deadlineMs, ...change } of deadlines) {
    test(`takes the link for dead ${deadlineMs} ms after an unanswered ping, whatever else arrives`, () => {
      const bench = opened({ ...rules, ...change }).fire('ping');
      const sentMs = bench.nowMs;
      bench.wait(1000).take({ type: 'activity' }).fire('pong');
      assert.equal(bench.nowMs - sentMs, deadlineMs);
      assert.ok(bench.did('destroy'));
      bench.take({ type: 'closed', code: 1006, reason: '' });
      assert.deepEqual(bench.effects.find((effect) => effect.type === 'tellClosed')?.info, {
        code: 1006,
        reason: '',
        detector: 'pong',
      });
      assert.equal(bench.kind, 'backingOff');
    });
  }

  test('a pong keeps the link, and the next ping comes in its time', () => {
    const bench = opened().fire('ping').wait(1000).take({ type: 'pong' });
    assert.equal(bench.timers.has('pong'), false);
    assert.equal(bench.timers.get('ping'), 50_000);
    assert.deepEqual(bench.take({ type: 'pong' }).effects, []);
  });

  test('changes the keep-alive on the live socket', () => {
    const bench = opened()
      .wait(10_000)
      .take({ type: 'settings', rules: { ...rules, keepAliveMs: 5000 } });
    assert.equal(bench.timers.get('ping'), 15_000);
    bench.fire('ping').take({ type: 'settings', rules: { ...rules, keepAliveMs: 0 } });
    assert.deepEqual([...bench.timers.keys()].toSorted(), ['stable', 'watchdog']);
    assert.equal(bench.take({ type: 'settings', rules }).timers.get('ping'), bench.nowMs + 25_000);
    assert.equal(bench.kind, 'open');
  });

  test('a change of anything else does not delay the ping', () => {
    const bench = opened()
      .wait(10_000)
      .take({ type: 'settings', rules: { ...rules, tcpWatchdogMs: 10_000 } });
    assert.equal(bench.timers.get('ping'), 25_000);
  });

  test('the watchdog destroys a silent socket, counted from the last byte', () => {
    const bench = opened({ ...rules, keepAliveMs: 0, tcpWatchdogMs: 30_000 })
      .wait(20_000)
      .take({ type: 'activity' });
    bench.fire('watchdog');
    assert.equal(bench.kind, 'open');
    bench.fire('watchdog');
    assert.equal(bench.nowMs, 50_000);
    assert.ok(bench.did('destroy'));
    assert.equal(bench.did('close'), false);
    bench.take({ type: 'closed', code: 1006, reason: '' });
    assert.partialDeepStrictEqual(
      bench.effects.find(({ type }) => type === 'tellClosed'),
      { info: { detector: 'watchdog' } },
    );
  });

  test('the watchdog is changed on the live socket, switched off by 0 and stretched by a long boot interval', () => {
    const bench = opened({ ...rules, tcpWatchdogMs: 30_000 }).take({ type: 'stretch', minimumMs: 90_000 });
    assert.equal(bench.timers.get('watchdog'), 90_000);
    assert.equal(bench.take({ type: 'stretch', minimumMs: 0 }).timers.get('watchdog'), 30_000);
    assert.equal(bench.take({ type: 'settings', rules: { ...rules, tcpWatchdogMs: 0 } }).timers.has('watchdog'), false);
    assert.equal(bench.take({ type: 'stretch', minimumMs: 90_000 }).timers.has('watchdog'), false);
    assert.equal(
      bench.take({ type: 'settings', rules: { ...rules, tcpWatchdogMs: 10_000 } }).timers.get('watchdog'),
      90_000,
    );
  });
});

describe('the link machine, changing over', () => {
  const moved: LinkRules = { ...rules, target: { url: 'ws://other.example/CP1', version: 2, endpoint } };

  test('a new endpoint waits until the old socket is closed', () => {
    const bench = opened().wait(5000).take({ type: 'settings', rules: moved });
    assert.ok(bench.did('close'));
    assert.equal(bench.did('connect'), false);
    bench.take({ type: 'closed', code: 1000, reason: '' });
    assert.ok(bench.did('tellClosed'));
    assert.partialDeepStrictEqual(bench.machine.phase, { kind: 'connecting', url: 'ws://other.example/CP1' });
    assert.equal(bench.machine.failures, 0);
  });

  test('a polite close that is not answered becomes a destroyed socket, and at last one that is left behind', () => {
    const bench = opened().wait(5000).take({ type: 'reconnect', reason: 'new password' }).fire('grace');
    assert.equal(bench.nowMs, 5000 + POLITE_CLOSE_MS);
    assert.ok(bench.did('destroy'));
    assert.equal(bench.did('connect'), false);
    bench.fire('grace');
    assert.deepEqual(
      bench.effects.map(({ type }) => type).filter((type) => type !== 'cancel' && type !== 'arm'),
      ['abandon', 'tellClosed', 'connect'],
    );
  });

  test('a reconnect during an attempt waits for the end of that attempt', () => {
    const bench = started().wait(5000).take({ type: 'reconnect', reason: 'new password' });
    assert.ok(bench.did('abort'));
    bench.take({ type: 'failed', failure: refusal });
    assert.equal(bench.did('tellFailed'), false);
    assert.equal(bench.kind, 'connecting');
  });

  test('a bearer that goes down takes the socket with it, without counting as a failure', () => {
    const bench = opened().wait(5000).take(down);
    assert.ok(bench.did('destroy'));
    bench.take({ type: 'closed', code: 1006, reason: '' });
    assert.equal(bench.kind, 'waitingForBearer');
    assert.equal(bench.take(up).kind, 'connecting');
    assert.equal(bench.machine.failures, 0);
  });

  test('stops politely and takes no more timers, and starts again', () => {
    const bench = opened().wait(5000).take({ type: 'stop' });
    assert.partialDeepStrictEqual(
      bench.effects.find(({ type }) => type === 'close'),
      { code: 1001 },
    );
    bench.take({ type: 'closed', code: 1001, reason: '' });
    assert.equal(bench.kind, 'stopped');
    assert.equal(bench.timers.size, 0);
    assert.equal(bench.take({ type: 'start', rules }).kind, 'connecting');
  });

  test('without an endpoint it closes and tells why it is disabled', () => {
    const bench = opened().take({ type: 'settings', rules: noTarget }, { type: 'closed', code: 1000, reason: '' });
    assert.equal(bench.kind, 'disabled');
    assert.equal(bench.machine.reason, 'OCPP is off');
    assert.equal(bench.take({ type: 'settings', rules: { ...noTarget, reason: 'no host' } }).machine.reason, 'no host');
  });
});

type Happening = LinkInput | { readonly type: 'pass'; readonly ms: number };

/** A world that keeps the transport's contract: an abort ends the attempt and a destroyed socket tells its end, a little later. */
class World extends Bench {
  alive: 'nothing' | 'attempt' | 'socket' = 'nothing';
  told = false;
  lastConnectMs = Number.NEGATIVE_INFINITY;
  #pendingEndMs: number | undefined;

  happen(happening: Happening): void {
    if (happening.type === 'pass') return this.#pass(happening.ms);
    if (happening.type === 'opened' && this.alive !== 'attempt') return;
    if (happening.type === 'failed' && this.alive !== 'attempt') return;
    if (happening.type === 'stage' && this.alive !== 'attempt') return;
    const ofSocket = happening.type === 'closed' || happening.type === 'pong' || happening.type === 'activity';
    if (ofSocket && this.alive !== 'socket') return;
    if (happening.type === 'opened') this.alive = 'socket';
    if (happening.type === 'failed' || happening.type === 'closed') this.#ended();
    this.#work(happening);
  }

  #ended(): void {
    this.alive = 'nothing';
    this.#pendingEndMs = undefined;
  }

  #work(input: LinkInput): void {
    this.take(input);
    for (const effect of this.effects) this.#watch(effect);
    this.#check();
  }

  #watch(effect: LinkEffect): void {
    if (effect.type === 'connect') {
      assert.equal(this.alive, 'nothing', 'two sockets');
      assert.ok(this.nowMs - this.lastConnectMs >= ATTEMPT_GAP_MS, 'a tight loop');
      this.lastConnectMs = this.nowMs;
      this.alive = 'attempt';
    }
    if (effect.type === 'abort' || effect.type === 'destroy') this.#pendingEndMs = this.nowMs + 400;
    if (effect.type === 'tellOpened') {
      assert.equal(this.told, false);
      this.told = true;
    }
    if (effect.type === 'tellClosed') {
      assert.equal(this.told, true);
      this.told = false;
    }
    assert.notEqual(effect.type, 'abandon', 'left behind although the transport keeps its contract');
  }

  #check(): void {
    const { phase, started: on, bearer, rules: now } = this.machine;
    const armed = (timer: LinkTimer): boolean => this.timers.has(timer);
    if (on && bearer !== null && now.target !== null) {
      assert.ok(['connecting', 'open', 'ending', 'backingOff'].includes(phase.kind), `not on its way: ${phase.kind}`);
    }
    assert.equal(armed('redial'), phase.kind === 'backingOff');
    assert.equal(armed('attempt'), phase.kind === 'connecting');
    assert.equal(armed('grace'), phase.kind === 'ending');
    assert.equal(armed('watchdog'), phase.kind === 'open' && now.tcpWatchdogMs > 0);
    assert.equal(Number(armed('ping')) + Number(armed('pong')), phase.kind === 'open' && now.keepAliveMs > 0 ? 1 : 0);
    assert.ok(phase.kind === 'open' || phase.kind === 'ending' || !this.told, 'an end that was not told');
    const waitMs = (this.timers.get('redial') ?? 0) - this.nowMs;
    assert.ok(waitMs <= 350_000, `waits ${waitMs} ms`);
  }

  #pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let due = this.#next(); due !== undefined && due.ms <= endMs; due = this.#next()) {
      this.nowMs = Math.max(this.nowMs, due.ms);
      if (due.timer === undefined) this.#end();
      else {
        this.timers.delete(due.timer);
        this.#work({ type: 'timer', timer: due.timer });
      }
    }
    this.nowMs = endMs;
  }

  #end(): void {
    const was = this.alive;
    this.#ended();
    if (was === 'attempt') this.#work({ type: 'failed', failure: refusal });
    if (was === 'socket') this.#work({ type: 'closed', code: 1006, reason: '' });
  }

  #next(): { ms: number; timer?: LinkTimer } | undefined {
    const timers = [...this.timers].map(([timer, ms]) => ({ ms, timer }));
    const all = this.#pendingEndMs === undefined ? timers : [...timers, { ms: this.#pendingEndMs }];
    return all.toSorted((a, b) => a.ms - b.ms)[0];
  }
}

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 90_000 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 900 }) }) },
  { weight: 3, arbitrary: fc.constant({ type: 'opened' as const, subProtocol: 'ocpp1.6' }) },
  fc.constant({ type: 'failed' as const, failure: refusal }),
  fc.constant({ type: 'closed' as const, code: 1001, reason: '' }),
  fc.record({
    type: fc.constant('bearer' as const),
    bearer: fc.constantFrom(null, systemBearer, gsmBearer),
    change: fc.constantFrom('up' as const, 'lost' as const, 'move' as const, 'return' as const, 'same' as const),
    reason: fc.constant('so'),
  }),
  fc.constantFrom<LinkInput>({ type: 'connectNow' }, { type: 'pong' }, { type: 'activity' }, { type: 'success' }),
  fc.constantFrom<LinkInput>({ type: 'reconnect', reason: 'asked' }, { type: 'stop' }, { type: 'stage', stage: 'tls' }),
  fc.record({ type: fc.constant('stretch' as const), minimumMs: fc.constantFrom(0, 400_000) }),
  fc
    .record({
      version: fc.constantFrom(null, 1, 1, 2),
      keepAliveMs: fc.constantFrom(0, 5000, 25_000),
      tcpWatchdogMs: fc.constantFrom(0, 10_000, 300_000),
      communicationTimeoutMs: fc.constantFrom(1000, 60_000),
      startSpreadMs: fc.constantFrom(0, 5000),
      start: fc.boolean(),
    })
    .map(({ version, start, ...change }): LinkInput => {
      const target = version === null ? null : { url: `ws://${version}.example/CP1`, version, endpoint };
      return { type: start ? 'start' : 'settings', rules: { ...rules, ...change, target } };
    }),
);

test('whatever happens: never two sockets, never a tight loop, always on its way when it should be', () => {
  fc.assert(
    fc.property(
      fc.array(happenings, { maxLength: 80 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (story, chance) => {
        const world = new World();
        world.chance = chance;
        world.take({ type: 'start', rules }, up);
        world.alive = 'attempt';
        world.lastConnectMs = 0;
        for (const happening of story) world.happen(happening);
      },
    ),
    { numRuns: 400 },
  );
});
