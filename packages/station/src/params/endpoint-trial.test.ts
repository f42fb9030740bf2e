import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { trialFromDocument, trialToDocument } from './endpoint-trial-document.ts';
import type { EndpointValues, TrialContext, TrialInput, TrialState } from './endpoint-trial.ts';
import {
  initialTrialState,
  leastAttempts,
  quietMs,
  rejectedKeptMs,
  sameEndpoint,
  stagedOf,
  stepTrial,
  trialDueMs,
} from './endpoint-trial.ts';
import type { StoredValue } from './stored-value.ts';

const set = (value: string | number): StoredValue => ({ value, source: 'operator', who: 'test', atMs: 1 });
const host = (name: string): EndpointValues => ({ 'backend.host': set(name) });
const rollbackMs = 900_000;

/** A machine with a clock, as the shell drives it. */
class Machine {
  state: TrialState;
  nowMs = 0;
  quiet = false;
  readonly told: string[] = [];

  constructor(state: TrialState = initialTrialState) {
    this.state = state;
  }

  kind(): TrialState['kind'] {
    return this.state.kind;
  }

  context(): TrialContext {
    return {
      nowMs: this.nowMs,
      wallMs: this.nowMs + 1_000_000,
      rollbackMs,
      quiet: this.quiet,
      connectable: (values) => values['backend.host'] !== undefined && values['backend.host'].value !== '',
    };
  }

  input(...inputs: readonly TrialInput[]): this {
    for (const input of inputs) {
      const { state, effects } = stepTrial(this.state, input, this.context());
      this.state = state;
      this.told.push(...effects.filter((effect) => effect.kind !== 'persist').map((effect) => effect.kind));
    }
    return this;
  }

