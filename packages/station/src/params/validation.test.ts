import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { ParameterId } from './catalogue.ts';
import { parameterIds } from './catalogue.ts';
import type { ParameterValue, TextOrigin } from './row.ts';
import { parseValue } from './validation.ts';
import { sameValue, toText } from './value-text.ts';

const accepted: readonly (readonly [ParameterId, string, ParameterValue, TextOrigin?])[] = [
  ['metering.retransmit', 'TRUE', true],
  ['metering.retransmit', ' False ', false],
  ['metering.retransmit', '1', true],
  ['metering.retransmit', '0', false],
  ['backend.tcpWatchdogTimeout', '0', 0],
  ['backend.tcpWatchdogTimeout', '10', 10],
  ['backend.tcpWatchdogTimeout', ' 060 ', 60],
  ['backend.keepAliveInterval', 'AUTO', 'auto'],
  ['backend.keepAliveInterval', '9999', 9999],
  ['backend.port', '', null],
  ['backend.port', '65535', 65_535],
  ['backend.communicationType', 'OCPP1.6', 'ocpp1.6'],
  ['backend.protocol', 'WSS', 'wss'],
  ['backend.host', 'ocpp.example.com', 'ocpp.example.com'],
  ['backend.host', ' bücher.example ', 'bücher.example'],
  ['backend.host', '192.168.1.10', '192.168.1.10'],
  ['backend.host', '[2001:DB8::1]', '2001:db8::1'],
  ['backend.host', '::1', '::1'],
  ['backend.host', 'host_with_underscore', 'host_with_underscore'],
  ['backend.host', '', ''],
  ['backend.path', '/ocpp16/', '/ocpp16/'],
  ['backend.path', 'a/b?token=1', 'a/b?token=1'],
  ['backend.path', '/ä/%20', '/ä/%20'],
  ['backend.identity', 'RDAM |ü% 1', 'RDAM |ü% 1'],
  ['backend.identity', '🚗'.repeat(48), '🚗'.repeat(48)],
  ['backend.authorizationKey', 'secret words', 'secret words'],
  ['backend.authorizationKey', 'hex:00ff', 'hex:00ff'],
  ['backend.authorizationKey', '00112233445566778899AABBCCDDEEFF', 'hex:00112233445566778899AABBCCDDEEFF', 'backend'],
  ['backend.authorizationKey', '', ''],
  ['backend.proxy', 'proxy.example.com:3128', 'proxy.example.com:3128'],
  ['backend.proxy', '[::1]:8080', '[::1]:8080'],
  ['metering.sampledData', ' soc , Current.Import.l1,SoC,', ['SoC', 'Current.Import.L1']],
  ['metering.sampledData', 'Voltage.L1-N,Voltage.L1-L2', ['Voltage.L1-N', 'Voltage.L1-L2']],
  ['metering.sampledData', '', []],
  ['api.host', '0.0.0.0', '0.0.0.0'],
  ['api.operatorToken', '0123456789abcdef', '0123456789abcdef'],
];

