import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseValue } from './validation.ts';

for (const { id, text, value } of [
  { id: 'backend.bearers', text: ' GSM = wwan* ppp0 ;ethernet=eth0,', value: 'ethernet=eth0; gsm=wwan*,ppp0' },
  {
    id: 'backend.nameServers',
    text: 'gsm=10.0.0.1:5353 [fd00::53]:53, fd00::1',
    value: 'gsm=10.0.0.1:5353,[fd00::53]:53,fd00::1',
  },
  { id: 'backend.nameServers', text: '', value: '' },
] as const) {
  test(`${id} takes “${text}”`, () => {
    assert.deepEqual(parseValue(id, text, 'local'), { ok: true, value });
  });
}

for (const { id, text, reason } of [
  { id: 'backend.bearers', text: 'lan=eth0', reason: /KIND=WORD/ },
  { id: 'backend.bearers', text: 'eth0', reason: /KIND=WORD/ },
  { id: 'backend.bearers', text: 'gsm=ppp0; gsm=ppp1', reason: /twice/ },
  { id: 'backend.bearers', text: 'gsm=(a+)+', reason: /no interface name/ },
  { id: 'backend.nameServers', text: 'gsm=dns.example.com', reason: /no address/ },
  { id: 'backend.nameServers', text: 'gsm=10.0.0.256', reason: /no address/ },
  { id: 'backend.nameServers', text: 'gsm=10.0.0.1:0', reason: /no address/ },
] as const) {
  test(`${id} refuses “${text}”`, () => {
    const parsed = parseValue(id, text, 'local');
    assert.ok(!parsed.ok);
    assert.match(parsed.reason, reason);
  });
}
