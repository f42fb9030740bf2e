import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { statusText } from './status-text.ts';

const transaction = { backendId: null, told: true, startedMs: 0, meterStartWh: 1_000, lastWh: 1_500 };
const shown = (evse: object): string => statusText({ evses: [{ id: 1, status: 'Charging', ...evse }] });

describe('kerbside status', () => {
  it('says that charging is free of charge, and in which mode', () => {
    assert.match(statusText({ freeCharging: 'noOcpp' }), /^ +free +charging is free of charge, mode noOcpp$/m);
    assert.doesNotMatch(statusText({ freeCharging: null }), /free/);
  });

  it('tells a session of which no backend hears from one whose number is not here yet', () => {
    assert.match(shown({ transaction }), /transaction \(id not known yet\), 500 Wh/);
    assert.match(shown({ transaction: { ...transaction, told: false } }), /session told to no backend, 500 Wh/);
  });
});
