import { KerbsideError, messageOf } from '../core/errors.ts';
import { parse } from '../drivers/shape.ts';
import type { Shape } from '../drivers/shape.ts';
import type { Reply } from './refusals.ts';
import { refuse } from './refusals.ts';

/** A checked body, or the refusal that says what is wrong with it. */
export type CheckedBody<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reply: Reply };

/** Checks a body against its shape; a body that was left out counts as an empty object. */
export function checkBody<T>(shape: Shape<T>, body: unknown): CheckedBody<T> {
  try {
    return {
      ok: true,
      value: parse(shape, body ?? {}, { code: 'command.usage', what: 'The request body cannot be used' }),
    };
  } catch (error) {
    if (!(error instanceof KerbsideError)) throw error;
    return { ok: false, reply: refuse('api.badRequest', messageOf(error)) };
  }
}
