import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { OcppErrorCode } from '../errors.ts';
import type { Violation } from '../protocol.ts';
import type { SetChargingProfileRequest } from './generated/types.ts';
import { ocpp16 } from './protocol.ts';

interface Schema {
  readonly $id: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly format?: string;
  readonly multipleOf?: number;
}

const schemasUrl = new URL('../../../../node_modules/ocpp-rpc/lib/schemas/ocpp1_6.json', import.meta.url);
const schemas = JSON.parse(readFileSync(schemasUrl, 'utf8')) as readonly Schema[];

const actionOf = ({ $id }: Schema): string => $id.slice('urn:'.length, $id.lastIndexOf('.'));

function validate(schema: Schema, payload: unknown): Violation | undefined {
  const action = actionOf(schema);
  return schema.$id.endsWith('.req')
    ? ocpp16.validateRequest(action, payload)
    : ocpp16.validateResponse(action, payload);
}

const resolve = (schema: Schema, root: Schema): Schema =>
  schema.$ref === undefined ? schema : (root.definitions?.[schema.$ref.slice('#/definitions/'.length)] ?? schema);

/** A payload with every member that the schema knows, so that every rule can be broken in it. */
function fullPayload(unresolved: Schema, root: Schema): unknown {
  const schema = resolve(unresolved, root);
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties ?? {});
    return Object.fromEntries(members.map(([member, value]) => [member, fullPayload(value, root)]));
  }
  if (schema.type === 'array') return [fullPayload(schema.items ?? schema, root)];
  if (schema.type === 'integer') return 1;
  if (schema.type === 'number') return 0.1;
  if (schema.type === 'boolean') return true;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.format === 'date-time') return '2026-11-22T10:00:00Z';
  return schema.format === 'uri' ? 'ftp://example.com/' : 'x'.repeat(schema.maxLength ?? 5);
}

interface Breach {
  readonly path: string;
  readonly value: unknown;
  readonly code: OcppErrorCode;
  readonly surplus?: true;
  /** Where the violation is told, when that is not `path`. */
  readonly toldAt?: string;
}

/** Every way to break a rule of a schema, with the code it must have (T-15). */
function* breaches(unresolved: Schema, root: Schema, path = ''): Generator<Breach> {
  const schema = resolve(unresolved, root);
  const wrongType = schema.type === 'string' ? 5 : 'text';
  yield { path, value: wrongType, code: path === '' ? 'FormatViolation' : 'TypeConstraintViolation' };
  yield { path, value: null, code: path === '' ? 'FormatViolation' : 'TypeConstraintViolation' };
  if (schema.type === 'integer') yield { path, value: 1.5, code: 'TypeConstraintViolation' };
  if (schema.enum !== undefined) yield { path, value: 'Nonsense', code: 'PropertyConstraintViolation' };
  if (schema.format !== undefined) yield { path, value: 'no such thing', code: 'PropertyConstraintViolation' };
  if (schema.multipleOf !== undefined) yield { path, value: 0.15, code: 'PropertyConstraintViolation' };
  if (schema.minItems !== undefined) yield { path, value: [], code: 'OccurrenceConstraintViolation' };
  if (schema.maxLength !== undefined) {
    yield { path, value: 'x'.repeat(schema.maxLength + 1), code: 'PropertyConstraintViolation' };
  }
  if (schema.type === 'object')
    yield { path: `${path}/surplus`, value: 1, code: 'FormatViolation', surplus: true, toldAt: path };
  for (const member of schema.required ?? []) {
    yield { path: `${path}/${member}`, value: undefined, code: 'OccurrenceConstraintViolation', toldAt: path };
  }
  for (const [member, value] of Object.entries(schema.properties ?? {}))
    yield* breaches(value, root, `${path}/${member}`);
  if (schema.items !== undefined) yield* breaches(schema.items, root, `${path}/0`);
}

