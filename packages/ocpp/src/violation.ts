import type { OcppErrorCode } from './errors.ts';
import type { SchemaError } from './payload-validator.ts';
import type { Violation } from './protocol.ts';

/** The rules of the schemas, each with the error code that breaking it means (T-15) and the words for it. */
const rules: Readonly<
  Record<string, { readonly code: OcppErrorCode; problem(params: SchemaError['params']): string }>
> = {
  type: { code: 'TypeConstraintViolation', problem: ({ type }) => `Must be of type ${String(type)}.` },
  required: {
    code: 'OccurrenceConstraintViolation',
    problem: ({ missingProperty }) => `The member ${String(missingProperty)} is missing.`,
  },
  minItems: {
    code: 'OccurrenceConstraintViolation',
    problem: ({ limit }) => `Must have at least ${String(limit)} elements.`,
  },
  maxItems: {
    code: 'OccurrenceConstraintViolation',
    problem: ({ limit }) => `Must have at most ${String(limit)} elements.`,
  },
  enum: {
    code: 'PropertyConstraintViolation',
    problem: ({ allowedValues }) =>
      `Must be one of ${Array.isArray(allowedValues) ? allowedValues.join(', ') : 'the known values'}.`,
  },
  maxLength: {
    code: 'PropertyConstraintViolation',
    problem: ({ limit }) => `Must have at most ${String(limit)} characters.`,
  },
  format: { code: 'PropertyConstraintViolation', problem: ({ format }) => `Must be a valid ${String(format)}.` },
  minimum: { code: 'PropertyConstraintViolation', problem: ({ limit }) => `Must not be below ${String(limit)}.` },
  maximum: { code: 'PropertyConstraintViolation', problem: ({ limit }) => `Must not be above ${String(limit)}.` },
  multipleOf: {
    code: 'PropertyConstraintViolation',
    problem: ({ multipleOf }) => `Must be a multiple of ${String(multipleOf)}.`,
  },
  additionalProperties: {
    code: 'FormatViolation',
    problem: ({ additionalProperty }) => `The member ${shortened(String(additionalProperty))} is unknown.`,
  },
};

const rootType: Pick<Violation, 'code' | 'problem'> = {
  code: 'FormatViolation',
  problem: 'The payload must be an object.',
};

/** A member name that a peer made up is quoted no longer than this, in UTF-16 units. */
const maxNameLength = 50;

/**
 * Sums up what is wrong with a payload as one violation (T-15): the first broken rule names it, but an unknown member only
 * when nothing else is wrong, so that `onlyAdditionalProperties` can be trusted.
 */
export function violationOf(errors: readonly SchemaError[]): Violation | undefined {
  const grave = errors.find(({ keyword }) => keyword !== 'additionalProperties');
  const error = grave ?? errors[0];
  if (error === undefined) return undefined;
  const { instancePath: path, keyword, params } = error;
  return { ...judge(path, keyword, params), path, onlyAdditionalProperties: grave === undefined };
}

function judge(path: string, keyword: string, params: SchemaError['params']): Pick<Violation, 'code' | 'problem'> {
  if (path === '' && keyword === 'type') return rootType;
  const rule = rules[keyword];
  return rule === undefined
    ? { code: 'FormatViolation', problem: `Breaks the rule ${keyword} of the schema.` }
    : { code: rule.code, problem: rule.problem(params) };
}

function shortened(name: string): string {
  return name.length <= maxNameLength ? name : `${name.slice(0, maxNameLength).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
