import type { Json } from '../core/json.ts';

/**
 * What the code behind the API gives back, as JSON says it: what is undefined is left out, sets and maps do not occur. It is
 * the only way for typed data into an answer, and the types of the ports guarantee that nothing gets lost in it.
 */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value) ?? 'null') as Json;
}
