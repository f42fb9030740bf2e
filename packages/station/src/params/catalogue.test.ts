import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { catalogue, isParameterId, parameterIds } from './catalogue.ts';
import { allNames, didYouMean, environmentName, findParameter } from './names.ts';
import { effectiveValue } from './effective.ts';
import { rowsWithoutScenario } from './row-coverage.ts';
import { parseValue } from './validation.ts';
import { sameValue, toText } from './value-text.ts';

void describe('the catalogue', () => {
  for (const id of parameterIds) {
    void it(`${id} has a default and an example that its own rule accepts`, () => {
      const row = catalogue[id];
      const texts = [toText(row.default), row.example].filter((text) => text !== undefined);
      for (const text of texts) {
        const parsed = parseValue(id, text, 'local');
        assert.ok(parsed.ok, `${text}: ${parsed.ok ? '' : parsed.reason}`);
      }
      const parsed = parseValue(id, toText(row.default), 'local');
      assert.ok(parsed.ok && sameValue(parsed.value, row.default));
    });
    void it(`${id} is explained in English and German`, () => {
      const { label, purpose, info, more } = catalogue[id];
      for (const text of [label, purpose, info, ...(more === undefined ? [] : [more])]) {
        assert.ok(text.en.trim().length > 2 && text.de.trim().length > 2);
      }
    });
  }

  void it('gives every word beside the numbers a number in force', () => {
    for (const id of parameterIds) {
      const { rule } = catalogue[id];
      for (const word of rule.type === 'integer' ? (rule.also ?? []) : []) {
        const value = effectiveValue(id, { value: word, layer: 'stored' }, (other) => ({
          value: catalogue[other].default,
          layer: 'factory',
        }));
        assert.equal(typeof value, 'number', `${id} ${word}`);
      }
    }
  });

  void it('names nothing twice', () => {
    const names = allNames().map((name) => name.toLowerCase());
    assert.equal(new Set(names).size, names.length);
    const variables = parameterIds.map(environmentName);
    assert.equal(new Set(variables).size, variables.length);
    assert.ok(
      variables.every(
        (name) =>
          (!name.startsWith('KERBSIDE_DEFAULT_') && !name.endsWith('_FILE')) || name === 'KERBSIDE_BACKEND_TLS_CA_FILE',
      ),
    );
  });

  void it('has keys that GetConfiguration can carry, and tells the list lengths that it enforces', () => {
    assert.ok(allNames().every((name) => name.length <= 50));
    for (const [list, length] of [
      ['metering.sampledData', 'metering.sampledDataMaxLength'],
      ['metering.stopTxnSampledData', 'metering.stopTxnSampledDataMaxLength'],
      ['metering.alignedData', 'metering.alignedDataMaxLength'],
      ['metering.stopTxnAlignedData', 'metering.stopTxnAlignedDataMaxLength'],
    ] as const) {
      const { rule } = catalogue[list];
      assert.equal(rule.type === 'measurands' ? rule.maxItems : null, catalogue[length].default);
    }
  });

  void it('keeps secrets from the backend: none has a key that can be read', () => {
    const readable = parameterIds.filter((id) => catalogue[id].secret === true && catalogue[id].ocpp16?.access !== 'W');
    assert.ok(readable.every((id) => catalogue[id].ocpp16 === undefined));
  });

  void it('makes environment names from ids', () => {
    assert.equal(environmentName('backend.tcpWatchdogTimeout'), 'KERBSIDE_BACKEND_TCP_WATCHDOG_TIMEOUT');
    assert.equal(
      environmentName('charging.stopTransactionOnEVSideDisconnect'),
      'KERBSIDE_CHARGING_STOP_TRANSACTION_ON_EVSIDE_DISCONNECT',
    );
  });

  void it('finds parameters by id and key in any letter case, and suggests near names', () => {
    assert.deepEqual(findParameter('websocketPINGinterval'), { kind: 'parameter', id: 'backend.keepAliveInterval' });
    assert.deepEqual(findParameter('BACKEND.host'), { kind: 'parameter', id: 'backend.host' });
    assert.deepEqual(findParameter('backendurl'), { kind: 'backendUrl' });
    assert.equal(findParameter('backend.hosst'), undefined);
    assert.equal(didYouMean('backend.hosst', allNames()), 'backend.host');
    assert.equal(didYouMean('HeartBeatIntervall', allNames()), 'HeartbeatInterval');
    assert.equal(didYouMean('completely different', allNames()), undefined);
    assert.equal(isParameterId('BackendHost'), false);
  });

  void it('lists the rows that no scenario is named after', () => {
    const names = parameterIds.filter((id) => id !== 'log.level').map((id) => `${id} does something`);
    assert.deepEqual(rowsWithoutScenario(names), ['log.level']);
  });
});
