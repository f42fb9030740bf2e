import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { BearerRules } from './bearer-choice.ts';
import { usableBearers } from './bearer-choice.ts';
import { keyOf, newBearerMachine, stepBearer, TRY_AGAIN_MS } from './bearer-machine.ts';
import type { BearerEffect, BearerInput, BearerMachine } from './bearer-machine-types.ts';
import { factoryRules, interfaceUp } from './test-interfaces.ts';

/** A machine with a clock: its timer fires when time passes, and a CALL is in flight or not. */
class Bench {
  machine: BearerMachine;
  nowMs = 0;
  busy = false;
  waitsForQuiet = false;
  timerMs: number | null = null;
  uses: Extract<BearerEffect, { type: 'use' }>[] = [];
  readonly #up = new Map<string, number>();

  constructor(change: Partial<BearerRules> = {}) {
    this.machine = newBearerMachine({ ...factoryRules, ...change });
  }

  take(input: BearerInput): this {
    const { state, effects } = stepBearer(this.machine, input, this.nowMs);
    this.machine = state;
    for (const effect of effects) this.#perform(effect);
    // Quiet comes later than everything that the step asked for, as in the shell.
    if (this.waitsForQuiet && !this.busy) this.free();
    return this;
  }

  /** The named interfaces are up, with a host number where it is not 2. */
  interfaces(...names: readonly string[]): this {
    this.#up.clear();
    for (const name of names) this.#up.set(name, 2);
    return this.take({ type: 'interfaces', interfaces: names.map((name) => interfaceUp(name)) });
  }

  pass(ms: number): this {
    const endMs = this.nowMs + ms;
    while (this.timerMs !== null && this.timerMs <= endMs) {
      this.nowMs = Math.max(this.nowMs, this.timerMs);
      this.timerMs = null;
      this.take({ type: 'timer' });
    }
    this.nowMs = endMs;
    return this;
  }

  free(): this {
    this.busy = false;
    if (this.waitsForQuiet) {
      this.waitsForQuiet = false;
      this.take({ type: 'quiet' });
    }
    return this;
  }

  fail(times: number): this {
    for (let count = 0; count < times; count++) this.take({ type: 'attemptFailed' });
    return this;
  }

  get used(): string | null {
    return this.machine.used === null ? null : keyOf(this.machine.used);
  }

  get last(): string {
    const use = this.uses.at(-1);
    return use === undefined ? '' : `${use.change} ${use.bearer === null ? 'nothing' : keyOf(use.bearer)}`;
  }

  #perform(effect: BearerEffect): void {
    if (effect.type === 'use') this.uses.push(effect);
    if (effect.type === 'arm') this.timerMs = effect.delayMs === null ? null : this.nowMs + effect.delayMs;
    if (effect.type === 'resume') this.waitsForQuiet = false;
    if (effect.type === 'awaitQuiet') this.waitsForQuiet = true;
  }
}

