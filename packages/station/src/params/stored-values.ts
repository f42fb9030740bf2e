import type { Json } from '../core/json.ts';
import { isTrialId } from './layers.ts';
import { fromDocument, type StoredValue } from './stored-value.ts';
import { parameterOf, readValueId, type ValueId } from './value-id.ts';

/** What the store holds of parameters. */
export interface StoredValues {
  readonly values: ReadonlyMap<ValueId, StoredValue>;
  /** The names under which something lies that this version cannot use: it stays there, and does not count. */
  readonly unusable: readonly string[];
}

/** Documents that are no values begin with this. */
const ownMark = '#';
const nothing: ReadonlyMap<ValueId, StoredValue> = new Map();
const none: readonly string[] = [];

/** Reads the values out of the documents of a station. */
export function readStoredValues(documents: ReadonlyMap<string, Json>): StoredValues {
  const values = new Map<ValueId, StoredValue>();
  const unusable: string[] = [];
  for (const [key, document] of documents) {
    if (key.startsWith(ownMark)) continue;
    const id = readValueId(key);
    if (id !== undefined && isTrialId(id)) continue;
    const value = id === undefined ? undefined : fromDocument(parameterOf(id), document);
    if (id === undefined || value === undefined) unusable.push(key);
    else values.set(id, value);
  }
  return {
    values: values.size === 0 ? nothing : values,
    unusable: unusable.length === 0 ? none : unusable,
  };
}