const refused: readonly (readonly [ParameterId, string, RegExp, TextOrigin?])[] = [
  ['metering.retransmit', 'yes', /true or false/],
  ['metering.retransmit', '', /true or false/],
  ['backend.tcpWatchdogTimeout', '9', /0 or 10…86400/],
  ['backend.tcpWatchdogTimeout', '-1', /0 or 10/],
  ['backend.tcpWatchdogTimeout', '1e2', /0 or 10/],
  ['backend.tcpWatchdogTimeout', '60.0', /0 or 10/],
  ['backend.tcpWatchdogTimeout', '0x40', /0 or 10/],
  ['backend.tcpWatchdogTimeout', '', /0 or 10/],
  ['backend.keepAliveInterval', '4', /auto, 0 or 5…9999/],
  ['backend.keepAliveInterval', '-1', /auto/],
  ['backend.communicationType', 'ocpp2.0.1', /not built/],
  ['backend.communicationType', 'ocpp1.6-SOAP', /SOAP/],
  ['backend.communicationType', 'ocpp1.5', /SOAP/],
  ['backend.communicationType', 'modbus', /one of off, ocpp1.6, auto/],
  ['backend.host', 'wss://example.com', /BackendUrl/],
  ['backend.host', 'example.com/path', /special/],
  ['backend.host', 'user@example.com', /special/],
  ['backend.host', 'a b', /special/],
  ['backend.host', 'example.com:443', /IPv6/],
  ['backend.host', '300.1.1.1', /neither/],
  ['backend.host', '1.2.3', /IPv4/],
  ['backend.host', '-a.example', /parts/],
  ['backend.host', `${'a'.repeat(64)}.example`, /parts/],
  ['backend.host', 'a..b', /parts/],
  ['backend.path', '/a/../b', /segments/],
  ['backend.path', '/a#b', /#/],
  ['backend.path', '/%zz', /%/],
  ['backend.path', 'ws://x/y', /BackendUrl/],
  ['backend.path', 'a'.repeat(201), /201/],
  ['backend.identity', 'a'.repeat(49), /49/],
  ['backend.identity', ' a', /space/],
  ['backend.identity', '..', /URL/],
  ['backend.identity', 'a\nb', /control/],
  ['backend.authorizationKey', '', /empty/, 'backend'],
  ['backend.authorizationKey', 'a'.repeat(33), /even/, 'backend'],
  ['backend.authorizationKey', 'a'.repeat(30), /32 to 40/, 'backend'],
  ['backend.authorizationKey', 'a'.repeat(42), /32 to 40/, 'backend'],
  ['backend.authorizationKey', 'g'.repeat(32), /hexadecimal/, 'backend'],
  ['backend.authorizationKey', 'hex:123', /even/],
  ['backend.proxy', 'http://proxy:1', /HOST:PORT/],
  ['backend.proxy', 'proxy:70000', /port/],
  ['metering.sampledData', 'Energy', /not a measurand/],
  ['metering.sampledData', 'SoC.L4', /not a measurand/],
  ['station.vendor', 'a'.repeat(21), /20 characters/],
  ['api.operatorToken', 'short', /16/],
];

void describe('validation', () => {
  for (const [id, text, value, origin] of accepted) {
    void it(`takes "${text}" for ${id}`, () => {
      const parsed = parseValue(id, text, origin ?? 'local');
      assert.deepEqual(parsed, { ok: true, value });
    });
  }
  for (const [id, text, reason, origin] of refused) {
    void it(`refuses "${text.slice(0, 40)}" for ${id}${origin === undefined ? '' : ' from the backend'}`, () => {
      const parsed = parseValue(id, text, origin ?? 'local');
      assert.ok(!parsed.ok);
      assert.match(parsed.reason, reason);
    });
  }

  void it('refuses lists that are too long, in items or in the characters that a key can carry', () => {
    const phases = ['L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N'];
    const items = ['Energy.Reactive.Import.Register', 'Voltage', 'Power.Factor'].flatMap((m) =>
      phases.map((p) => `${m}.${p}`),
    );
    const tooMany = parseValue('metering.sampledData', items.join(','), 'local');
    assert.ok(!tooMany.ok && /At most 20/.test(tooMany.reason));
    const long = [
      'Energy.Reactive.Import.Register',
      'Energy.Reactive.Export.Register',
      'Energy.Active.Export.Register',
    ];
    const tooLong = parseValue(
      'metering.sampledData',
      long.flatMap((m) => phases.slice(0, 6).map((p) => `${m}.${p}`)).join(','),
      'local',
    );
    assert.ok(!tooLong.ok && /500/.test(tooLong.reason));
  });

  void it('never throws, and what it accepts it accepts again in its canonical form', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...parameterIds),
        fc.oneof(fc.string({ unit: 'binary' }), fc.string()),
        fc.boolean(),
        (id, text, backend) => {
          const parsed = parseValue(id, text, backend ? 'backend' : 'local');
          if (!parsed.ok) return;
          const again = parseValue(id, toText(parsed.value), 'local');
          assert.ok(again.ok && sameValue(again.value, parsed.value), `${id} ${JSON.stringify(text)}`);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