  advance(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  restart(): this {
    const document: unknown = JSON.parse(JSON.stringify(trialToDocument(this.state, this.nowMs)));
    this.nowMs = 0;
    this.state = trialFromDocument(document, this.nowMs);
    return this;
  }
}

const apply: TrialInput = { type: 'apply', confirmed: false };
const idle: TrialInput = { type: 'idle', idle: true };
const busy: TrialInput = { type: 'idle', idle: false };
const up: TrialInput = { type: 'bearer', up: true };
const down: TrialInput = { type: 'bearer', up: false };
const connected: TrialInput = { type: 'connected' };
const failed: TrialInput = { type: 'attemptFailed' };
const callResult: TrialInput = { type: 'callResult' };
const tick: TrialInput = { type: 'tick' };
const registered = (status: 'accepted' | 'pending' | 'rejected'): TrialInput => ({ type: 'registration', status });

/** A station that works with `old`. */
const working = (): Machine => {
  const machine = new Machine().input(
    up,
    idle,
    { type: 'stage', values: host('old') },
    apply,
    connected,
    registered('accepted'),
  );
  machine.told.length = 0;
  return machine;
};

const trying = (values = host('new')): Machine => {
  const machine = working().input({ type: 'stage', values }, apply);
  machine.told.length = 0;
  return machine;
};

void describe('a new endpoint', () => {
  void it('is staged, and nothing changes before it is applied', () => {
    const machine = working().input({ type: 'stage', values: host('new') });
    assert.equal(machine.kind(), 'staged');
    assert.deepEqual(machine.state.applied, host('old'));
    machine.input(apply);
    assert.equal(machine.kind(), 'trying');
    assert.deepEqual(machine.state.applied, host('new'));
    assert.deepEqual(machine.told, ['applied']);
  });

  void it('that equals the one in force is staged no more', () => {
    const machine = working().input({ type: 'stage', values: host('new') }, { type: 'stage', values: host('old') });
    assert.equal(machine.kind(), 'settled');
  });

  void it('is applied 30 s after the last change when quiet, and not otherwise', () => {
    const machine = working();
    machine.quiet = true;
    machine
      .input({ type: 'stage', values: host('a') })
      .advance(20_000)
      .input({ type: 'stage', values: host('new') });
    assert.equal(trialDueMs(machine.state, machine.context()), 20_000 + quietMs);
    machine.advance(20_000).input(tick);
    assert.equal(machine.kind(), 'staged');
    machine.advance(10_000).input(tick);
    assert.equal(machine.kind(), 'trying');
    const patient = working()
      .input({ type: 'stage', values: host('new') })
      .advance(86_400_000)
      .input(tick);
    assert.equal(patient.kind(), 'staged');
    assert.equal(trialDueMs(patient.state, patient.context()), null);
  });

  void it('with another host or identity waits for transactions, and tells so once', () => {
    const machine = working().input(busy, { type: 'stage', values: host('new') }, apply);
    assert.equal(machine.kind(), 'staged');
    machine.input(busy, tick);
    assert.deepEqual(machine.told, ['waiting']);
    machine.input(idle);
    assert.equal(machine.kind(), 'trying');
  });

  void it('with another path does not wait', () => {
    const values = { ...host('old'), 'backend.path': set('/new') };
    const machine = working().input(busy, { type: 'stage', values }, apply);
    assert.equal(machine.kind(), 'trying');
  });

  void it('does not wait when the operator confirms, nor when there never was a backend', () => {
    const confirmed = working().input(busy, { type: 'stage', values: host('new') }, { type: 'apply', confirmed: true });
    assert.equal(confirmed.kind(), 'trying');
    const first = new Machine().input({ type: 'stage', values: host('first') }, apply);
    assert.equal(first.kind(), 'trying');
  });

  for (const status of ['accepted', 'pending'] as const) {
    void it(`is proven by BootNotification ${status}`, () => {
      const machine = trying().input(connected, callResult);
      assert.equal(machine.kind(), 'trying');
      machine.input(registered(status));
      assert.equal(machine.kind(), 'settled');
      assert.deepEqual(machine.state.good, host('new'));
      assert.deepEqual(machine.told, ['proven']);
    });
  }

  void it('is not proven by answers on the socket of before', () => {
    const machine = trying().input(callResult, registered('accepted'));
    assert.equal(machine.kind(), 'trying');
  });

  void it('gives way to the last good one after the time-out and three attempts', () => {
    const machine = trying()
      .advance(400_000)
      .input(failed)
      .advance(400_000)
      .input(failed)
      .advance(99_999)
      .input(failed);
    assert.equal(machine.kind(), 'trying');
    assert.equal(trialDueMs(machine.state, machine.context()), rollbackMs);
    machine.advance(1).input(tick);
    assert.equal(machine.kind(), 'settled');
    assert.deepEqual(machine.state.applied, host('old'));
    assert.deepEqual(machine.told, ['rolledBack']);
  });

  void it('is not given up with fewer than three complete attempts', () => {
    const machine = trying()
      .advance(5 * rollbackMs)
      .input(failed, tick, failed, tick);
    assert.equal(machine.kind(), 'trying');
    machine.input(failed);
    assert.equal(machine.kind(), 'settled');
  });

  void it('has its time only while the bearer is up', () => {
    const machine = trying()
      .input(failed, failed, failed, down)
      .advance(10 * rollbackMs)
      .input(tick, up);
    assert.equal(machine.kind(), 'trying');
    machine.advance(rollbackMs - 1).input(tick);
    assert.equal(machine.kind(), 'trying');
    machine.advance(1).input(tick);
    assert.equal(machine.kind(), 'settled');
  });

  void it('that answers Rejected is kept 24 h, and proven when it accepts meanwhile', () => {
    const machine = trying().advance(600_000).input(connected, registered('rejected'));
    machine.advance(rejectedKeptMs - 1).input(registered('rejected'), tick);
    assert.equal(machine.kind(), 'trying');
    const accepted = new Machine(machine.state);
    accepted.nowMs = machine.nowMs;
    assert.equal(accepted.input(registered('accepted')).kind(), 'settled');
    machine.advance(1).input(tick);
    assert.deepEqual(machine.state.applied, host('old'));
  });

  void it('is never rolled back without last good settings', () => {
    const machine = new Machine().input(up, { type: 'stage', values: host('first') }, apply);
    machine
      .input(failed, failed, failed, failed)
      .advance(10 * rejectedKeptMs)
      .input(tick, failed);
    assert.equal(machine.kind(), 'trying');
    assert.equal(trialDueMs(machine.state, machine.context()), null);
    machine.input(connected, registered('accepted'));
    assert.deepEqual(machine.state.good, host('first'));
  });

  void it('that switches OCPP off has nothing to prove', () => {
    const machine = trying(host(''));
    assert.equal(machine.kind(), 'settled');
    assert.deepEqual(machine.state.good, host('old'));
  });

  void it('may be corrected while it is tried; the last good settings stay what they were', () => {
    const machine = trying().input({ type: 'stage', values: host('newer') }, apply);
    assert.deepEqual([machine.state.applied, machine.state.good], [host('newer'), host('old')]);
  });

  void it('survives a restart with attempts and counted time, and is proven or rolled back afterwards', () => {
    const machine = trying().advance(500_000).input(failed, failed).restart().input(up).advance(399_999).input(failed);
    assert.equal(machine.kind(), 'trying');
    machine.advance(1).input(tick);
    assert.deepEqual(machine.state.applied, host('old'));
  });

  void it('that waits for transactions still waits after a restart', () => {
    const machine = working()
      .input(busy, { type: 'stage', values: host('new') }, apply)
      .restart();
    assert.equal(machine.kind(), 'staged');
    assert.equal(machine.input(idle).kind(), 'trying');
  });
});

void describe('new credentials', () => {
  const values = { ...host('old'), 'backend.authorizationKey': set('new') } as const;

  void it('that let the station in are what a new endpoint goes back to', () => {
    const machine = working().input({ type: 'credentials', values }, connected);
    machine.input({ type: 'endpoint', values: { ...values, 'backend.protocol': set('wss') } });
    assert.deepEqual(machine.state.good, values);
    const refused = working().input({ type: 'credentials', values });
    refused.input({ type: 'endpoint', values: { ...values, 'backend.protocol': set('wss') } });
    assert.notDeepEqual(refused.state.good, values, 'nobody let it in');
  });

  void it('are kept without a trial where the station logs in with its certificate', () => {
    const machine = working();
    const context = { ...machine.context(), usesPassword: () => false };
    const { state } = stepTrial(machine.state, { type: 'credentials', values }, context);
    assert.equal(state.kind, 'settled');
    assert.deepEqual(state.applied, values);
    assert.deepEqual(state.good?.['backend.authorizationKey'], values['backend.authorizationKey'], 'kept for later');
  });

  void it('count at once and are proven by any answer on a new socket', () => {
    const machine = working().input({ type: 'credentials', values });
    assert.deepEqual(machine.state.applied, values);
    machine.input(callResult);
    assert.equal(machine.kind(), 'trying');
    machine.input(connected, callResult);
    assert.equal(machine.kind(), 'settled');
    assert.deepEqual(machine.state.good, values);
  });

  void it('give way to the old ones when the backend refuses them', () => {
    const machine = working()
      .input({ type: 'credentials', values }, failed, failed, failed)
      .advance(rollbackMs)
      .input(tick);
    assert.deepEqual(machine.state.applied, host('old'));
    assert.deepEqual(machine.told, ['applied', 'rolledBack']);
  });

  void it('of an endpoint on trial leave it on trial as an endpoint', () => {
    const machine = trying().input(
      { type: 'credentials', values: { ...values, ...host('new') } },
      connected,
      callResult,
    );
    assert.equal(machine.kind(), 'trying');
  });
});

void describe('the settings of a new station', () => {
  void it('become the last good ones with the first registration', () => {
    const machine = new Machine().input(connected, registered('accepted'));
    assert.deepEqual(machine.state.good, {});
  });
});

type Command = TrialInput | { readonly type: 'advance'; readonly ms: number } | { readonly type: 'restart' };

const anyValues = fc.record(
  { 'backend.host': fc.constantFrom('', 'a', 'b').map(set), 'backend.path': fc.constantFrom('/x', '/y').map(set) },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<EndpointValues>;

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('stage' as const), values: anyValues }),
  fc.record({ type: fc.constant('credentials' as const), values: anyValues }),
  fc.record({ type: fc.constant('apply' as const), confirmed: fc.boolean() }),
  fc.record({ type: fc.constant('idle' as const), idle: fc.boolean() }),
  fc.record({ type: fc.constant('bearer' as const), up: fc.boolean() }),
  fc.record({
    type: fc.constant('registration' as const),
    status: fc.constantFrom('accepted' as const, 'pending' as const, 'rejected' as const),
  }),
  fc.record({
    type: fc.constant('advance' as const),
    ms: fc.constantFrom(1, 30_000, 300_000, rollbackMs, rejectedKeptMs),
  }),
  ...(['connected', 'attemptFailed', 'attemptFailed', 'callResult', 'tick', 'restart'] as const).map((type) =>
    fc.constant({ type }),
  ),
);

