import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ConnectorStatus } from '../evse/connector-status.ts';
import type { StatusReport } from './session.ts';
import { TestDelivery } from './test-delivery.ts';
import { ended, metered, started } from './test-facts.ts';
import { answered, givesId, linkLost, refused, TestSession, unanswered } from './test-session.ts';

const free = { backlogPerSecond: 0 };

function report(evse: number, status: ConnectorStatus): StatusReport {
  return { evse, connector: 1, status, errorCode: 'NoError', info: null, vendorErrorCode: null, timeMs: null };
}

/** What was sent, in short. */
function story(session: TestSession): readonly string[] {
  return session.sent.map(({ kind, status }) => (status === undefined ? kind : `${status.evse} ${status.status}`));
}

void describe('the gate', () => {
  void it('lets nothing through before it is open, and nothing but the boot before the registration', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    assert.equal((await delivery.scheduler.request('boot', (each) => each.boot({} as never))).kind, 'linkLost');
    const session = new TestSession();
    delivery.scheduler.open(session, 'bootOnly');
    assert.equal((await delivery.scheduler.request('authorize', (each) => each.authorize('A'))).kind, 'linkLost');
    assert.equal((await delivery.scheduler.reportStatus(report(1, 'Available'))).kind, 'linkLost');
    void delivery.scheduler.request('boot', (each) => each.boot({} as never));
    await delivery.time.advance(1_000);
    assert.deepEqual(story(session), ['boot']);
    delivery.scheduler.setLevel('all');
    await delivery.time.advance(0);
    assert.deepEqual(story(session), ['boot', 'transactionStarted']);
  });

  void it('ends what waits when the link goes, and nothing more is tried on a session that lost it', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    const { promise, resolve } = Promise.withResolvers<typeof linkLost>();
    const session = new TestSession(() => promise);
    delivery.scheduler.open(session, 'all');
    const waiting = [
      delivery.scheduler.request('authorize', (each) => each.authorize('A')),
      delivery.scheduler.reportStatus(report(1, 'Preparing')),
    ];
    await delivery.time.advance(10);
    resolve(linkLost);
    assert.deepEqual(
      (await Promise.all(waiting)).map(({ kind }) => kind),
      ['linkLost', 'linkLost'],
    );
    await delivery.time.advance(100_000);
    assert.deepEqual(story(session), ['transactionStarted']);
    const next = await delivery.online();
    assert.deepEqual(story(next), ['transactionStarted']);
  });

  void it('has one CALL in flight, whatever is asked for', async () => {
    const values = Array.from({ length: 20 }, (_, marker) => metered('a', marker));
    const delivery = await TestDelivery.with([started('a'), ...values, ended('a')], { settings: free });
    const session = new TestSession(async (fact) => {
      await new Promise<void>((resolve) => delivery.time.after(50, resolve));
      return fact.kind === 'transactionStarted' ? givesId('7') : answered;
    });
    delivery.scheduler.open(session, 'all');
    const asked = Array.from({ length: 10 }, (_, evse) => delivery.scheduler.reportStatus(report(evse, 'Available')));
    const beats = Array.from({ length: 5 }, () => delivery.scheduler.request('heartbeat', (each) => each.heartbeat()));
    await delivery.time.advance(5_000);
    for (const outcome of await Promise.all([...asked, ...beats])) assert.equal(outcome.kind, 'answered');
    assert.equal(session.sent.length, 22 + 15);
    assert.equal(delivery.scheduler.busy, false);
  });

  void it('tells when nothing is in flight', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    const { promise, resolve } = Promise.withResolvers<typeof unanswered>();
    delivery.scheduler.open(new TestSession(() => promise), 'all');
    await delivery.time.advance(0);
    let idle = false;
    const waiting = delivery.scheduler.whenIdle().then(() => (idle = true));
    await delivery.time.advance(1_000);
    assert.equal(idle, false);
    resolve(unanswered);
    await waiting;
    await delivery.scheduler.whenIdle();
  });

  void it('is held for a move: the CALL in flight is answered, none follows until it is resumed or opened anew', async () => {
    const delivery = await TestDelivery.with([started('a'), ended('a')], { settings: free });
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof givesId>>();
    const session = new TestSession(() => promise);
    delivery.scheduler.open(session, 'all');
    await delivery.time.advance(0);
    let quiet = false;
    void delivery.scheduler.hold().then(() => (quiet = true));
    await delivery.time.advance(1_000);
    assert.equal(quiet, false);
    resolve(givesId('7'));
    await delivery.time.advance(60_000);
    assert.deepEqual([quiet, story(session)], [true, ['transactionStarted']]);
    delivery.scheduler.resume();
    await delivery.time.advance(0);
    assert.deepEqual(story(session), ['transactionStarted', 'transactionEnded']);
    await delivery.scheduler.hold();
    await delivery.outbox.append([started('b')]);
    delivery.scheduler.close();
    const next = await delivery.online();
    assert.deepEqual(story(next), ['transactionStarted'], 'another connection holds nothing');
  });
});

