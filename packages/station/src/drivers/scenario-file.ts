import { isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import type { JsonObject } from '../core/json.ts';
import { boolean, number, object, optional, parse, text } from './shape.ts';
import type { Shape } from './shape.ts';
import { checkAction } from './simulator/actions.ts';

/** A story for the simulator: what is done when. */
export interface Scenario {
  readonly name: string;
  /** Begin again after the last step, until it is stopped. */
  readonly loop: boolean;
  readonly steps: readonly ScenarioStep[];
}

/** One step; `dueSeconds` counts from the beginning of the story. */
export interface ScenarioStep {
  readonly dueSeconds: number;
  readonly action: JsonObject;
  /** Where it stands in the file. */
  readonly line: number;
}

interface Head {
  readonly name?: string;
  readonly loop?: boolean;
}

interface StepTime {
  readonly at?: number;
  readonly after?: number;
}

const headShape: Shape<Head> = object({ name: optional(text(1, 200)), loop: optional(boolean()) });
const timeShape: Shape<StepTime> = object({ at: optional(number(0)), after: optional(number(0)) });

/**
 * Reads a scenario in YAML or JSON: a list of steps, or `{name, loop, steps}`. A step is `{at: seconds | after: seconds, do: action, …}`;
 * `at` counts from the beginning, `after` from the step before (default 0). Throws `config.invalid` with file and line.
 */
export function parseScenario(source: string, fileName: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const lineOf = (node: unknown): number => lines.linePos(rangeOf(node)).line;
  const fail = (line: number, problem: string): KerbsideError =>
    new KerbsideError('config.invalid', `${fileName}:${line}: ${problem}`);
  const [error] = document.errors;
  if (error !== undefined)
    throw fail(lines.linePos(error.pos[0]).line, error.message.split('\n')[0] ?? 'cannot be read');
  const root: unknown = document.contents;
  const list = isMap(root) ? root.get('steps', true) : root;
  if (!isSeq(list) || list.items.length === 0)
    throw fail(lineOf(root), 'expected a list of steps, or {name, loop, steps}');
  const head: Head = isMap(root) ? located(() => readHead(root.toJS(document)), lineOf(root), fail) : {};
  let beforeSeconds = 0;
  const steps = list.items.map((item) => {
    const line = lineOf(item);
    const value: unknown = isMap(item) ? item.toJS(document) : undefined;
    const step = located(() => readStep(value, beforeSeconds), line, fail);
    beforeSeconds = step.dueSeconds;
    return { ...step, line };
  });
  return { name: head.name ?? fileName, loop: head.loop ?? false, steps };
}

function readHead(value: unknown): Head {
  if (isRecord(value)) refuseOthers(value, ['name', 'loop', 'steps'], 'a scenario');
  return parse(headShape, value, { code: 'config.invalid', what: 'the scenario' });
}

function readStep(value: unknown, beforeSeconds: number): Omit<ScenarioStep, 'line'> {
  if (!isRecord(value))
    throw new KerbsideError('config.invalid', 'expected a step such as {after: 5, do: plug, evse: 1}');
  const { at, after } = parse(timeShape, value, { code: 'config.invalid', what: 'the step' });
  if (at !== undefined && after !== undefined)
    throw new KerbsideError('config.invalid', 'give "at" or "after", not both');
  const dueSeconds = at ?? beforeSeconds + (after ?? 0);
  if (dueSeconds < beforeSeconds) {
    throw new KerbsideError(
      'config.invalid',
      `it is due at ${dueSeconds} s, before the step above it (${beforeSeconds} s)`,
    );
  }
  if (typeof value['do'] !== 'string')
    throw new KerbsideError('config.invalid', 'no action is named; for example do: plug');
  const { at: _at, after: _after, do: name, ...parameters } = value;
  // YAML's core schema makes JSON only; what is in it, `checkAction` looks at.
  const action = { action: name, ...parameters } as JsonObject;
  checkAction(action);
  return { dueSeconds, action };
}

function refuseOthers(value: Record<string, unknown>, known: readonly string[], what: string): void {
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other !== undefined) {
    throw new KerbsideError('config.invalid', `${what} knows no "${other}"; it takes ${known.join(', ')}`);
  }
}

function located<T>(read: () => T, line: number, fail: (line: number, problem: string) => KerbsideError): T {
  try {
    return read();
  } catch (error) {
    throw fail(line, messageOf(error));
  }
}

function rangeOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
