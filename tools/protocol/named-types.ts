import { isDeepStrictEqual } from 'node:util';
import type { MessageSchemas, Schema } from './schema-source.ts';

/** Finds the name of the type that stands at a place in a message; an object or an enumeration without one cannot be generated. */
type TypeNamer = (place: string) => string;

/** The objects and enumerations of a version, each once, by name. */
export type NamedTypes = ReadonlyMap<string, Schema>;

/** Turns a table name → places into a lookup; throws for a place that nothing is named at. */
export function createTypeNamer(table: Readonly<Record<string, readonly string[]>>): TypeNamer {
  const names = new Map(
    Object.entries(table).flatMap(([name, places]) => places.map((place) => [place, name] as const)),
  );
  return (place) => {
    const name = names.get(place);
    if (name === undefined)
      throw new TypeError(`The type at ${place} has no name. Give it one in the version's table.`);
    return name;
  };
}

/**
 * Names every type of every message and puts references in the place of nested definitions. Throws when two types of one name
 * differ, which would make one of them wrong.
 */
export function collectNamedTypes(messages: readonly MessageSchemas[], nameOf: TypeNamer): NamedTypes {
  const types = new Map<string, Schema>();
  for (const { action, request, response } of messages) {
    for (const [name, schema] of [[`${action}Request`, request] as const, [`${action}Response`, response] as const]) {
      for (const [definition, body] of Object.entries(schema.definitions ?? {})) {
        register(types, definition, withReferences(body, definition, types, nameOf));
      }
      register(types, name, withReferences(schema, name, types, nameOf));
    }
  }
  return types;
}

/** The name of the type that a reference points to. */
export function referencedName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** A copy of a type in which nested objects and enumerations are references to types of their own. */
function withReferences(schema: Schema, place: string, types: Map<string, Schema>, nameOf: TypeNamer): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([member, value]) => [member, extracted(value, `${place}/${member}`, types, nameOf)] as const,
  );
  const { definitions: _, ...rest } = schema;
  return schema.properties === undefined ? rest : { ...rest, properties: Object.fromEntries(properties) };
}

function extracted(schema: Schema, place: string, types: Map<string, Schema>, nameOf: TypeNamer): Schema {
  if (schema.items !== undefined) return { ...schema, items: extracted(schema.items, place, types, nameOf) };
  if (schema.type !== 'object' && schema.enum === undefined) return schema;
  const name = nameOf(place);
  register(types, name, withReferences(schema, place, types, nameOf));
  return { $ref: `#/definitions/${name}` };
}

function register(types: Map<string, Schema>, name: string, schema: Schema): void {
  const known = types.get(name);
  if (known !== undefined && !isDeepStrictEqual(normalized(known), normalized(schema))) {
    throw new TypeError(
      `Two different types are called ${name}. Give one of them another name in the version's table.`,
    );
  }
  types.set(name, known ?? schema);
}

/** The order of required members means nothing. */
function normalized(schema: Schema): Schema {
  return schema.required === undefined ? schema : { ...schema, required: schema.required.toSorted() };
}
