import { isRecord, type Json, type JsonObject } from '@kerbside/station';

/** Whether `value` has everything that `pattern` has; nested objects likewise. */
export function matchesPattern(value: Json | undefined, pattern: Json): boolean {
  if (!isJsonObject(pattern)) return JSON.stringify(value) === JSON.stringify(pattern);
  if (value === undefined || !isJsonObject(value)) return false;
  return Object.entries(pattern).every(([name, wanted]) => matchesPattern(value[name], wanted));
}

/** `base` with the members of `change`; nested objects are merged, null removes a member. */
export function mergePayload(base: JsonObject, change: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...base };
  for (const [name, value] of Object.entries(change)) {
    const old = merged[name];
    if (value === null) delete merged[name];
    else
      merged[name] = isJsonObject(value) && old !== undefined && isJsonObject(old) ? mergePayload(old, value) : value;
  }
  return merged;
}

function isJsonObject(value: Json): value is JsonObject {
  return isRecord(value);
}
