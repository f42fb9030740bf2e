import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { LiveMessage } from './live/live-source.ts';
import { findMessages, type MessageFilter, type MessagePage } from './message-query.ts';

const message: fc.Arbitrary<LiveMessage> = fc.record({
  seq: fc.constant(0),
  atMs: fc.nat(50),
  station: fc.constant('A'),
  direction: fc.constantFrom('in', 'out'),
  kind: fc.constantFrom('call', 'callResult', 'callError', 'mishap'),
  action: fc.constantFrom('Heartbeat', 'MeterValues', null),
  id: fc.constant('m'),
  text: fc.constantFrom('[2,"m","Heartbeat",{}]', 'ÄRGER', ''),
  latencyMs: fc.constant(null),
  connector: fc.constantFrom(null, 1, 2),
  problem: fc.constantFrom(null, 'bad'),
  answerTo: fc.constant(null),
});
const log = fc.array(message, { maxLength: 60 }).map((all) => all.map((one, index) => ({ ...one, seq: index + 3 })));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const filter = fc
  .record({
    actions: maybe(fc.subarray(['Heartbeat', 'MeterValues'])),
    direction: maybe(fc.constantFrom('in', 'out')),
    kinds: maybe(fc.subarray(['call', 'callError', 'mishap'])),
    text: maybe(fc.constantFrom('heart', 'ärger', '')),
    fromMs: maybe(fc.nat(50)),
    toMs: maybe(fc.nat(50)),
    connector: maybe(fc.constantFrom(1, 2)),
    problems: maybe(fc.boolean()),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as MessageFilter);

/** The same without any thought of speed: each rule of the description in words. */
function naive(all: readonly LiveMessage[], wanted: MessageFilter): readonly LiveMessage[] {
  const text = wanted.text?.toLowerCase();
  return all
    .filter(({ action }) => wanted.actions === undefined || (action !== null && wanted.actions.includes(action)))
    .filter(({ direction }) => wanted.direction === undefined || direction === wanted.direction)
    .filter(({ kind }) => wanted.kinds === undefined || wanted.kinds.includes(kind))
    .filter(({ atMs }) => atMs >= (wanted.fromMs ?? 0) && atMs <= (wanted.toMs ?? 99))
    .filter(({ connector }) => wanted.connector === undefined || connector === wanted.connector)
    .filter(({ problem }) => wanted.problems !== true || problem !== null)
    .filter((one) => text === undefined || `${one.text} ${one.action ?? ''}`.toLowerCase().includes(text));
}

describe('messages that somebody looks for', () => {
  it('are those of the filter, page by page backwards and forwards, none twice and none left out', () => {
    fc.assert(
      fc.property(log, filter, fc.integer({ min: 1, max: 7 }), (all, wanted, limit) => {
        const expected = naive(all, wanted).map(({ seq }) => seq);
        const walk = (next: (edge: number | undefined) => MessagePage, backwards: boolean): readonly number[] => {
          const seen: number[] = [];
          let edge: number | undefined;
          for (;;) {
            const { messages, more } = findMessages(all, wanted, next(edge));
            const seqs = messages.map(({ seq }) => seq);
            seen.splice(backwards ? 0 : seen.length, 0, ...seqs);
            if (!more) return seen;
            edge = backwards ? seqs[0] : seqs.at(-1);
          }
        };
        assert.deepEqual(
          walk((before) => ({ limit, ...(before === undefined ? {} : { before }) }), true),
          expected,
        );
        assert.deepEqual(
          walk((after = 0) => ({ limit, after }), false),
          expected,
        );
      }),
    );
  });
});
