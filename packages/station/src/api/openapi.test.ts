import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { isRecord } from '../core/json.ts';
import { actionTable } from '../drivers/simulator/action-table.ts';
import { parameterIds } from '../params/catalogue.ts';
import { testAccess } from './access/test-access.ts';
import { createApi } from './api.ts';
import { openApiDocument } from './openapi.ts';
import { routes } from './route-table.ts';
import { LiveViews } from './live/live-views.ts';
import { createTestLive } from './live/test-live.ts';
import { pageFiles } from './page/page-files.ts';
import { createTestHost } from './test-host.ts';

const all = routes(openApiDocument);
const document = openApiDocument('1.2.3', all);

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

function everyRef(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(everyRef);
  if (!isRecord(value)) return [];
  const own = typeof value['$ref'] === 'string' ? [value['$ref']] : [];
  return [...own, ...Object.values(value).flatMap(everyRef)];
}

describe('the OpenAPI document', () => {
  it('has the shape of OpenAPI 3.1', () => {
    assert.equal(document['openapi'], '3.1.0');
    assert.ok(isRecord(document['paths']));
    const ids = new Set<unknown>();
    for (const [path, item] of Object.entries(document['paths'])) {
      assert.match(path, /^\/[\w./{}-]*$/);
      assert.ok(isRecord(item));
      for (const [method, operation] of Object.entries(item)) {
        assert.match(method, /^(get|put|post|patch|delete)$/);
        assert.ok(isRecord(operation) && isRecord(operation['responses']));
        for (const status of Object.keys(operation['responses'])) assert.match(status, /^([2-5]\d\d|default)$/);
        for (const response of Object.values(operation['responses']))
          assert.equal(typeof at(response, 'description'), 'string');
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        const described = (Array.isArray(operation['parameters']) ? operation['parameters'] : [])
          .filter((parameter) => at(parameter, 'in') === 'path')
          .map((parameter) => at(parameter, 'name'));
        assert.deepEqual(described.toSorted(), inPath.toSorted(), `${method} ${path}`);
        ids.add(operation['operationId']);
      }
    }
    assert.equal(ids.size, all.length);
  });

  it('names only schemas that it holds', () => {
    for (const reference of everyRef(document)) {
      const path = reference.replace(/^#\//, '').split('/');
      assert.ok(isRecord(at(document, ...path)), reference);
    }
  });

  it('holds every route of the app', async () => {
    const host = await createTestHost();
    const tokens = { operator: 'o', manufacturer: 'm' };
    const live = new LiveViews({ host, source: createTestLive(), after: () => () => undefined });
    const app = createApi({ host, access: testAccess(tokens), live, loopbackOnly: true, onDefect: assert.fail });
    const served = app.routes.filter(
      ({ method, path }) => method !== 'ALL' && !pageFiles.has(path) && !path.startsWith('/docs/'),
    );
    assert.ok(served.length > 0);
    for (const { method, path } of served) {
      const described = path.replaceAll(/:(\w+)/g, '{$1}');
      assert.ok(isRecord(at(document, 'paths', described, method.toLowerCase())), `${method} ${path}`);
    }
  });

  it('holds every parameter and every action', () => {
    const properties = at(
      document,
      'components',
      'schemas',
      'ParameterExport',
      'properties',
      'parameters',
      'properties',
    );
    assert.deepEqual(Object.keys(isRecord(properties) ? properties : {}), [...parameterIds]);
    const path = '/api/v1/stations/{identity}/simulator';
    const actions = at(
      document,
      'paths',
      path,
      'post',
      'requestBody',
      'content',
      'application/json',
      'schema',
      'oneOf',
    );
    const names = (Array.isArray(actions) ? actions : []).map((schema) => at(schema, 'properties', 'action', 'const'));
    assert.deepEqual(names, Object.keys(actionTable));
  });

  it('describes the values of actions by type', () => {
    const path = '/api/v1/stations/{identity}/simulator';
    const actions = at(
      document,
      'paths',
      path,
      'post',
      'requestBody',
      'content',
      'application/json',
      'schema',
      'oneOf',
    );
    const draw = (Array.isArray(actions) ? actions : []).find((schema) => at(schema, 'title') === 'draw');
    assert.deepEqual(at(draw, 'properties', 'evse', 'type'), 'integer');
    assert.deepEqual(at(draw, 'properties', 'amps', 'type'), ['number', 'null']);
    const meter = (Array.isArray(actions) ? actions : []).find((schema) => at(schema, 'title') === 'meter');
    assert.deepEqual(at(meter, 'properties', 'mode', 'enum'), ['ok', 'fail', 'silent', 'slow', 'unsigned']);
  });

  it('tells no default of a secret', () => {
    const values = at(document, 'components', 'schemas', 'ParameterChanges', 'properties');
    const key = at(values, 'backend.authorizationKey');
    assert.equal(at(key, 'writeOnly'), true);
    assert.equal(at(key, 'default'), undefined);
  });
});
