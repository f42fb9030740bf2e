import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { Fact } from '../transactions/facts.ts';
import { TestBackend } from './test-backend.ts';
import { TestDelivery } from './test-delivery.ts';
import { alarm, ended, metered, started } from './test-facts.ts';
import { linkLost, refused, unanswered, type TestSession } from './test-session.ts';

type Mood = 'accept' | 'refuse' | 'final' | 'ignore' | 'cut' | 'late';

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('sample' as const), of: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('toggle' as const), of: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('alarm' as const) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('link' as const), up: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('restart' as const), clean: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('resend' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant('wait' as const), ms: fc.constantFrom(10, 1_000, 15_000, 130_000) }),
  },
);
const mood = fc.constantFrom<Mood>('accept', 'accept', 'accept', 'accept', 'refuse', 'final', 'ignore', 'cut', 'late');
const options = fc.record({
  attempts: fc.integer({ min: 1, max: 3 }),
  meterValuesAttempts: fc.integer({ min: 1, max: 3 }),
  batchSize: fc.integer({ min: 1, max: 4 }),
  backlogPerSecond: fc.constantFrom(0, 10),
  retryIntervalMs: fc.constantFrom(0, 5_000, 60_000),
});

/** One run: a station that lives through random steps, with a backend of changing moods. */
class Run {
  readonly backend = new TestBackend();
  readonly appended: Fact[] = [];
  readonly #moods: Mood[];
  readonly #running: (string | null)[] = [null, null, null];
  #delivery: TestDelivery;
  #counter = 0;
  cuts = 0;

  constructor(delivery: TestDelivery, moods: readonly Mood[]) {
    this.#delivery = delivery;
    this.#moods = [...moods];
  }

  async play(each: typeof step extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
    switch (each.op) {
      case 'sample': {
        const transaction = this.#running[each.of] ?? null;
        if (transaction !== null) await this.#append(metered(transaction, this.#counter++));
        return;
      }
      case 'toggle': {
        const transaction = this.#running[each.of] ?? null;
        this.#running[each.of] = transaction === null ? `t${this.#counter++}` : null;
        await this.#append(transaction === null ? started(`t${this.#counter - 1}`) : ended(transaction));
        return;
      }
      case 'alarm':
        return this.#append(alarm(`${this.#counter++}`));
      case 'link':
        if (each.up) this.#delivery.scheduler.open(this.#session(), 'all');
        else this.#delivery.scheduler.close();
        return;
      case 'restart':
        if (each.clean) this.#delivery.store.flush();
        this.cuts++;
        this.backend.powerWasCut();
        this.#delivery = await this.#delivery.restart();
        return;
      case 'resend':
        this.#delivery.outbox.resendParked('operator');
        return;
      case 'wait':
        await this.#delivery.time.advance(each.ms);
    }
  }

  /** The backend is well again, every transaction ends, and the operator asks for what is parked. */
  async finish(): Promise<TestDelivery> {
    this.#moods.length = 0;
    for (const [of, transaction] of this.#running.entries())
      if (transaction !== null) await this.play({ op: 'toggle', of });
    this.#delivery.scheduler.open(this.#session(), 'all');
    for (let turn = 0; turn < 40; turn++) {
      await this.#delivery.time.advance(200_000);
      this.#delivery.outbox.resendParked('operator');
    }
    return this.#delivery;
  }

  async #append(fact: Fact): Promise<void> {
    this.appended.push(fact);
    await this.#delivery.outbox.append([fact]);
  }

  #session(): TestSession {
    const delivery = this.#delivery;
    const session = this.backend.session(async () => {
      const now = this.#moods.shift() ?? 'accept';
      const id = session.sent.at(-1)?.messageId ?? '';
      await new Promise<void>((resolve) =>
        delivery.time.after(now === 'ignore' || now === 'late' ? 30_000 : 20, resolve),
      );
      // Whoever lost power hears nothing any more.
      if (delivery !== this.#delivery) await new Promise<never>(() => {});
      if (now === 'late') delivery.time.after(2_000, () => delivery.outbox.lateAnswer(id, refused()));
      return {
        accept: 'accept',
        refuse: refused(),
        final: refused('NotSupported', true),
        ignore: unanswered,
        late: unanswered,
        cut: linkLost,
      }[now] as 'accept';
    });
    return session;
  }
}

function nameOf(fact: Fact): string {
  return fact.kind === 'meterValues' ? 'values' : JSON.stringify(fact);
}

void describe('the delivery against a naive model', () => {
  void it('brings everything through exactly once, ids in order, whatever the backend, the link and the power do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.array(mood, { maxLength: 60 }),
        options,
        async (steps, moods, settings) => {
          const run = new Run(await TestDelivery.with([], { settings: { ...settings, sendEvents: 'on' } }), moods);
          for (const each of steps) await run.play(each);
          const delivery = await run.finish();
          const { backend, appended, cuts } = run;
          assert.deepEqual(backend.problems, []);
          const { waiting, parked } = delivery.outbox.snapshot();
          assert.deepEqual([waiting, parked], [0, 0]);
          let repeated = 0;
          for (const fact of appended) {
            if (fact.kind === 'meterValues') continue;
            const times = backend.count((entry) => nameOf(entry) === nameOf(fact));
            assert.ok(times >= 1, `lost: ${nameOf(fact)}`);
            repeated += times - 1;
          }
          assert.ok(repeated <= cuts, 'a Start or Stop came twice without a power cut');
          const markers = new Set(
            backend.entries.flatMap(({ fact }) =>
              fact.kind === 'meterValues' ? fact.samples.map(({ timeMs }) => timeMs) : [],
            ),
          );
          assert.equal(markers.size, appended.filter(({ kind }) => kind === 'meterValues').length);
          checkOrder(backend);
          assert.equal((await delivery.store.readDocuments('s', 'backendTransactions')).size, 0);
          assert.equal((await delivery.store.readDocuments('s', 'deliveryBatches')).size, 0);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** In each transaction the Start was accepted before anything else of it was. */
function checkOrder(backend: TestBackend): void {
  const opened = new Set<string>();
  for (const { fact } of backend.entries) {
    if (fact.kind === 'securityEvent' || fact.transaction === null) continue;
    if (fact.kind === 'transactionStarted') opened.add(fact.transaction);
    else assert.ok(opened.has(fact.transaction));
  }
}
