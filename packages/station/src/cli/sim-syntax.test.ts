import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { JsonObject } from '../core/json.ts';
import { checkAction } from '../drivers/simulator/actions.ts';
import { actionTable } from '../drivers/simulator/action-table.ts';
import type { OptionValues } from './command.ts';
import { commandOf, readAction } from './sim-syntax.ts';

const cases: readonly (readonly [string, OptionValues, JsonObject])[] = [
  ['plug 1', {}, { action: 'plug', evse: 1 }],
  ['plug 1', { soc: '40', ready: 'off' }, { action: 'plug', evse: 1, soc: 40, ready: false }],
  ['unplug 1', { force: 'yes' }, { action: 'unplug', evse: 1, force: true }],
  ['card 04AABBCC', { evse: '1' }, { action: 'card', uid: '04AABBCC', evse: 1 }],
  ['card 12345678', {}, { action: 'card', uid: '12345678' }],
  ['card 12345678 2', {}, { action: 'card', uid: '12345678', evse: 2 }],
  ['fault 1 groundFailure on', {}, { action: 'fault', evse: 1, fault: 'groundFailure', active: true }],
  ['fault weakSignal off', {}, { action: 'fault', fault: 'weakSignal', active: false }],
  ['usb on', {}, { action: 'usb', active: true }],
  ['usb 1 off', {}, { action: 'usb', evse: 1, active: false }],
  ['meter 1 fail', {}, { action: 'meter', evse: 1, mode: 'fail' }],
  ['meter 1 slow', { 'delay-seconds': '30' }, { action: 'meter', evse: 1, mode: 'slow', delaySeconds: 30 }],
  ['draw 1 8.5', {}, { action: 'draw', evse: 1, amps: 8.5 }],
  ['draw 1 null', {}, { action: 'draw', evse: 1, amps: null }],
  ['lock-jam 1 on', {}, { action: 'lockJam', evse: 1, active: true }],
  ['lockJam 1 on', {}, { action: 'lockJam', evse: 1, active: true }],
  ['link down', {}, { action: 'link', up: false }],
  ['link up', {}, { action: 'link', up: true }],
  ['power-cycle', {}, { action: 'powerCycle' }],
  ['state', {}, { action: 'state' }],
  ['state 2', {}, { action: 'state', evse: 2 }],
];

const refusals: readonly (readonly [string, OptionValues, RegExp])[] = [
  ['', {}, /No action is named\. Known are: plug, unplug/],
  ['plgu 1', {}, /There is no action "plgu"/],
  ['plug one', {}, /evse cannot be "one"; it is a whole number .* kerbside sim plug EVSE/],
  ['plug 1 2', {}, /too many values/],
  ['plug 1', { amps: '3' }, /--amps does not belong to it/],
  ['plug 1', { evse: '1' }, /evse is given twice/],
  ['meter 1 broken', {}, /mode cannot be "broken"; it is one of ok, fail, silent, slow/],
];

describe('the words of kerbside sim', () => {
  for (const [line, options, action] of cases) {
    it(`"${line}" ${JSON.stringify(options)} means ${JSON.stringify(action)}`, () => {
      assert.deepEqual(readAction(line.split(' '), options), action);
      checkAction(action);
    });
  }

  for (const [line, options, problem] of refusals) {
    it(`"${line}" ${JSON.stringify(options)} is refused`, () => {
      const words = line === '' ? [] : line.split(' ');
      assert.throws(() => readAction(words, options), { code: 'command.usage', message: problem });
    });
  }

  it('of each example in the help mean the example of the table', () => {
    for (const [name, row] of Object.entries(actionTable)) {
      const parts = commandOf(name, row).match(/"[^"]*"|\S+/g) ?? [];
      const options: Record<string, string> = {};
      const words: string[] = [];
      for (let index = 0; index < parts.length; index++) {
        const part = (parts[index] ?? '').replaceAll('"', '');
        if (part.startsWith('--')) options[part.slice(2)] = parts[++index] ?? '';
        else words.push(part);
      }
      assert.deepEqual(readAction(words, options), row.example);
    }
  });
});