describe('the bearer machine, as interfaces come and go', () => {
  test('takes the first that is up at once, and the better one after the hold time', () => {
    const bench = new Bench().interfaces('wwan0');
    assert.equal(bench.last, 'up wwan0');
    bench.interfaces('wwan0', 'eth0').pass(4999);
    assert.equal(bench.used, 'wwan0');
    bench.pass(1);
    assert.equal(bench.last, 'move eth0');
  });

  test('a better bearer that goes away within the hold time begins anew', () => {
    const bench = new Bench().interfaces('wwan0').interfaces('wwan0', 'eth0').pass(4000).interfaces('wwan0').pass(10);
    bench.interfaces('wwan0', 'eth0').pass(4999);
    assert.equal(bench.used, 'wwan0');
    assert.equal(bench.pass(1).used, 'eth0');
  });

  test('a move waits for the CALL in flight, and is called off when the better one goes meanwhile', () => {
    const bench = new Bench().interfaces('wwan0');
    bench.busy = true;
    bench.interfaces('wwan0', 'eth0').pass(60_000);
    assert.deepEqual([bench.used, bench.waitsForQuiet], ['wwan0', true]);
    bench.interfaces('wwan0');
    assert.deepEqual([bench.used, bench.waitsForQuiet, bench.machine.moving], ['wwan0', false, false]);
    bench.interfaces('wwan0', 'eth0').pass(60_000);
    assert.equal(bench.free().last, 'move eth0');
  });

  test('the used one going down moves at once, also while a move waits', () => {
    const bench = new Bench().interfaces('wwan0');
    bench.busy = true;
    bench.interfaces('wwan0', 'eth0').pass(5000).interfaces('eth0');
    assert.equal(bench.last, 'lost eth0');
    assert.equal(bench.interfaces().last, 'lost nothing');
    assert.match(bench.machine.reason, /no bearer is up/);
  });

  test('another address on the same interface is a loss, one beside it is not', () => {
    const bench = new Bench().interfaces('eth0');
    bench.take({ type: 'interfaces', interfaces: [interfaceUp('eth0', 3)] });
    assert.equal(bench.last, 'lost eth0');
    assert.match(bench.machine.reason, /another address/);
    const { routes, addresses, ...rest } = interfaceUp('eth0', 3);
    const both = {
      ...rest,
      addresses: [...addresses, { family: 6 as const, address: '2001:db8::3' }],
      routes: [...routes, { family: 6 as const, network: '::', prefix: 0, gateway: 'fe80::1' }],
    };
    bench.take({ type: 'interfaces', interfaces: [both] });
    assert.deepEqual([bench.last, bench.machine.used?.ipv6], ['same eth0', '2001:db8::3']);
  });

  test('the driver can say that everything is down', () => {
    const bench = new Bench().interfaces('eth0').take({ type: 'driver', up: false });
    assert.equal(bench.last, 'lost nothing');
    assert.match(bench.machine.reason, /hardware/);
    assert.equal(bench.take({ type: 'driver', up: true }).last, 'up eth0');
  });

  test('connection type none leaves the bearer politely, after the CALL in flight', () => {
    const bench = new Bench().interfaces('eth0');
    bench.busy = true;
    bench.take({ type: 'rules', rules: { ...factoryRules, connectionType: 'none' } });
    assert.equal(bench.used, 'eth0');
    assert.equal(bench.free().last, 'move nothing');
    bench.interfaces().interfaces('eth0').pass(60_000);
    assert.equal(bench.used, null);
  });

  test('another connection type moves the link when its bearer has been up long enough', () => {
    const bench = new Bench().interfaces('eth0', 'wlan0').pass(60_000);
    bench.take({ type: 'rules', rules: { ...factoryRules, connectionType: 'wlan' } }).pass(0);
    assert.equal(bench.last, 'move wlan0');
  });
});

describe('the bearer machine, when attempts fail', () => {
  test('five in a row try the next bearer, once per ten minutes, by turns', () => {
    const bench = new Bench().interfaces('eth0', 'wlan0', 'wwan0').pass(10_000).fail(4);
    assert.equal(bench.used, 'eth0');
    assert.equal(bench.fail(1).last, 'move wlan0');
    assert.equal(bench.fail(1).last, 'return eth0');
    bench.pass(TRY_AGAIN_MS - 1).fail(3);
    assert.equal(bench.used, 'eth0', 'ten minutes are not over');
    bench.pass(1);
    assert.equal(bench.fail(1).last, 'move wwan0', 'the one that was not tried yet');
    assert.equal(bench.fail(1).last, 'return eth0');
  });

  test('one that works is kept, and the better one tried again after ten minutes, with one attempt', () => {
    const bench = new Bench().interfaces('eth0', 'wwan0').fail(5).take({ type: 'proven' });
    assert.equal(bench.pass(TRY_AGAIN_MS - 1).used, 'wwan0');
    assert.equal(bench.pass(1).last, 'move eth0');
    assert.equal(bench.fail(1).last, 'return wwan0');
    assert.equal(bench.pass(TRY_AGAIN_MS).last, 'move eth0');
    bench.take({ type: 'proven' }).pass(TRY_AGAIN_MS * 3);
    assert.equal(bench.used, 'eth0');
  });

  test('a bearer that was down and is up again is not held in suspicion', () => {
    const bench = new Bench().interfaces('eth0', 'wwan0').fail(5).take({ type: 'proven' });
    bench.interfaces('wwan0').interfaces('wwan0', 'eth0').pass(5000);
    assert.equal(bench.last, 'move eth0');
  });

  test('a success begins the count anew', () => {
    const bench = new Bench().interfaces('eth0', 'wwan0').fail(4).take({ type: 'proven' }).fail(4);
    assert.equal(bench.used, 'eth0');
  });

  test('without fall-back, or without another bearer, the link stays', () => {
    assert.equal(new Bench({ fallback: false }).interfaces('eth0', 'wwan0').fail(50).used, 'eth0');
    assert.equal(new Bench().interfaces('eth0').fail(50).used, 'eth0');
  });
});

