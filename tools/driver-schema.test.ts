import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import { driverSchema } from '../packages/station/src/drivers/process/driver-schema.ts';
import { commandLimitsMs } from '../packages/station/src/evse/command-limits.ts';
import { root } from './source-files.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false });
ajv.addSchema(driverSchema(), 'driver');

function validator(definition: string): ValidateFunction {
  const validate = ajv.getSchema(`driver#/$defs/${definition}`);
  assert.ok(validate !== undefined, `the schema has no ${definition}`);
  return validate;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly type?: string };
  readonly result?: unknown;
}

const page = readFileSync(join(root, 'docs/drivers.md'), 'utf8');
const blocks = [...page.matchAll(/```jsonl\n([\s\S]*?)```/g)].map(([, text = '']) => text.trim().split('\n'));

describe('docs/drivers.md', () => {
  it('shows only messages that the schema allows, with results that fit their requests', () => {
    let seen = 0;
    for (const lines of blocks) {
      const asked = new Map<number, string>();
      for (const line of lines) {
        const message = JSON.parse(line.slice(2)) as Message;
        const validate = validator(line.startsWith('→ ') ? 'StationToDriver' : 'DriverToStation');
        assert.ok(validate(message), `${line}\n${ajv.errorsText(validate.errors)}`);
        if (message.id !== undefined && message.method !== undefined) {
          asked.set(message.id, message.method === 'command' ? (message.params?.type ?? '') : message.method);
        }
        if (message.result === undefined) continue;
        const result = validator(`${asked.get(message.id ?? 0) ?? 'nobody asked this: '}Result`);
        assert.ok(result(message.result), `${line}\n${ajv.errorsText(result.errors)}`);
        seen += 1;
      }
    }
    assert.ok(seen > 10, `${seen} results`);
  });

  it('names every command with its time limit, every event and every refusal', () => {
    for (const [type, limitMs] of Object.entries(commandLimitsMs)) {
      const row = page.split('\n').find((line) => line.startsWith('| `') && line.includes(`\`${type}\``)) ?? '';
      assert.match(row, new RegExp(`\\| ${limitMs / 1_000} s \\|`), `${type}: ${row}`);
    }
    const events = JSON.stringify(driverSchema()).matchAll(/"properties":\{"type":\{"const":"(\w+)"\}/g);
    const names = [...events].map(([, name = '']) => name);
    assert.ok(names.length > 15);
    for (const name of names) assert.ok(page.includes(`\`${name}\``), name);
  });
});

describe('the schema of the driver protocol', () => {
  const bad: readonly (readonly [string, unknown])[] = [
    ['StationToDriver', { jsonrpc: '2.0', id: 1, method: 'start', params: {} }],
    ['StationToDriver', { jsonrpc: '2.0', id: 1, method: 'dance', params: {} }],
    ['StationToDriver', { jsonrpc: '2.0', id: 1, method: 'command', params: { type: 'setLimit', evse: 1 } }],
    ['StationToDriver', { id: 1, method: 'stop', params: {} }],
    ['DriverToStation', { jsonrpc: '2.0', method: 'event', params: { type: 'pilot', evse: 1, state: 'Z' } }],
    ['DriverToStation', { jsonrpc: '2.0', id: 1, error: { message: 'no code' } }],
    ['readMeterResult', { energyImportWh: '12' }],
    ['meterStateResult', { serial: '1', publicKey: '', condition: 'good', clock: 'none', wallMs: null }],
    ['readRecordsResult', { records: [{ transaction: 'T', kind: 'middle', signed: {} }] }],
    ['StationToDriver', { jsonrpc: '2.0', id: 1, method: 'command', params: { type: 'setMeterClock', evse: 1 } }],
    ['readStateResult', { pilot: 'A' }],
    ['startResult', { protocol: '1.0' }],
  ];
  for (const [definition, message] of bad) {
    it(`refuses ${JSON.stringify(message)} as ${definition}`, () => {
      assert.equal(validator(definition)(message), false);
    });
  }
});
