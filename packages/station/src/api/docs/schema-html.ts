import { isRecord } from '../../core/json.ts';
import { escapeHtml, htmlTable } from './html.ts';

const refPrefix = '#/components/schemas/';

/** A schema for people: its fields as a table where it has some, otherwise what it is in a line. */
export function schemaHtml(
  schema: Readonly<Record<string, unknown>>,
  headings: readonly [field: string, type: string, text: string],
): string {
  const properties = isRecord(schema['properties']) ? Object.entries(schema['properties']) : [];
  if (properties.length === 0) return `<p>${typeHtml(schema)}</p>`;
  const { required } = schema;
  const rows = properties.map(([name, inner]) => {
    const needed = Array.isArray(required) && required.includes(name);
    const description = isRecord(inner) && typeof inner['description'] === 'string' ? inner['description'] : '';
    return [
      `<code>${escapeHtml(name)}</code>${needed ? '' : ' ?'}`,
      isRecord(inner) ? typeHtml(inner) : '',
      escapeHtml(description),
    ];
  });
  return htmlTable(headings, rows);
}

/** What a value is, in a line: a name of a schema leads to it. */
function typeHtml(schema: Readonly<Record<string, unknown>>): string {
  const { $ref: reference, anyOf, type, items } = schema;
  if (typeof reference === 'string' && reference.startsWith(refPrefix)) {
    const name = escapeHtml(reference.slice(refPrefix.length));
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (Array.isArray(anyOf)) return anyOf.filter(isRecord).map(typeHtml).join(' | ');
  if (type === 'array') return `[ ${isRecord(items) ? typeHtml(items) : '…'} ]`;
  const { properties } = schema;
  if (isRecord(properties)) {
    const names = Object.keys(properties).map((name) => `<code>${escapeHtml(name)}</code>`);
    return `{ ${names.join(', ')} }`;
  }
  return escapeHtml(plainType(schema));
}

function plainType(schema: Readonly<Record<string, unknown>>): string {
  const { enum: words, const: only, type, minimum, maximum } = schema;
  if (Array.isArray(words)) return words.length > 12 ? `one of ${words.length} words` : words.map(wordOf).join(' | ');
  if (only !== undefined) return wordOf(only);
  const bounds = minimum === undefined && maximum === undefined ? '' : ` ${wordOf(minimum)}…${wordOf(maximum)}`;
  return `${Array.isArray(type) ? type.map(String).join(' | ') : typeof type === 'string' ? type : 'any value'}${bounds}`;
}

function wordOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}
