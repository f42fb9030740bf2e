import { OcmfError } from './ocmf-error.ts';

/** A JSON value whose numbers keep the text that they were written as: `2935.600` is not `2935.6` to a verifier. */
export type LosslessJson = string | boolean | null | NumberText | readonly LosslessJson[] | LosslessObject;

/** An object of such values. */
export interface LosslessObject {
  readonly [key: string]: LosslessJson;
}

/** A number as it was written. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Reads JSON without losing how its numbers are written.
 * @param what names the text in errors
 * @throws OcmfError when it is no JSON object, or names a field twice: who reads the first would see another record than who
 * reads the last
 */
export function readLossless(text: string, what: string): LosslessObject {
  let value: LosslessJson;
  try {
    value = JSON.parse(text, keepNumbers) as LosslessJson;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OcmfError(`The ${what} is no JSON: ${reason}.`);
  }
  if (!isObject(value)) throw new OcmfError(`The ${what} is no JSON object.`);
  const twice = repeatedKey(text);
  if (twice !== null) throw new OcmfError(`The ${what} names ${twice} twice, so that it says two things.`);
  return value;
}

/** Whether a value is an object, and no list or number. */
export function isObject(value: LosslessJson | undefined): value is LosslessObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

/** The text of a value that is a word, a number or a truth value; null for anything else. */
export function textOf(value: LosslessJson | undefined): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return value instanceof NumberText ? value.text : null;
}

function keepNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value;
}

/** The first key that an object of this valid JSON has twice; JSON.parse would silently take the last. */
function repeatedKey(json: string): string | null {
  const keysOfOpen: (Set<string> | null)[] = [];
  let isKeyNext = false;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (token === '{' || token === '[') keysOfOpen.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') keysOfOpen.pop();
    const keys = keysOfOpen.at(-1) ?? null;
    if (token.startsWith('"') && isKeyNext && keys !== null) {
      const key = String(JSON.parse(token));
      if (keys.has(key)) return key;
      keys.add(key);
    }
    isKeyNext = token === '{' || (token === ',' && keys !== null);
  }
  return null;
}
