import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { createSeededRandom } from '../core/random.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import { parseScenario } from './scenario-file.ts';
import { playScenario } from './scenario-player.ts';
import { createSimulator } from './simulator/simulator.ts';

describe('a scenario file', () => {
  it('counts "at" from the beginning and "after" from the step before', () => {
    const source =
      '- {do: plug, evse: 1}\n- {after: 2, do: card, uid: X}\n- {at: 10, do: pause, evse: 1}\n- {after: 0.5, do: state}\n';
    const scenario = parseScenario(source, 'story.yaml');
    assert.deepEqual(
      scenario.steps.map((step) => [step.line, step.dueSeconds, step.action]),
      [
        [1, 0, { action: 'plug', evse: 1 }],
        [2, 2, { action: 'card', uid: 'X' }],
        [3, 10, { action: 'pause', evse: 1 }],
        [4, 10.5, { action: 'state' }],
      ],
    );
    assert.deepEqual([scenario.name, scenario.loop], ['story.yaml', false]);
  });

  it('may be JSON, with name and loop', () => {
    const scenario = parseScenario('{"name":"n","loop":true,"steps":[{"do":"state"}]}', 'story.json');
    assert.deepEqual([scenario.name, scenario.loop, scenario.steps.length], ['n', true, 1]);
  });

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /^f:1: expected a list of steps/],
    ['[]', /^f:1: expected a list/],
    ['name: x\nsteps: 3', /^f:1: expected a list/],
    ['- {do: plug, evse: 1}\n- [unclosed', /^f:2: /],
    ['- {do: plug, evse: 1}\n- {do: dance}', /^f:2: unknown action "dance"; known are plug/],
    ['- {do: state}\n\n- {do: card, uid: 12}', /^f:3: .*uid is 12; expected text/],
    ['- {evse: 1}', /^f:1: no action is named/],
    ['- 7', /^f:1: expected a step/],
    ['- {at: 1, after: 1, do: state}', /^f:1: give "at" or "after", not both/],
    ['- {at: -1, do: state}', /^f:1: the step: at is -1; expected a number from 0/],
    ['- {at: 5, do: state}\n- {at: 4, do: state}', /^f:2: it is due at 4 s, before the step above it \(5 s\)/],
    ['speed: 3\nsteps:\n  - {do: state}', /^f:1: a scenario knows no "speed"; it takes name, loop, steps/],
  ];
  for (const [source, message] of bad) {
    it(`is refused with its line: ${JSON.stringify(source).slice(0, 50)}`, () => {
      assert.throws(() => parseScenario(source, 'f'), { code: 'config.invalid', message });
    });
  }
});

describe('the player of scenarios', () => {
  it('does each step at its time, tells refusals and goes on', async () => {
    const time = new VirtualTime();
    const told: unknown[] = [];
    const scenario = parseScenario('- {at: 1, do: pause, evse: 1}\n- {at: 60, do: state}', 'f');
    const done: number[] = [];
    const playing = playScenario(
      {
        scenario,
        time,
        simulate: async ({ action }) => {
          done.push(time.monotonicMs());
          if (action === 'pause') throw new Error('no vehicle');
          return {};
        },
        onStep: (step, problem) => told.push([step.line, problem]),
      },
      new AbortController().signal,
    );
    await time.advance(60_000);
    await playing;
    assert.deepEqual(done, [1_000, 60_000]);
    assert.deepEqual(told, [
      [1, 'no vehicle'],
      [2, null],
    ]);
    assert.equal(time.pendingTimers, 0);
  });

  it('plays the demo, twice and without a refusal, until it is stopped', async () => {
    const file = join(import.meta.dirname, '../../scenarios/demo.yaml');
    const scenario = parseScenario(readFileSync(file, 'utf8'), 'demo.yaml');
    const time = new VirtualTime();
    const simulator = createSimulator({ time, random: createSeededRandom('demo') });
    const problems: (string | null)[] = [];
    const controller = new AbortController();
    const simulate = simulator.simulate.bind(simulator);
    const playing = playScenario(
      { scenario, time, simulate, onStep: (_, problem) => problems.push(problem) },
      controller.signal,
    );
    await time.advance(2 * 540_000);
    assert.deepEqual(
      problems,
      Array.from({ length: 2 * scenario.steps.length }, () => null),
    );
    controller.abort();
    await playing;
    assert.equal(time.pendingTimers, 0);
  });
});