void describe('requests', () => {
  void it('under one key are one CALL', async () => {
    const delivery = await TestDelivery.with([]);
    const { promise, resolve } = Promise.withResolvers<typeof answered>();
    const session = new TestSession(() => promise);
    delivery.scheduler.open(session, 'all');
    await delivery.outbox.append([metered('a', 1)]);
    await delivery.time.advance(0);
    const beats = [1, 2, 3].map(() =>
      delivery.scheduler.request('heartbeat', (each) => each.heartbeat(), { coalesceKey: 'heartbeat' }),
    );
    resolve(answered);
    await Promise.all(beats);
    assert.deepEqual(story(session), ['meterValues', 'heartbeat']);
  });

  void it('that are given up are not sent any more', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    const { promise, resolve } = Promise.withResolvers<typeof unanswered>();
    const session = new TestSession(() => promise);
    delivery.scheduler.open(session, 'all');
    await delivery.time.advance(0);
    const abort = new AbortController();
    const asked = delivery.scheduler.request('authorize', (each) => each.authorize('A'), { signal: abort.signal });
    abort.abort();
    assert.equal((await asked).kind, 'unanswered');
    resolve(unanswered);
    await delivery.time.advance(1_000);
    assert.deepEqual(story(session), ['transactionStarted']);
  });

  void it('that throw are reported as not sendable, and the line goes on', async () => {
    const delivery = await TestDelivery.with([]);
    await delivery.online();
    const failed = delivery.scheduler.request('triggered', () => {
      throw new Error('defect');
    });
    assert.deepEqual(await failed, { kind: 'notSendable', problem: 'defect' });
    assert.equal((await delivery.scheduler.request('heartbeat', (each) => each.heartbeat())).kind, 'answered');
  });

  void it('never starve the queue, however many there are and however slowly they end', async () => {
    const delivery = await TestDelivery.with([started('a'), ended('a')], { settings: free });
    const session = new TestSession();
    session.statusReply = async () => {
      await new Promise<void>((resolve) => delivery.time.after(30_000, resolve));
      return unanswered;
    };
    delivery.scheduler.open(session, 'all');
    for (let turn = 0; turn < 30; turn++) void delivery.scheduler.reportStatus(report(turn % 3, 'Preparing'));
    await delivery.time.advance(65_000);
    assert.ok(session.facts.includes('start a'));
    assert.ok(session.facts.includes('stop a (7)'));
  });
});