type Happening =
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'up'; readonly names: readonly string[] }
  | { readonly type: 'busy' }
  | { readonly type: 'free' }
  | BearerInput;

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ type: fc.constant('pass' as const), ms: fc.constantFrom(1, 1000, 4999, 5000, 600_000) }),
  fc.record({ type: fc.constant('up' as const), names: fc.subarray(['eth0', 'wlan0', 'wwan0', 'br0']) }),
  fc.constantFrom<Happening>({ type: 'busy' }, { type: 'free' }, { type: 'attemptFailed' }, { type: 'proven' }),
  fc.record({ type: fc.constant('driver' as const), up: fc.boolean() }),
  fc
    .record({
      connectionType: fc.constantFrom(
        'auto' as const,
        'ethernet' as const,
        'wlan' as const,
        'gsm' as const,
        'none' as const,
      ),
      fallback: fc.boolean(),
    })
    .map((change): BearerInput => ({ type: 'rules', rules: { ...factoryRules, ...change } })),
);

function happen(bench: Bench, happening: Happening): void {
  if (happening.type === 'pass') bench.pass(happening.ms);
  else if (happening.type === 'up') bench.interfaces(...happening.names);
  else if (happening.type === 'busy') bench.busy = true;
  else if (happening.type === 'free') bench.free();
  else bench.take(happening);
}

/** What must hold after everything that happens. */
function check(bench: Bench): void {
  const { used, rules, interfaces, driverUp, moving, suspects, returnTo } = bench.machine;
  const up = (driverUp ? usableBearers(interfaces, rules, used) : []).map(keyOf);
  const switchedOff = rules.connectionType === 'none';
  if (!switchedOff) assert.equal(used === null, up.length === 0, 'used exactly while one is up');
  if (used !== null && !switchedOff) assert.ok(up.includes(keyOf(used)), 'what is used is up');
  assert.equal(moving, bench.waitsForQuiet, 'a move waits exactly while quiet is awaited');
  if (!rules.fallback) assert.ok(suspects.size === 0 && returnTo === null);
  const told = bench.uses.at(-1)?.bearer ?? null;
  assert.deepEqual(told, used, 'the link was told what is used');
}

test('whatever happens, the link is on a bearer that is up, and in the end on the best one', () => {
  fc.assert(
    fc.property(fc.array(happenings, { maxLength: 60 }), (story) => {
      const bench = new Bench();
      for (const happening of story) {
        happen(bench, happening);
        check(bench);
      }
      bench.take({ type: 'rules', rules: factoryRules }).take({ type: 'driver', up: true }).free();
      bench
        .interfaces('wwan0', 'eth0', 'wlan0')
        .pass(TRY_AGAIN_MS + 5000)
        .free();
      assert.equal(bench.used, 'eth0');
      const moves = bench.uses.length;
      bench.take({ type: 'proven' }).pass(TRY_AGAIN_MS * 3);
      assert.equal(bench.uses.length, moves, 'and there it stays');
    }),
    { numRuns: 500 },
  );
});
