import { parseValue } from './validation.ts';

/** The most stations of one template. */
export const MOST_STATIONS = 20_000;

/** Identities for stations that are made from one template, or why there are none. */
export type IdentitiesResult =
  | { readonly ok: true; readonly identities: readonly string[] }
  | { readonly ok: false; readonly problem: string };

const placeholder = /\{n(?::0(\d))?\}/g;

/**
 * One identity per station: `{n}` stands for its number, `{n:04}` for the number with zeros in front up to that width. Numbers
 * begin with `first`, so that two machines can share one template.
 */
export function identitiesOf(template: string, count: number, first = 1): IdentitiesResult {
  if (!Number.isInteger(count) || count < 1 || count > MOST_STATIONS)
    return refuse(`The number of stations must be a whole number 1…${MOST_STATIONS}.`);
  if (!Number.isInteger(first) || first < 0) return refuse('The first number must be a whole number, 0 or more.');
  if (count > 1 && template.search(placeholder) < 0)
    return refuse(
      `All ${count} stations would have the identity "${template}". Write {n}, or {n:04} for four digits, where the number is to stand.`,
    );
  const identities: string[] = [];
  for (let number = first; number < first + count; number++) {
    const identity = template.replaceAll(placeholder, (_, width?: string) => digits(number, Number(width ?? '0')));
    const parsed = parseValue('backend.identity', identity, 'local');
    if (!parsed.ok || identity === '') return refuse(parsed.ok ? 'The station has no identity.' : parsed.reason);
    identities.push(identity);
  }
  return { ok: true, identities };
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0');
}

function refuse(problem: string): IdentitiesResult {
  return { ok: false, problem };
}
