import { KerbsideError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';

/** A check of untrusted data that gives back a typed copy; `expects` says in words what it takes. */
export interface Shape<T> {
  readonly expects: string;
  /** Throws a `ShapeProblem` that names `path`. */
  check(value: unknown, path: string): T;
}

/** A field that may be left out. */
export interface OptionalField<T> {
  readonly optional: Shape<T>;
}

type Field = Shape<unknown> | OptionalField<unknown>;
type FieldsOf = { readonly [name: string]: Field };

/** The type that a table of fields describes. */
export type Fields<F extends FieldsOf> = {
  readonly [K in keyof F as F[K] extends Shape<unknown> ? K : never]: F[K] extends Shape<infer T> ? T : never;
} & {
  readonly [K in keyof F as F[K] extends OptionalField<unknown> ? K : never]?: F[K] extends OptionalField<infer T>
    ? T
    : never;
};

type Tagged<Tag extends string, M extends { readonly [name: string]: Shape<unknown> }> = {
  [K in keyof M]: { readonly [P in Tag]: K } & (M[K] extends Shape<infer T> ? T : never);
}[keyof M];

/** Says which part of the data is wrong; turned into a `KerbsideError` by `parse`. */
class ShapeProblem extends Error {
  override readonly name: string = 'ShapeProblem';
}

/** Checks data from outside. Throws a `KerbsideError` of `code` that names the wrong part; `what` names the whole. */
export function parse<T>(shape: Shape<T>, value: unknown, options: { code: ErrorCode; what: string }): T {
  try {
    return shape.check(value, '');
  } catch (problem) {
    if (!(problem instanceof ShapeProblem)) throw problem;
    throw new KerbsideError(options.code, `${options.what}: ${problem.message}`);
  }
}

export function optional<T>(shape: Shape<T>): OptionalField<T> {
  return { optional: shape };
}

/** Text of `min` to `max` characters. */
export function text(min = 0, max = 1_000_000): Shape<string> {
  const expects = max >= 1_000_000 ? (min === 0 ? 'text' : 'text, not empty') : `text of ${min} to ${max} characters`;
  return leaf(
    expects,
    (value): value is string => typeof value === 'string' && value.length >= min && value.length <= max,
  );
}

/** A finite number within a range. */
export function number(min: number = -Number.MAX_VALUE, max: number = Number.MAX_VALUE): Shape<number> {
  return leaf(
    `a number${range(min, max)}`,
    (value): value is number => isNumber(value) && value >= min && value <= max,
  );
}

/** A whole number within a range. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return leaf(
    `a whole number${range(min, max)}`,
    (value): value is number => Number.isSafeInteger(value) && isNumber(value) && value >= min && value <= max,
  );
}

export function boolean(): Shape<boolean> {
  return leaf('true or false', (value): value is boolean => typeof value === 'boolean');
}

/** One of a few values. */
export function oneOf<const V extends string | number>(values: readonly V[]): Shape<V> {
  return leaf(`one of ${values.join(', ')}`, (value): value is V => values.some((candidate) => candidate === value));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    expects: `${shape.expects}, or null`,
    check: (value, path) => (value === null ? null : shape.check(value, path)),
  };
}

/** A list of at most `max` elements. */
export function listOf<T>(shape: Shape<T>, max = 10_000): Shape<readonly T[]> {
  return {
    expects: `a list of ${shape.expects}`,
    check(value, path) {
      if (!Array.isArray(value) || value.length > max) throw wrong(path, 'a list', value);
      return value.map((element: unknown, index) => shape.check(element, `${path}[${index}]`));
    },
  };
}

/** An object with these fields; others are left out of the copy. */
export function object<const F extends FieldsOf>(fields: F): Shape<Fields<F>> {
  return {
    expects: 'an object',
    check(value, path) {
      if (!isRecord(value)) throw wrong(path, 'an object', value);
      const copy: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields)) {
        const inner = path === '' ? name : `${path}.${name}`;
        if (!('optional' in field)) copy[name] = field.check(value[name], inner);
        else if (value[name] !== undefined) copy[name] = field.optional.check(value[name], inner);
      }
      // The loop has just built exactly the fields that the table describes.
      return copy as Fields<F>;
    },
  };
}

/** A union whose members are told apart by the field `tag`. */
export function tagged<Tag extends string, const M extends { readonly [name: string]: Shape<unknown> }>(
  tag: Tag,
  members: M,
): Shape<Tagged<Tag, M>> {
  const names = Object.keys(members).join(', ');
  return {
    expects: `an object whose ${tag} is one of ${names}`,
    check(value, path) {
      if (!isRecord(value)) throw wrong(path, 'an object', value);
      const name = value[tag];
      const member = typeof name === 'string' && Object.hasOwn(members, name) ? members[name] : undefined;
      if (member === undefined) throw wrong(path === '' ? tag : `${path}.${tag}`, `one of ${names}`, name);
      const body = member.check(value, path);
      return { ...(isRecord(body) ? body : {}), [tag]: name } as Tagged<Tag, M>;
    },
  };
}

function leaf<T>(expects: string, fits: (value: unknown) => value is T): Shape<T> {
  return {
    expects,
    check(value, path) {
      if (!fits(value)) throw wrong(path, expects, value);
      return value;
    },
  };
}

function wrong(path: string, expects: string, value: unknown): ShapeProblem {
  const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value)?.slice(0, 60) ?? typeof value}`;
  return new ShapeProblem(`${path === '' ? 'it' : path} ${found}; expected ${expects}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function range(min: number, max: number): string {
  const open = max >= Number.MAX_SAFE_INTEGER;
  if (min <= -Number.MAX_SAFE_INTEGER) return open ? '' : ` up to ${max}`;
  return open ? ` from ${min}` : ` from ${min} to ${max}`;
}
