import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readSettings, withoutIndividual } from './import-file.ts';

test('an export and a plain file of values are both taken', () => {
  const parameters = { 'backend.host': 'csms.example.com' };
  const file = JSON.stringify({ format: 'kerbside.parameters', version: 1, parameters, secretsLeftOut: [] });
  assert.deepEqual(readSettings('a.json', file), { name: 'a.json', parameters });
  assert.deepEqual(readSettings('a.json', JSON.stringify(parameters))?.parameters, parameters);
});

test('what holds no settings is none', () => {
  for (const text of ['', 'hello', '[]', '1', '{}', '{"format":"kerbside.parameters"}'])
    assert.equal(readSettings('a', text), null, text);
});

test('identity, its password, serial numbers and EVSE ids stay with the station they came from', () => {
  const parameters = {
    'backend.identity': 'CP-1',
    'backend.authorizationKey': 'geheim',
    'backend.host': 'csms.example.com',
    'station.serialNumber': '1',
    'station.chargeBoxSerialNumber': '1',
    'eichrecht.evseId': 'DE*1',
    'eichrecht.evseId_2': 'DE*2',
  };
  assert.deepEqual(withoutIndividual({ name: 'a', parameters }).parameters, { 'backend.host': 'csms.example.com' });
});
