import type { Json, JsonObject } from '../core/json.ts';
import type { OptionalField, Shape } from '../drivers/shape.ts';
import { actionTable } from '../drivers/simulator/action-table.ts';
import type { JsonSchema } from './schemas.ts';

/** An action of the simulator as the API describes it. */
export interface ActionSchema {
  readonly action: string;
  readonly description: string;
  readonly example: JsonObject;
  readonly schema: JsonSchema;
}

/** Shapes are checks, not descriptions: what a shape takes is found by offering it samples. */
const samples: readonly (readonly [string, readonly Json[]])[] = [
  ['boolean', [true]],
  ['number', [0.5, 10.5]],
  ['integer', [0, 1, 10]],
  ['string', ['x']],
  ['null', [null]],
];

/** Every action, made from the simulator's own table. */
export const actionSchemas: readonly ActionSchema[] = Object.entries(actionTable).map(([action, row]) => {
  const fields = Object.entries(row.parameters);
  const properties = Object.fromEntries(
    fields.map(([name, { field, description }]) => [
      name,
      { ...typeOf(shapeOf(field)), description: explain(field, description) },
    ]),
  );
  const required = fields.filter(([, { field }]) => !('optional' in field)).map(([name]) => name);
  const schema: JsonSchema = {
    type: 'object',
    title: action,
    description: row.description,
    properties: { action: { const: action }, ...properties },
    required: ['action', ...required],
    additionalProperties: false,
    examples: [row.example],
  };
  return { action, description: row.description, example: row.example, schema };
});

/** The shape of a field, be it optional or not. */
export function shapeOf(field: Shape<unknown> | OptionalField<unknown>): Shape<unknown> {
  return 'optional' in field ? field.optional : field;
}

/** True when a shape takes a value. */
export function fits(shape: Shape<unknown>, value: unknown): boolean {
  try {
    shape.check(value, '');
    return true;
  } catch {
    return false;
  }
}

function explain(field: Shape<unknown> | OptionalField<unknown>, description: string): string {
  return `${description}: ${shapeOf(field).expects}`;
}

function typeOf(shape: Shape<unknown>): JsonSchema {
  const words = /^one of (.+)$/.exec(shape.expects)?.[1]?.split(', ');
  if (words !== undefined) return { enum: words.map((word) => (fits(shape, word) ? word : Number(word))) };
  const taken = samples.filter(([, values]) => values.some((value) => fits(shape, value))).map(([type]) => type);
  const types = taken.includes('number') ? taken.filter((type) => type !== 'integer') : taken;
  const [first] = types;
  return first === undefined ? {} : { type: types.length === 1 ? first : types };
}
