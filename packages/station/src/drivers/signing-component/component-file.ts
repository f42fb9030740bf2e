import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { ledgerFields, storedKeyShape } from '../signing/ledger-shapes.ts';
import { integer, listOf, nullable, object, optional, parse, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { MeasuringPoint } from './measuring-point.ts';

/** Meter and component were locked together, for the first time or again; entries are only added. */
export interface LockEntry {
  /** Counts from 1. */
  readonly number: number;
  readonly atMs: number;
  readonly evse: number;
  readonly reason: string;
  readonly serial: string;
  readonly checksum: string;
  readonly publicKey: string;
}

/** All that a component keeps. */
export interface ComponentState {
  readonly points: readonly MeasuringPoint[];
  readonly locks: readonly LockEntry[];
}

const pointShape: Shape<MeasuringPoint> = object({
  ...ledgerFields,
  evse: integer(1),
  serial: text(1, 200),
  checksum: text(1, 500),
  key: storedKeyShape,
  register: nullable(text()),
  spoilt: optional(text()),
});

const lockShape: Shape<LockEntry> = object({
  number: integer(1),
  atMs: integer(0),
  evse: integer(1),
  reason: text(),
  serial: text(),
  checksum: text(),
  publicKey: text(),
});

const stateShape: Shape<ComponentState> = object({
  points: listOf(pointShape, 1_000),
  locks: listOf(lockShape, 1_000_000),
});

const fileShape = object({ format: integer(1, 1), digest: text(64, 64), state: text(2, 1_000_000_000) });

/** A component that was never locked to a meter. */
export const freshComponent: ComponentState = { points: [], locks: [] };

/** Reads the file of an earlier run. Throws `config.invalid` for a file that is damaged: records may never be numbered anew. */
export function readComponentFile(path: string): ComponentState {
  if (!existsSync(path)) return freshComponent;
  try {
    const options = { code: 'config.invalid', what: 'its form cannot be used' } as const;
    const { digest, state } = parse(fileShape, JSON.parse(readFileSync(path, 'utf8')), options);
    if (digest !== digestOf(state)) throw new KerbsideError('config.invalid', 'its digest does not fit its contents');
    return parse(stateShape, JSON.parse(state), options);
  } catch (error) {
    const problem = `${path} holds no state of a signing component (${messageOf(error)}); nothing is signed with it`;
    throw new KerbsideError('config.invalid', problem, { cause: error });
  }
}

/** Replaces the file as a whole; on disk when it returns. Private keys are in it: only its owner may read it. */
export function writeComponentFile(path: string, state: ComponentState): void {
  const text = JSON.stringify(state);
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    const octets = Buffer.from(JSON.stringify({ format: 1, digest: digestOf(text), state: text }));
    for (let done = 0; done < octets.length;) done += writeSync(file, octets, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
