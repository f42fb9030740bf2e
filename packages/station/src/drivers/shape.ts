import { KerbsideError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import type { JsonObject } from '../core/json.ts';

/** A check of untrusted data that gives back a typed copy; `expects` says in words what it takes, `schema` as JSON Schema. */
export interface Shape<T> {
  readonly expects: string;
  readonly schema: JsonObject;
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

/** The same shape with an explanation for people in its schema. */
export function described<T>(shape: Shape<T>, description: string): Shape<T> {
  return { ...shape, schema: { ...shape.schema, description } };
}

export function optional<T>(shape: Shape<T>): OptionalField<T> {
  return { optional: shape };
}

/** Text of `min` to `max` characters. */
export function text(min = 0, max = 1_000_000): Shape<string> {
  const expects = max >= 1_000_000 ? (min === 0 ? 'text' : 'text, not empty') : `text of ${min} to ${max} characters`;
  const upTo = max >= 1_000_000 ? {} : { maxLength: max };
  return leaf(
    expects,
    { type: 'string', ...(min === 0 ? {} : { minLength: min }), ...upTo },
    (value): value is string => typeof value === 'string' && value.length >= min && value.length <= max,
  );
}

/** A finite number within a range. */
export function number(min: number = -Number.MAX_VALUE, max: number = Number.MAX_VALUE): Shape<number> {
  return leaf(
    `a number${range(min, max)}`,
    { type: 'number', ...bounds(min, max) },
    (value): value is number => isNumber(value) && value >= min && value <= max,
  );
}

/** A whole number within a range. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return leaf(
    `a whole number${range(min, max)}`,
    { type: 'integer', ...bounds(min, max) },
    (value): value is number => Number.isSafeInteger(value) && isNumber(value) && value >= min && value <= max,
  );
}

export function boolean(): Shape<boolean> {
  return leaf('true or false', { type: 'boolean' }, (value): value is boolean => typeof value === 'boolean');
}

/** One of a few values. */
export function oneOf<const V extends string | number | boolean>(values: readonly V[]): Shape<V> {
  return leaf(`one of ${values.join(', ')}`, { enum: values }, (value): value is V =>
    values.some((candidate) => candidate === value),
  );
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    expects: `${shape.expects}, or null`,
    schema: { anyOf: [shape.schema, { type: 'null' }] },
    check: (value, path) => (value === null ? null : shape.check(value, path)),
  };
}

/** A list of at most `max` elements. */
export function listOf<T>(shape: Shape<T>, max = 10_000): Shape<readonly T[]> {
  return {
    expects: `a list of ${shape.expects}`,
    schema: { type: 'array', items: shape.schema, maxItems: max },
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
    schema: objectSchema(fields),
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
    schema: { oneOf: Object.entries(members).map(([name, member]) => withTag(tag, name, member.schema)) },
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

/** Fields that the table does not name are allowed: a newer version may add some. */
function objectSchema(fields: FieldsOf): JsonObject {
  const properties = Object.entries(fields).map(([name, field]) => [
    name,
    'optional' in field ? field.optional.schema : field.schema,
  ]);
  const required = Object.keys(fields).filter((name) => !('optional' in (fields[name] ?? {})));
  return { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 ? { required } : {}) };
}

function withTag(tag: string, name: string, schema: JsonObject): JsonObject {
  const { properties, required = [] } = schema;
  return {
    ...schema,
    properties: { [tag]: { const: name }, ...(isRecord(properties) ? properties : {}) },
    required: [tag, ...(Array.isArray(required) ? required : [])],
  };
}

function leaf<T>(expects: string, schema: JsonObject, fits: (value: unknown) => value is T): Shape<T> {
  return {
    expects,
    schema,
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

function bounds(min: number, max: number): JsonObject {
  return {
    ...(min <= -Number.MAX_SAFE_INTEGER ? {} : { minimum: min }),
    ...(max >= Number.MAX_SAFE_INTEGER ? {} : { maximum: max }),
  };
}

function range(min: number, max: number): string {
  const open = max >= Number.MAX_SAFE_INTEGER;
  if (min <= -Number.MAX_SAFE_INTEGER) return open ? '' : ` up to ${max}`;
  return open ? ` from ${min}` : ` from ${min} to ${max}`;
}
