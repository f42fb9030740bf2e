import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { BackendSession, BootAnswer, Outcome, StationIdentity } from '../../delivery/session.ts';
import { TestDelivery } from '../../delivery/test-delivery.ts';
import { TestSession } from '../../delivery/test-session.ts';
import type { RegistrationRules } from '../../link/registration-machine.ts';
import { Registrar } from './registrar.ts';

const identity = { vendor: 'V', model: 'M' } as StationIdentity;
const conf = (status: BootAnswer['status'], intervalSeconds = 60): Outcome<BootAnswer> => {
  return { kind: 'answered', answer: { status, timeMs: 0, intervalSeconds } };
};

class BootSession extends TestSession {
  readonly boots: number[] = [];
  readonly #bench: Bench;

  constructor(bench: Bench) {
    super();
    this.#bench = bench;
  }

  override async boot(): ReturnType<BackendSession['boot']> {
    this.boots.push(this.#bench.delivery.time.monotonicMs());
    return this.#bench.reply();
  }
}

class Bench {
  readonly delivery: TestDelivery;
  readonly story: string[] = [];
  readonly registrar: Registrar;
  readonly session: BootSession;
  reply: () => Outcome<BootAnswer> | Promise<Outcome<BootAnswer>> = () => conf('accepted');
  bootOnReconnect: RegistrationRules['bootOnReconnect'] = 'onDemand';

  constructor(delivery: TestDelivery) {
    this.delivery = delivery;
    this.session = new BootSession(this);
    this.registrar = new Registrar({
      time: delivery.time,
      scheduler: delivery.scheduler,
      identity: () => identity,
      rules: () => ({ bootOnReconnect: this.bootOnReconnect, random: () => 0 }),
      onAnswer: ({ status }) => this.story.push(`answer ${status}`),
      onRegistered: (again) => this.story.push(again ? 'registered again' : 'registered'),
      onState: ({ kind }) => this.story.push(kind),
      onFailed: () => this.story.push('failed'),
    });
  }

  static async make(): Promise<Bench> {
    return new Bench(await TestDelivery.with([]));
  }

  async connect(fresh = true): Promise<void> {
    this.delivery.scheduler.open(this.session, 'bootOnly');
    this.registrar.dispatch({ kind: 'linkOpened', fresh });
    await this.delivery.time.advance(0);
  }

  async pass(seconds: number): Promise<void> {
    await this.delivery.time.advance(seconds * 1000);
  }

