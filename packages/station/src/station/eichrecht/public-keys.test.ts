import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ocaPublicKey } from '@kerbside/ocmf';

import type { ParameterReader } from '../../params/parameters.ts';
import { PublicKeys, type MeterKey } from './public-keys.ts';

interface Given {
  readonly transfer?: string;
  readonly format?: string;
  readonly keys: readonly MeterKey[];
}

function keysOf({ transfer = 'oca', format = 'oca', keys }: Given): {
  readonly made: PublicKeys;
  readonly problems: string[];
} {
  const problems: string[] = [];
  const values: Readonly<Record<string, string>> = {
    'eichrecht.publicKeyTransfer': transfer,
    'eichrecht.publicKeyFormat': format,
  };
  const params = { get: (id: string) => values[id] } as unknown as ParameterReader;
  const made = new PublicKeys({ params, keys: () => keys, onProblem: (problem) => problems.push(problem) });
  return { made, problems };
}

const usual: MeterKey = { evse: 2, serial: 'M2', publicKey: '0x30 59 ab' };

test('a key is read by the number of its connector, in the form that is set (E-22, E-23)', () => {
  const hex = keysOf({ keys: [usual], format: 'hex' }).made;
  assert.deepEqual(hex.list(), [{ key: 'MeterPublicKey2', value: '3059ab', readonly: true }]);
  assert.equal(hex.find('METERPUBLICKEY2')?.key, 'MeterPublicKey2');
  assert.deepEqual(
    ['MeterPublicKey0', 'MeterPublicKey1', 'MeterPublicKey', 'MeterPublicKey02'].map((name) => hex.find(name)),
    [null, null, null, null],
  );
  assert.equal(keysOf({ keys: [usual] }).made.find('MeterPublicKey2')?.value, ocaPublicKey('3059ab'));
});

test('a key that does not fit is left out and said once; its shorter form fits (E-23)', () => {
  const long = { ...usual, publicKey: 'ab'.repeat(200) };
  const { made, problems } = keysOf({ keys: [usual, { ...long, evse: 3 }] });
  for (let read = 0; read < 3; read++)
    assert.deepEqual(
      made.list().map(({ key }) => key),
      ['MeterPublicKey2'],
    );
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /^MeterPublicKey3 has more than 500 characters/);
  assert.equal(keysOf({ keys: [long], format: 'hex' }).made.list().length, 1);
});