function withValueAt(payload: unknown, path: string, value: unknown): unknown {
  if (path === '') return value;
  const copy = structuredClone(payload) as Record<string, unknown>;
  const members = path.slice(1).split('/');
  const last = members.pop() ?? '';
  const parent = members.reduce((object, member) => object[member] as Record<string, unknown>, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

test('all 39 actions have validators for request and response', () => {
  assert.equal(ocpp16.messages.size, 39);
  assert.deepEqual([...new Set(schemas.map(actionOf))].toSorted(), [...ocpp16.messages.keys()].toSorted());
});

test('every rule of every schema is obeyed by a full payload and each breach has its code and place (T-15)', () => {
  let breached = 0;
  for (const schema of schemas) {
    const payload = fullPayload(schema, schema);
    assert.equal(validate(schema, payload), undefined, schema.$id);
    for (const { path, value, code, surplus = false, toldAt = path } of breaches(schema, schema)) {
      const violation = validate(schema, withValueAt(payload, path, value));
      assert.ok(violation !== undefined, `${schema.$id} ${path}`);
      assert.deepEqual(
        { code: violation.code, path: violation.path, surplus: violation.onlyAdditionalProperties },
        { code, path: toldAt, surplus },
        `${schema.$id} ${path} ${JSON.stringify(value)}`,
      );
      assert.notEqual(violation.problem, '');
      breached += 1;
    }
  }
  assert.ok(breached > 1000, `only ${breached} breaches`);
});

test('a surplus member beside a graver violation is not told as the only thing wrong', () => {
  const violation = ocpp16.validateResponse('Heartbeat', { currentTime: 5, surplus: 1 });
  assert.equal(violation?.code, 'TypeConstraintViolation');
  assert.equal(violation.onlyAdditionalProperties, false);
  const surplus = ocpp16.validateResponse('Heartbeat', { currentTime: '2026-11-22T10:00:00Z', a: 1, b: 2 });
  assert.equal(surplus?.onlyAdditionalProperties, true);
});

test('a __proto__ member is surplus like any other', () => {
  const violation = ocpp16.validateRequest('Heartbeat', JSON.parse('{"__proto__":{"a":1}}'));
  assert.equal(violation?.onlyAdditionalProperties, true);
});

test('a surplus member with an endless name is quoted short', () => {
  const violation = ocpp16.validateRequest('Heartbeat', { ['x'.repeat(10_000)]: 1 });
  assert.ok((violation?.problem.length ?? 0) < 100);
});

test('an action that 1.6 does not know is NotImplemented, also when every object has such a member', () => {
  for (const action of ['heartbeat', 'TransactionEvent', 'constructor', '__proto__', '']) {
    assert.equal(ocpp16.validateRequest(action, {})?.code, 'NotImplemented');
    assert.equal(ocpp16.validateResponse(action, {})?.code, 'NotImplemented');
  }
});

test('every limit from 0.0 to 64.0 in steps of 0.1 is accepted, whatever binary fractions make of it', () => {
  for (let tenths = 0; tenths <= 640; tenths += 1) {
    const request: SetChargingProfileRequest = {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: tenths / 10 }],
          minChargingRate: tenths / 10,
        },
      },
    };
    assert.equal(ocpp16.validateRequest('SetChargingProfile', request), undefined, String(tenths / 10));
  }
});

test('date-times are those of RFC 3339 (T-20)', () => {
  const good = [
    '2026-11-22T10:00:00Z',
    '2026-11-22t10:00:00z',
    '2026-11-22T10:00:00.1Z',
    '2026-11-22T10:00:00.123456789+05:30',
    '2026-11-22T23:59:59-00:00',
    '2024-02-29T00:00:00Z',
    '2016-12-31T23:59:60Z',
  ];
  const bad = [
    '',
    '2026-11-22',
    '2026-11-22T10:00:00',
    '2026-11-22 10:00:00Z',
    '2026-11-22T10:00Z',
    '2026-11-22T10:00:00.Z',
    '2026-11-22T10:00:00+0530',
    '2026-11-22T10:00:00+24:00',
    '2026-00-22T10:00:00Z',
    '2026-13-22T10:00:00Z',
    '2026-11-00T10:00:00Z',
    '2026-11-31T10:00:00Z',
    '2026-02-30T10:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T10:60:00Z',
    '2026-11-22T10:00:61Z',
    '2026-11-22T10:00:00Z\n',
    '٢026-11-22T10:00:00Z',
    '1763805600',
  ];
  for (const currentTime of good)
    assert.equal(ocpp16.validateResponse('Heartbeat', { currentTime }), undefined, currentTime);
  for (const currentTime of bad) {
    const violation = ocpp16.validateResponse('Heartbeat', { currentTime });
    assert.equal(violation?.code, 'PropertyConstraintViolation', currentTime);
  }
});

test('locations are URIs with a scheme', () => {
  const good = ['ftp://user:p%40ss@host:21/dir/', 'https://[2001:db8::1]/a?b=c', 'sftp://h/~x', 'mailto:a@b.example'];
  const bad = [
    '',
    'host/path',
    '//host/path',
    'ftp:',
    'ftp://ho st/',
    'ftp://host/%zz',
    'ftp://host/%4',
    '1tp://host/',
  ];
  for (const location of good)
    assert.equal(ocpp16.validateRequest('GetDiagnostics', { location }), undefined, location);
  for (const location of bad) {
    assert.equal(ocpp16.validateRequest('GetDiagnostics', { location })?.code, 'PropertyConstraintViolation', location);
  }
});

test('lengths count characters, not UTF-16 units', () => {
  assert.equal(ocpp16.validateRequest('Authorize', { idTag: '😀'.repeat(20) }), undefined);
  assert.equal(ocpp16.validateRequest('Authorize', { idTag: '😀'.repeat(21) })?.code, 'PropertyConstraintViolation');
  assert.equal(
    ocpp16.validateRequest('Authorize', { idTag: `${'😀'.repeat(19)}xx` })?.code,
    'PropertyConstraintViolation',
  );
});

test('numbers that JSON cannot write are of the wrong type', () => {
  for (const transactionId of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(ocpp16.validateRequest('RemoteStopTransaction', { transactionId })?.code, 'TypeConstraintViolation');
  }
});

test('any integer is a transaction id (X-04)', () => {
  for (const transactionId of [0, -16, 2_147_483_647, Number.MAX_SAFE_INTEGER]) {
    assert.equal(ocpp16.validateRequest('RemoteStopTransaction', { transactionId }), undefined);
  }
});