  /** How a request of a class ends. */
  async gate(callClass: 'triggered' | 'authorize'): Promise<string> {
    const request = this.delivery.scheduler.request(callClass, (session) => session.heartbeat());
    await this.delivery.time.advance(0);
    return (await request).kind;
  }
}

test('accepted: the answer takes effect before anything is opened, then all goes out (B-03)', async () => {
  const bench = await Bench.make();
  await bench.connect();
  assert.deepEqual(bench.story, ['booting', 'answer accepted', 'accepted', 'registered']);
  assert.deepEqual([bench.registrar.standing, await bench.gate('authorize')], ['accepted', 'answered']);
});

test('pending: only what is triggered goes out, and the boot comes after the interval, not sooner (B-04)', async () => {
  const bench = await Bench.make();
  bench.reply = () => conf('pending', 60);
  await bench.connect();
  assert.deepEqual([await bench.gate('authorize'), await bench.gate('triggered')], ['linkLost', 'answered']);
  await bench.pass(59);
  assert.equal(bench.session.boots.length, 1);
  bench.reply = () => conf('accepted');
  await bench.pass(1);
  assert.deepEqual([bench.session.boots, bench.registrar.standing], [[0, 60_000], 'accepted']);
});

test('rejected: nothing at all goes out (B-05)', async () => {
  const bench = await Bench.make();
  bench.reply = () => conf('rejected', 60);
  await bench.connect();
  assert.deepEqual(
    [bench.registrar.standing, await bench.gate('authorize'), await bench.gate('triggered')],
    ['rejected', 'linkLost', 'linkLost'],
  );
});

test('no useful answer: again after 10 s, 20 s, 40 s, and the trial of an endpoint hears of it (B-07)', async () => {
  const bench = await Bench.make();
  bench.reply = () => ({ kind: 'unanswered' });
  await bench.connect();
  await bench.pass(75);
  assert.deepEqual(bench.session.boots, [0, 10_000, 30_000, 70_000]);
  assert.equal(bench.story.filter((event) => event === 'failed').length, 4);
});

test('a link that is lost meanwhile is no failure, and its answer never counts', async () => {
  const bench = await Bench.make();
  const gate = Promise.withResolvers<Outcome<BootAnswer>>();
  bench.reply = () => gate.promise;
  await bench.connect();
  bench.delivery.scheduler.close();
  bench.registrar.dispatch({ kind: 'linkClosed' });
  gate.resolve({ kind: 'linkLost' });
  await bench.pass(100);
  assert.deepEqual([bench.story, bench.session.boots], [['booting', 'offline'], [0]]);
});

test('after a mere reconnect nothing is booted again, unless it shall be (T-22)', async () => {
  for (const [bootOnReconnect, boots] of [
    ['onDemand', 1],
    ['false', 1],
    ['true', 2],
  ] as const) {
    const bench = await Bench.make();
    bench.bootOnReconnect = bootOnReconnect;
    await bench.connect();
    bench.delivery.scheduler.close();
    bench.registrar.dispatch({ kind: 'linkClosed' });
    assert.equal(bench.registrar.standing, 'accepted');
    await bench.connect(false);
    assert.deepEqual([bench.session.boots.length, bench.story.at(-1)], [boots, 'registered again'], bootOnReconnect);
  }
});

describe('a triggered boot', () => {
  test('while pending may bring the acceptance early', async () => {
    const bench = await Bench.make();
    bench.reply = () => conf('pending', 600);
    await bench.connect();
    bench.reply = () => conf('accepted');
    await Promise.all([bench.registrar.triggered(), bench.pass(1)]);
    assert.deepEqual([bench.session.boots.length, bench.registrar.standing], [2, 'accepted']);
    await bench.pass(1000);
    assert.equal(bench.session.boots.length, 2);
  });

  test('that fails while pending does not end the waiting: the next boot comes when it was due (B-04)', async () => {
    for (const outcome of [{ kind: 'unanswered' }, { kind: 'notSendable', problem: 'x' }] as const) {
      const bench = await Bench.make();
      bench.reply = () => conf('pending', 60);
      await bench.connect();
      bench.reply = () => outcome;
      await Promise.all([bench.registrar.triggered(), bench.pass(10)]);
      bench.reply = () => conf('accepted');
      await bench.pass(50);
      assert.deepEqual([bench.session.boots.length, bench.registrar.standing], [3, 'accepted']);
    }
  });

  test('while accepted changes nothing but the clock, whatever is answered (B-09)', async () => {
    const bench = await Bench.make();
    await bench.connect();
    bench.story.length = 0;
    await Promise.all([bench.registrar.triggered(), bench.pass(1)]);
    bench.reply = () => conf('rejected');
    await Promise.all([bench.registrar.triggered(), bench.pass(1)]);
    assert.deepEqual([bench.story, bench.registrar.standing], [['answer accepted'], 'accepted']);
  });
});

test('a SecurityError to our first CALL brings one boot (T-22)', async () => {
  const bench = await Bench.make();
  await bench.connect();
  bench.registrar.dispatch({ kind: 'securityError' });
  bench.registrar.dispatch({ kind: 'securityError' });
  await bench.pass(1);
  assert.equal(bench.session.boots.length, 2);
});

test('stopped, it sends nothing any more', async () => {
  const bench = await Bench.make();
  bench.reply = () => conf('pending', 60);
  await bench.connect();
  bench.registrar.stop();
  bench.registrar.stop();
  await bench.pass(100);
  assert.equal(bench.session.boots.length, 1);
});
