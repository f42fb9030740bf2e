import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { allows, chooseTurn, type CallClass, type Turn, type TurnView } from './call-priority.ts';

const nothing: TurnView = {
  level: 'all',
  waiting: new Set(),
  status: false,
  queue: null,
  overtakes: 0,
  overtakenMs: 0,
};
const everything: readonly CallClass[] = ['heartbeat', 'triggered', 'authorize', 'boot'];

const cases: readonly (readonly [
  name: string,
  view: Partial<TurnView> & { readonly classes?: readonly CallClass[] },
  turn: Turn,
])[] = [
  ['nothing waits', {}, null],
  ['everything waits', { classes: everything, status: true, queue: 'transaction' }, 'boot'],
  [
    'after the boot',
    { classes: ['heartbeat', 'triggered', 'authorize'], status: true, queue: 'transaction' },
    'authorize',
  ],
  [
    'a driver waits before a trigger',
    { classes: ['heartbeat', 'triggered'], status: true, queue: 'transaction' },
    'triggered',
  ],
  ['a heartbeat before a status', { classes: ['heartbeat'], status: true, queue: 'transaction' }, 'heartbeat'],
  ['a status may overtake the queue', { status: true, queue: 'transaction' }, 'status'],
  ['the queue when nothing else waits', { queue: 'event' }, 'queue'],
  [
    'not accepted yet',
    { level: 'bootOnly', classes: ['authorize', 'triggered'], status: true, queue: 'transaction' },
    null,
  ],
  ['pending', { level: 'triggeredOnly', classes: ['authorize', 'triggered'], status: true }, 'triggered'],
  ['rejected', { level: 'nothing', classes: everything, status: true }, null],
  ['overtaken too often', { classes: ['authorize'], queue: 'transaction', overtakes: 64 }, 'queue'],
  [
    'overtaken for too long',
    { classes: ['authorize'], status: true, queue: 'transaction', overtakes: 1, overtakenMs: 10_000 },
    'queue',
  ],
  [
    'the boot overtakes all the same',
    { classes: ['boot'], queue: 'transaction', overtakes: 99, overtakenMs: 99_000 },
    'boot',
  ],
  [
    'events may be overtaken',
    { classes: ['authorize'], queue: 'event', overtakes: 99, overtakenMs: 99_000 },
    'authorize',
  ],
];

void describe('whose turn it is (Q-01, B-02 … B-05)', () => {
  for (const [name, { classes = [], ...view }, turn] of cases) {
    void it(`${name}: ${turn ?? 'nobody’s'}`, () => {
      assert.equal(chooseTurn({ ...nothing, ...view, waiting: new Set(classes) }), turn);
    });
  }

  void it('a level lets through what the registration allows', () => {
    assert.deepEqual(
      everything.filter((each) => allows('triggeredOnly', each)),
      ['triggered', 'boot'],
    );
    assert.deepEqual(
      everything.filter((each) => allows('nothing', each)),
      [],
    );
  });
});
