import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Fact } from '../transactions/facts.ts';
import { TestBackend } from './test-backend.ts';
import { TestDelivery } from './test-delivery.ts';
import { ended, metered, started } from './test-facts.ts';
import { linkLost, refused, unanswered } from './test-session.ts';
import { TestStore } from './test-store.ts';

const story: readonly Fact[] = [
  started('a'),
  metered('a', 1),
  started('b', { evse: 2 }),
  metered('b', 2),
  metered('a', 3),
  ended('a'),
  metered('b', 4),
  metered('b', 5),
  ended('b'),
  started('c'),
  ended('c'),
];

interface Life {
  readonly store: TestStore;
  readonly cut: TestStore['cut'];
  /** The kinds of trouble that this backend still makes; shared by all lives. */
  readonly trouble: ((fact: Fact) => ReturnType<typeof refused> | undefined)[];
}

/** Lives through the story until the power is cut or everything is delivered; tells which. */
async function live(backend: TestBackend, { store, cut, trouble }: Life, batchSize: number): Promise<'cut' | 'done'> {
  const settings = { backlogPerSecond: 0, retryIntervalMs: 10_000, batchSize };
  const delivery = await TestDelivery.with([], { store, settings });
  let dead = false;
  if (cut !== null) {
    const end = (): void => {
      dead = true;
      backend.powerWasCut();
      delivery.scheduler.stop();
      delivery.outbox.close();
    };
    store.cut = { ...cut, then: end };
  }
  const session = backend.session((fact) => {
    if (dead) return new Promise(() => {});
    const reply = trouble[0]?.(fact);
    if (reply !== undefined) trouble.shift();
    return reply ?? 'accept';
  });
  const told = await store.readDocuments('s', 'story');
  const from = told.get('next') ?? 0;
  const rest = story.slice(typeof from === 'number' ? from : 0);
  let appended = story.length - rest.length;
  for (const [position, fact] of rest.entries()) {
    if (position === 3) delivery.scheduler.open(session, 'all');
    void delivery.outbox
      .append([fact], [{ op: 'putDocument', station: 's', collection: 'story', key: 'next', value: ++appended }])
      .catch(() => {});
    await delivery.time.advance(position === 6 ? 1_500 : 100);
    if (dead) return 'cut';
    if (position === 6) store.flush();
  }
  for (let patience = 0; patience < 60 && !dead && delivery.outbox.snapshot().waiting > 0; patience++) {
    if (!delivery.scheduler.busy) delivery.scheduler.open(session, 'all');
    await delivery.time.advance(10_000);
  }
  return dead ? 'cut' : 'done';
}

const troubles: Life['trouble'] = [
  (fact) => (fact.kind === 'transactionStarted' ? unanswered : undefined),
  (fact) => (fact.kind === 'meterValues' ? refused() : undefined),
  (fact) => (fact.kind === 'meterValues' ? linkLost : undefined),
  (fact) => (fact.kind === 'transactionEnded' ? refused() : undefined),
  (fact) => (fact.kind === 'transactionEnded' ? linkLost : undefined),
];

function checkBooks(backend: TestBackend, cuts: number): void {
  assert.deepEqual(backend.problems, []);
  const first = new Map<string, number>();
  for (const { fact } of backend.entries) {
    const name = JSON.stringify(fact.kind === 'meterValues' ? [fact.kind, fact.transaction] : fact);
    first.set(name, (first.get(name) ?? 0) + 1);
  }
  const boundaries = story.filter(({ kind }) => kind !== 'meterValues');
  let repeated = 0;
  for (const fact of boundaries) {
    const times = first.get(JSON.stringify(fact)) ?? 0;
    assert.ok(times >= 1, `lost: ${JSON.stringify(fact)}`);
    repeated += times - 1;
  }
  assert.ok(repeated <= cuts, 'only what was in flight at the cut may come again');
  const samples = new Set(
    backend.entries.flatMap(({ fact }) =>
      fact.kind === 'meterValues' ? fact.samples.map(({ timeMs }) => timeMs) : [],
    ),
  );
  assert.deepEqual([...samples], [1, 2, 3, 4, 5]);
  // What was delivered and not yet recorded comes again after a cut, under its own id.
  const known = new Set<string>();
  const fresh = backend.entries.filter(({ messageId }) => !known.has(messageId) && known.add(messageId));
  for (const transaction of ['a', 'b', 'c']) {
    const own = fresh.filter(({ fact }) => fact.kind !== 'securityEvent' && fact.transaction === transaction);
    const kinds = own.map(({ fact }) => fact.kind).filter((kind, at, all) => kind !== all[at - 1]);
    const expected =
      transaction === 'c'
        ? ['transactionStarted', 'transactionEnded']
        : ['transactionStarted', 'meterValues', 'transactionEnded'];
    assert.deepEqual(kinds, expected);
    const { entries } = backend;
    const id = entries.findLast(
      ({ fact, gave }) => gave !== null && fact.kind !== 'securityEvent' && fact.transaction === transaction,
    )?.gave;
    for (const entry of own) if (entry.gave === null) assert.equal(entry.backendTransaction, id);
  }
}

void describe('a power cut after every durable step', () => {
  for (const batchSize of [1, 3]) {
    for (const when of ['before', 'after'] as const) {
      void it(`loses, doubles and reorders nothing: cut ${when} the step, ${batchSize} samples in a message`, async () => {
        let result: 'cut' | 'done' = 'cut';
        let step = 0;
        for (; result === 'cut'; step++) {
          const backend = new TestBackend();
          const trouble = [...troubles];
          const store = new TestStore();
          result = await live(backend, { store, cut: { step, when, then: () => {} }, trouble }, batchSize);
          if (result === 'cut') {
            assert.equal(await live(backend, { store: store.afterPowerCut(), cut: null, trouble }, batchSize), 'done');
          }
          checkBooks(backend, 1);
        }
        assert.ok(step > 15, `${step} steps`);
      });
    }
  }

  void it('bears two cuts', async () => {
    for (let first = 0; first < 24; first += 2) {
      for (let second = 0; second < 16; second += 3) {
        const backend = new TestBackend();
        const trouble = [...troubles];
        let store = new TestStore();
        for (const step of [first, second]) {
          if ((await live(backend, { store, cut: { step, when: 'after', then: () => {} }, trouble }, 1)) === 'done')
            break;
          store = store.afterPowerCut();
        }
        await live(backend, { store, cut: null, trouble }, 1);
        checkBooks(backend, 2);
      }
    }
  });
});