void describe('statuses', () => {
  void it('that wait can be forgotten, the newest first; what is on its way arrives', async () => {
    const delivery = await TestDelivery.with([]);
    const session = new TestSession();
    const { promise, resolve } = Promise.withResolvers<typeof answered>();
    session.statusReply = () => promise;
    delivery.scheduler.open(session, 'all');
    const ends: string[] = [];
    for (const status of ['Preparing', 'Charging', 'Finishing'] as const)
      void delivery.scheduler.reportStatus(report(1, status)).then(({ kind }) => ends.push(`${status} ${kind}`));
    await delivery.time.advance(0);
    delivery.scheduler.dropStatuses();
    await delivery.time.advance(0);
    resolve(answered);
    await delivery.time.advance(0);
    assert.deepEqual(ends, ['Finishing linkLost', 'Charging linkLost', 'Preparing answered']);
    assert.equal(session.sent.length, 1);
  });

  void it('are reported one after the other, every transition (N-01)', async () => {
    const delivery = await TestDelivery.with([]);
    const session = new TestSession();
    delivery.scheduler.open(session, 'all');
    for (const status of ['Preparing', 'Charging', 'SuspendedEV'] as const)
      void delivery.scheduler.reportStatus(report(1, status));
    await delivery.time.advance(0);
    assert.deepEqual(story(session), ['1 Preparing', '1 Charging', '1 SuspendedEV']);
  });

  void it('wait for their fact: Start before Charging, Stop before Finishing (X-01, X-09)', async () => {
    const delivery = await TestDelivery.with([]);
    const session = new TestSession();
    delivery.scheduler.open(session, 'all');
    const start = delivery.outbox.append([started('a')]);
    void start.then(([afterSeq = 0]) => delivery.scheduler.reportStatus(report(1, 'Charging'), { afterSeq }));
    await delivery.time.advance(0);
    const [seq = 0] = await delivery.outbox.append([ended('a')]);
    void delivery.scheduler.reportStatus(report(1, 'Finishing'), { afterSeq: seq });
    void delivery.scheduler.reportStatus(report(2, 'Preparing'));
    await delivery.time.advance(0);
    assert.deepEqual(story(session), [
      'transactionStarted',
      '1 Charging',
      'transactionEnded',
      '1 Finishing',
      '2 Preparing',
    ]);
  });

  void it('wait no longer once their fact failed for the first time', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    const session = new TestSession(() => refused());
    delivery.scheduler.open(session, 'all');
    void delivery.scheduler.reportStatus(report(1, 'Charging'), { afterSeq: 0 });
    await delivery.time.advance(1_000);
    assert.deepEqual(story(session), ['transactionStarted', '1 Charging']);
  });

  void it('wait no longer than 60 s, and hold the later ones of their EVSE back', async () => {
    const delivery = await TestDelivery.with([started('x'), started('a')]);
    const session = new TestSession(() => refused());
    delivery.scheduler.open(session, 'all');
    void delivery.scheduler.reportStatus(report(1, 'Charging'), { afterSeq: 1 });
    void delivery.scheduler.reportStatus(report(1, 'SuspendedEV'));
    void delivery.scheduler.reportStatus(report(2, 'Preparing'));
    await delivery.time.advance(59_000);
    assert.deepEqual(
      story(session).filter((name) => name.startsWith('1')),
      [],
    );
    assert.ok(story(session).includes('2 Preparing'));
    await delivery.time.advance(1_000);
    assert.deepEqual(
      story(session).filter((name) => name.startsWith('1')),
      ['1 Charging', '1 SuspendedEV'],
    );
  });

  void it('do not wait behind a long backlog', async () => {
    const values = Array.from({ length: 30 }, (_, marker) => metered('z', marker));
    const delivery = await TestDelivery.with([...values, started('a')], { settings: { backlogPerSecond: 1 } });
    const session = new TestSession();
    delivery.scheduler.open(session, 'all');
    void delivery.scheduler.reportStatus(report(1, 'Charging'), { afterSeq: 30 });
    await delivery.time.advance(0);
    assert.deepEqual(story(session).slice(0, 2), ['meterValues', '1 Charging']);
  });

  void it('are bounded: the oldest of an EVSE makes room', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    const { promise, resolve } = Promise.withResolvers<typeof unanswered>();
    const session = new TestSession(() => promise);
    delivery.scheduler.open(session, 'all');
    await delivery.time.advance(0);
    const asked = Array.from({ length: 40 }, () => delivery.scheduler.reportStatus(report(1, 'Preparing')));
    resolve(unanswered);
    await delivery.time.advance(1_000);
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
    assert.deepEqual([kinds.filter((kind) => kind === 'superseded').length, kinds.at(-1)], [24, 'answered']);
  });
});
