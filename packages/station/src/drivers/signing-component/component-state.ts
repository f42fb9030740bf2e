import { existsSync, readFileSync } from 'node:fs';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { integer, listOf, nullable, number, object, oneOf, parse, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { ledgerFields, storedKeyShape } from '../signing/ledger-shapes.ts';
import type { MeterRecord } from '../signing/transaction-ledger.ts';
import { replaceFile } from '../whole-file.ts';
import type { Lock, SigningPoint } from './signing-point.ts';

/** Everything that a component keeps, as plain JSON. Private keys are in it. */
export interface ComponentState {
  readonly version: 1;
  readonly points: readonly SigningPoint[];
  /** Every time that somebody locked a point anew; only grows. */
  readonly relocks: readonly Relock[];
  /** What was signed for meters that are not there any more. */
  readonly former: readonly FormerPoint[];
}

/** A point was locked anew. */
export interface Relock {
  /** Counts from 1 and is never used again. */
  readonly number: number;
  readonly evse: number;
  /** As the operating system believes; for information. */
  readonly wallMs: number;
  readonly reason: string;
  /** What had been wrong. */
  readonly problem: string;
  readonly before: Lock;
  readonly after: Lock;
}

/** A point whose meter was exchanged. */
export interface FormerPoint {
  readonly evse: number;
  readonly lock: Lock;
  readonly records: readonly MeterRecord[];
}

/** A component that was never started. */
export const newComponentState: ComponentState = { version: 1, points: [], relocks: [], former: [] };

const lockShape: Shape<Lock> = object({ serial: text(1, 200), checksum: text(1, 500) });
const { records, ...countedFields } = ledgerFields;

const stateShape: Shape<ComponentState> = object({
  version: oneOf([1]),
  points: listOf(
    object({
      evse: integer(1, 9_999),
      lock: lockShape,
      key: storedKeyShape,
      highestWh: nullable(number(0)),
      failure: nullable(text()),
      ...countedFields,
      records,
    }),
  ),
  relocks: listOf(
    object({
      number: integer(1),
      evse: integer(1, 9_999),
      wallMs: number(),
      reason: text(1),
      problem: text(),
      before: lockShape,
      after: lockShape,
    }),
  ),
  former: listOf(object({ evse: integer(1, 9_999), lock: lockShape, records: records.optional })),
});

/** Reads the state of an earlier run; a new one without a file. Throws `config.invalid` for a file that cannot be used: a component never begins anew by itself. */
export function readComponentState(path: string): ComponentState {
  if (!existsSync(path)) return newComponentState;
  try {
    const what = 'the state of the component cannot be used';
    return parse(stateShape, JSON.parse(readFileSync(path, 'utf8')), { code: 'config.invalid', what });
  } catch (error) {
    const problem = `${path} holds no state of a signing component (${messageOf(error)}); restore it, keys and records are in it`;
    throw new KerbsideError('config.invalid', problem, { cause: error });
  }
}

/** Replaces the state as a whole; it is on disk when this returns. */
export function writeComponentState(path: string, state: ComponentState): void {
  replaceFile(path, JSON.stringify(state), { durable: true });
}
