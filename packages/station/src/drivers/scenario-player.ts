import { KerbsideError, messageOf } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Time } from '../core/time.ts';
import type { Scenario, ScenarioStep } from './scenario-file.ts';
import { wait } from './wait.ts';

/** What a player needs. */
export interface ScenarioPlayerOptions {
  readonly scenario: Scenario;
  readonly time: Time;
  readonly simulate: (action: JsonObject) => Promise<JsonObject>;
  /** Overrides what the file says. */
  readonly loop?: boolean;
  /** Told after each step; `problem` is what it was refused for, or null. A refused step does not end the story. */
  readonly onStep?: (step: ScenarioStep, problem: string | null) => void;
}

/** Between two rounds of a looping story, so that one without any delay does not keep the process busy. */
const LEAST_ROUND_SECONDS = 1;

/** Plays a scenario; resolves when it is over or `signal` is aborted. */
export async function playScenario(options: ScenarioPlayerOptions, signal: AbortSignal): Promise<void> {
  const { scenario, time } = options;
  const loop = options.loop ?? scenario.loop;
  const lastSeconds = scenario.steps.at(-1)?.dueSeconds ?? 0;
  let roundMs = time.monotonicMs();
  for (;;) {
    for (const step of scenario.steps) {
      if (!(await reached(time, roundMs + step.dueSeconds * 1000, signal))) return;
      options.onStep?.(step, await play(options, step));
    }
    roundMs += Math.max(LEAST_ROUND_SECONDS, lastSeconds) * 1000;
    if (!loop || !(await reached(time, roundMs, signal))) return;
  }
}

async function play(options: ScenarioPlayerOptions, step: ScenarioStep): Promise<string | null> {
  try {
    await options.simulate(step.action);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Waits for a moment; false when it was given up. */
async function reached(time: Time, dueMs: number, signal: AbortSignal): Promise<boolean> {
  const stopped = new KerbsideError('simulator.refused', 'the scenario was stopped');
  try {
    await wait(time, Math.max(0, dueMs - time.monotonicMs()), [{ signal, error: () => stopped }]);
    return true;
  } catch (error) {
    if (error === stopped) return false;
    throw error;
  }
}
