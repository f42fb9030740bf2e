import { isRecord } from '../core/json.ts';
import type { JsonObject } from '../core/json.ts';
import { catalogue } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import type { ChangeSource, ParameterValue } from './row.ts';
import { parseValue } from './validation.ts';
import { sameValue, toText } from './value-text.ts';

/** A value that somebody set, as it lies in the store. */
export interface StoredValue {
  readonly value: ParameterValue;
  readonly source: ChangeSource;
  readonly who: string;
  /** Wall ms. */
  readonly atMs: number;
}

const sources: readonly string[] = ['backend', 'operator', 'manufacturer'] satisfies readonly ChangeSource[];

/** The document of a stored value. */
export function toDocument(stored: StoredValue): JsonObject {
  return { value: stored.value, source: stored.source, who: stored.who, atMs: stored.atMs };
}

/** Reads a document back; `undefined` when it is none, or when this version would not take the value (a newer one wrote it). */
export function fromDocument(id: ParameterId, document: unknown): StoredValue | undefined {
  if (!isRecord(document)) return undefined;
  const { value, source, who, atMs } = document;
  if (!isParameterValue(value) || typeof who !== 'string' || typeof atMs !== 'number') return undefined;
  return isChangeSource(source) && isUsable(id, value) ? { value, source, who, atMs } : undefined;
}

function isUsable(id: ParameterId, value: ParameterValue): boolean {
  const parsed = parseValue(id, toText(value), 'local');
  return catalogue[id].effect !== 'fixed' && parsed.ok && sameValue(parsed.value, value);
}

function isChangeSource(source: unknown): source is ChangeSource {
  return typeof source === 'string' && sources.includes(source);
}

/** True for whatever a parameter's value can be. */
export function isParameterValue(value: unknown): value is ParameterValue {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
