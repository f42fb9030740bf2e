import { isRecord } from '../../core/json.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { commandLimitsMs } from '../../evse/command-limits.ts';
import type { HardwareCommand } from '../../evse/hardware.ts';
import {
  evseReadingShape,
  hardwareCommandShape,
  hardwareDescriptionShape,
  hardwareEventShape,
  hardwareFaultShape,
  meterBoundaryShape,
  meterReadingShape,
  meterStateShape,
  signedRecordsShape,
} from '../hardware-shapes.ts';
import type { Shape } from '../shape.ts';
import {
  answerShapes,
  driverMethods,
  driverNotifications,
  errorDataShape,
  protocolVersion,
} from './driver-protocol.ts';
import type { DriverMethod, MethodRow } from './driver-protocol.ts';

/** The parts of the contract that have a name of their own in the schema. */
const named: Readonly<Record<string, Shape<unknown>>> = {
  Description: hardwareDescriptionShape,
  EvseState: evseReadingShape,
  Fault: hardwareFaultShape,
  Command: hardwareCommandShape,
  Event: hardwareEventShape,
  MeterReading: meterReadingShape,
  MeterBoundary: meterBoundaryShape,
  MeterState: meterStateShape,
  SignedRecords: signedRecordsShape,
};

/**
 * The protocol between station and driver as JSON Schema, made from the shapes that the code checks with. `StationToDriver` and
 * `DriverToStation` are what one line may be. What a result holds depends on its request: `startResult`, `readMeterResult` …
 */
export function driverSchema(): JsonObject {
  const definitions = Object.entries(named).map(([name, { schema }]) => [name, withRefs(schema, name)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Kerbside driver protocol ${protocolVersion}`,
    description: 'One message of JSON-RPC 2.0 a line, in UTF-8, over a Unix socket at which the driver listens.',
    anyOf: [ref('StationToDriver'), ref('DriverToStation')],
    $defs: {
      ...Object.fromEntries(definitions),
      ...messages(),
      ...results(),
    },
  };
}

function messages(): JsonObject {
  const methods = Object.keys(driverMethods) as readonly DriverMethod[];
  const told = (by: 'station' | 'driver'): readonly Json[] =>
    Object.entries(driverNotifications)
      .filter(([, row]) => row.by === by || row.by === 'both')
      .map(([method, row]) => notification(method, row));
  return {
    Id: { type: ['integer', 'string'] },
    StationToDriver: { oneOf: [...methods.map((method) => request(method)), ...told('station'), ref('Refusal')] },
    DriverToStation: { oneOf: [...told('driver'), ref('Result'), ref('Refusal')] },
    Result: message({ id: ref('Id'), result: { type: 'object' } }),
    Refusal: message({
      id: { anyOf: [ref('Id'), { type: 'null' }] },
      error: {
        type: 'object',
        properties: {
          code: { type: 'integer' },
          message: { type: 'string', minLength: 1 },
          data: errorDataShape.schema,
        },
        required: ['code', 'message'],
      },
    }),
  };
}

function request(method: DriverMethod): JsonObject {
  const { params, description } = driverMethods[method];
  return {
    ...message({ id: ref('Id'), method: { const: method }, params: withRefs(params.schema, null) }),
    description,
  };
}

function notification(
  method: string,
  { params, description }: { params: Shape<unknown>; description: string },
): JsonObject {
  const body = message({ method: { const: method }, params: withRefs(params.schema, null) });
  return { ...body, not: { required: ['id'] }, description };
}

function message(properties: JsonObject): JsonObject {
  return {
    type: 'object',
    properties: { jsonrpc: { const: '2.0' }, ...properties },
    required: ['jsonrpc', ...Object.keys(properties)],
  };
}

function results(): JsonObject {
  const methods = Object.entries(driverMethods)
    .filter(([method]) => method !== 'command' && method !== 'start')
    .map(([method, { result }]: [string, MethodRow]) => [`${method}Result`, result.schema]);
  const commands = Object.entries(commandLimitsMs).map(([type, limitMs]) => [
    `${type}Result`,
    {
      ...withRefs(answerShapes[type as HardwareCommand['type']]?.schema ?? { type: 'object' }, null),
      description: `due within ${limitMs / 1_000} s`,
    },
  ]);
  const start = { allOf: [withRefs(driverMethods.start.result.schema, null), ref('Description')] };
  return { startResult: start, ...Object.fromEntries([...methods, ...commands]) };
}

function ref(name: string): JsonObject {
  return { $ref: `#/$defs/${name}` };
}

/** Replaces the schemas of named shapes by references to them, except the one that is being defined. */
function withRefs(schema: JsonObject, defining: string | null): JsonObject {
  const replaced = replace(schema, defining);
  return isObject(replaced) ? replaced : {};
}

function replace(value: Json, defining: string | null): Json {
  if (isList(value)) return value.map((each) => replace(each, null));
  if (!isObject(value)) return value;
  const name = Object.keys(named).find((each) => named[each]?.schema === value);
  if (name !== undefined && name !== defining) return ref(name);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replace(each, null)]));
}

function isObject(value: Json): value is JsonObject {
  return isRecord(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