void describe('any sequence of inputs', () => {
  void it('keeps last good settings, never rolls back early, and never moves a busy station unasked', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60 }), fc.boolean(), (commands, quiet) => {
        const machine = new Machine();
        machine.quiet = quiet;
        const model = { upMs: 0, attempts: 0, rejected: false };
        for (const command of commands) runCommand(machine, model, command);
      }),
      { numRuns: 3000 },
    );
  });
});

function runCommand(
  machine: Machine,
  model: { upMs: number; attempts: number; rejected: boolean },
  command: Command,
): void {
  const before = machine.state;
  if (command.type === 'advance') {
    machine.advance(command.ms);
    if (before.bearerUp) model.upMs += command.ms;
    return;
  }
  if (command.type === 'restart') {
    machine.restart();
    assert.deepEqual(
      [machine.kind(), machine.state.applied, machine.state.good],
      [before.kind, before.applied, before.good],
    );
    assert.deepEqual(stagedOf(machine.state)?.values, stagedOf(before)?.values);
    return;
  }
  if (command.type === 'attemptFailed') model.attempts++;
  if (
    command.type === 'registration' &&
    command.status === 'rejected' &&
    before.kind === 'trying' &&
    before.trial.connected
  ) {
    if (!model.rejected) model.upMs = 0;
    model.rejected = true;
  }
  machine.told.length = 0;
  machine.input(command);
  checkStep(before, machine, model, command);
  if (machine.told.includes('applied')) Object.assign(model, { upMs: 0, attempts: 0, rejected: false });
}

function checkStep(
  before: TrialState,
  machine: Machine,
  model: { readonly upMs: number; readonly attempts: number; readonly rejected: boolean },
  command: TrialInput,
): void {
  const after = machine.state;
  if (before.good !== null) assert.notEqual(after.good, null);
  if (!sameEndpoint(before.applied, after.applied)) {
    assert.ok(machine.told.includes('applied') || machine.told.includes('rolledBack'));
  }
  if (machine.told.includes('rolledBack')) {
    assert.deepEqual(after.applied, before.good);
    assert.ok(
      model.rejected ? model.upMs >= rejectedKeptMs : model.attempts >= leastAttempts && model.upMs >= rollbackMs,
    );
  }
  const moved = before.applied['backend.host']?.value !== after.applied['backend.host']?.value;
  if (moved && machine.told.includes('applied') && command.type !== 'credentials' && before.good !== null) {
    const confirmed = stagedOf(before)?.confirmed === true || (command.type === 'apply' && command.confirmed);
    assert.ok(after.idle || confirmed);
  }
  if (after.kind === 'settled' && machine.told.includes('proven')) assert.deepEqual(after.good, after.applied);
}
