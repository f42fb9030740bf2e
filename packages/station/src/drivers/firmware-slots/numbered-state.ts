import { createHash } from 'node:crypto';

import { isRecord } from '../../core/json.ts';

/** A state with the number of its writing: of two copies the higher one counts. */
export interface NumberedState<S> {
  readonly number: number;
  readonly state: S;
}

/** The state as a text that knows when it was damaged. */
export function stateText(numbered: NumberedState<unknown>): string {
  const body = JSON.stringify(numbered);
  return JSON.stringify({ digest: digestOf(body), body });
}

/** Reads a state; undefined when it is damaged. */
export function readState<S>(text: string): NumberedState<S> | undefined {
  const outer = parsed(text);
  if (!isRecord(outer) || typeof outer['body'] !== 'string' || outer['digest'] !== digestOf(outer['body']))
    return undefined;
  // The digest vouches for the shape: nobody else writes it.
  return parsed(outer['body']) as NumberedState<S>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
