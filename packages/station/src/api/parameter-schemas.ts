import { catalogue, parameterIds } from '../params/catalogue.ts';
import type { ParameterRow, ValueRule } from '../params/row.ts';
import type { JsonSchema } from './schemas.ts';

const outcomeKinds = ['accepted', 'staged', 'restartRequired', 'unchanged', 'rejected', 'unknown'];

/** The schemas that follow from the catalogue. */
export function parameterSchemas(): JsonSchema {
  const values = Object.fromEntries(parameterIds.map((id) => [id, valueSchema(catalogue[id])]));
  const writable = parameterIds.filter((id) => catalogue[id].effect !== 'fixed' && catalogue[id].scope !== 'process');
  return {
    ParameterId: { enum: parameterIds, description: 'Wherever one is wanted, the OCPP key will do as well.' },
    ParameterChanges: {
      type: 'object',
      properties: Object.fromEntries(writable.map((id) => [id, values[id] ?? {}])),
      additionalProperties: {
        description:
          'OCPP keys, individual ones with the number of a connector (`_2`), and BackendUrl for protocol, host, port and path together.',
      },
      minProperties: 1,
    },
    ...fixedSchemas,
    ParameterExport: exportSchema(values),
  };
}

const provenanceSchema: JsonSchema = {
  type: 'object',
  properties: {
    layer: { enum: ['computed', 'pinned', 'staged', 'stored', 'default', 'factory'] },
    value: { type: 'string' },
    where: { type: 'string' },
    atMs: { type: 'integer' },
    inForce: { type: 'boolean' },
  },
  required: ['layer', 'value', 'where', 'inForce'],
};

const viewSchema: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string', description: 'A ParameterId, or one with the number of a connector, such as `_2`.' },
    connector: {
      type: ['integer', 'null'],
      description: 'Whose value it is, where each connector has its own.',
    },
    key: { type: ['string', 'null'], description: 'The OCPP 1.6 key.' },
    category: { type: 'string', description: 'The part of the id before the dot.' },
    range: {
      type: 'object',
      description: 'What it may be, in words.',
      properties: { en: { type: 'string' }, de: { type: 'string' } },
      required: ['en', 'de'],
    },
    environment: { type: 'string', description: 'The environment variable that pins it.' },
    row: { type: 'object', description: 'Its row of the catalogue: texts, rule, unit, effect, roles.' },
    value: { type: 'string', description: 'As it is set; a secret is masked.' },
    effective: { type: 'string', description: 'In force; differs where `value` is a word such as auto.' },
    default: { type: 'string' },
    provenance: { type: 'array', items: { $ref: '#/components/schemas/Provenance' } },
    pending: {
      type: ['object', 'null'],
      properties: { value: { type: 'string' }, until: { enum: ['restart', 'apply'] } },
    },
    writable: { type: 'boolean' },
    notWritableBecause: { type: 'string' },
  },
  required: [
    'id',
    'connector',
    'key',
    'category',
    'range',
    'environment',
    'row',
    'value',
    'effective',
    'default',
    'provenance',
    'pending',
    'writable',
    'notWritableBecause',
  ],
};

const fixedSchemas: JsonSchema = {
  ParameterView: viewSchema,
  Provenance: provenanceSchema,
  ChangeOutcome: {
    type: 'object',
    properties: {
      kind: { enum: outcomeKinds },
      id: { type: 'string' },
      name: { type: 'string' },
      as: { enum: ['accepted', 'staged', 'restartRequired'] },
      warning: { type: 'string' },
      reason: { type: 'string' },
    },
    required: ['kind'],
  },
  ImportOutcome: {
    type: 'object',
    properties: {
      kind: { enum: ['applied', 'unchanged', 'refused', 'unknown'] },
      name: { type: 'string' },
      id: { type: 'string' },
      warning: { type: 'string' },
      reason: { type: 'string' },
    },
    required: ['kind', 'name'],
  },
  Difference: {
    type: 'object',
    properties: {
      id: { type: 'string' },
      key: { type: ['string', 'null'] },
      from: { type: ['string', 'null'] },
      to: { type: ['string', 'null'] },
    },
    required: ['id', 'key', 'from', 'to'],
  },
  HistoryEntry: {
    type: 'object',
    properties: {
      number: { type: 'integer' },
      atMs: { type: 'integer', description: 'Milliseconds since 1970.' },
      id: { type: 'string' },
      who: { type: 'string' },
      source: { type: 'string' },
      old: { type: 'string' },
      new: { type: 'string' },
    },
    required: ['number', 'atMs', 'id', 'who', 'source', 'old', 'new'],
  },
};

function exportSchema(values: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: {
      format: { const: 'kerbside.parameters' },
      version: { const: 1 },
      parameters: { type: 'object', properties: values },
      secretsLeftOut: {
        type: 'array',
        items: { type: 'string' },
        description: 'Secrets that are set and not in the file.',
      },
    },
    required: ['format', 'version', 'parameters', 'secretsLeftOut'],
  };
}

function valueSchema(row: ParameterRow): JsonSchema {
  const description = [row.purpose.en, row.info.en, row.unit === undefined ? '' : `Unit: ${row.unit}.`].filter(
    (part) => part !== '',
  );
  const shown: JsonSchema = { title: row.label.en, description: description.join(' ') };
  // A secret's default would not help anybody; none is told here either.
  return {
    ...shown,
    ...ruleSchema(row.rule),
    ...(row.secret === true ? { writeOnly: true } : { default: row.default }),
  };
}

function ruleSchema(rule: ValueRule): JsonSchema {
  switch (rule.type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer': {
      const range = { type: 'integer', minimum: rule.min, maximum: rule.max } as const;
      const words = [...(rule.allowed ?? []), ...(rule.also ?? [])];
      return words.length === 0 ? range : { anyOf: [range, { enum: words }] };
    }
    case 'choice':
      return { type: 'string', enum: rule.values };
    case 'text':
      return { type: 'string', minLength: rule.minLength, maxLength: rule.maxLength };
    case 'list':
      return { type: 'array', items: { enum: rule.values }, maxItems: rule.maxItems };
    case 'measurands':
      return { type: 'array', items: { type: 'string' }, maxItems: rule.maxItems };
  }
}
