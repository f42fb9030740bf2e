import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { passwordBytes } from './basic-password.ts';
import type { RawParameterValues } from './catalogue.ts';
import { factoryDefaults } from './catalogue.ts';
import { checkRules, missingForConnection } from './cross-field.ts';
import type { ValueReader } from './cross-field.ts';
import { joinBackendUrl, splitBackendUrl } from './endpoint-url.ts';
import { readerOf } from './layers.ts';
import type { ChangeSource } from './row.ts';
import { securityProfile } from './security-profile.ts';
import { stretchedWatchdogSeconds, watchdogProblem } from './silence.ts';

const read = (values: Partial<RawParameterValues>): ValueReader =>
  readerOf((id) => ({
    value: values[id] ?? factoryDefaults[id],
    layer: values[id] === undefined ? 'factory' : 'stored',
  }));

const connected = { 'backend.communicationType': 'ocpp1.6', 'backend.host': 'h', 'backend.identity': 'i' } as const;

interface RuleCase {
  readonly title: string;
  readonly next: Partial<RawParameterValues>;
  readonly current?: Partial<RawParameterValues>;
  readonly source?: ChangeSource;
  readonly expect: 'nothing' | RegExp;
  readonly severity?: 'refuse' | 'warn';
}

const cases: readonly RuleCase[] = [
  { title: 'factory defaults break no rule', next: {}, expect: 'nothing' },
  {
    title: 'a colon in the identity is refused with a password',
    next: { 'backend.identity': 'a:b', 'backend.authorizationKey': 'x' },
    expect: /colon/,
    severity: 'refuse',
  },
  { title: 'a colon in the identity is fine without one', next: { 'backend.identity': 'a:b' }, expect: 'nothing' },
  {
    title: 'encoding hex refuses a password that is none',
    next: { 'backend.passwordEncoding': 'hex', 'backend.authorizationKey': 'secret' },
    expect: /hexadecimal/,
    severity: 'refuse',
  },
  {
    title: 'a car cannot begin by itself without an identifier to be billed under',
    next: { 'authorization.inDoubt': 'plugged' },
    expect: /authorization\.inDoubtTag/,
    severity: 'refuse',
  },
  {
    title: 'free charging under a fixed identifier needs one',
    next: { 'authorization.freeCharging': true, 'authorization.freeChargingMode': 'fixedTagWithoutCard' },
    expect: /authorization\.freeChargingTag/,
    severity: 'refuse',
  },
  {
    title: 'while charging is not free the mode may be set before its identifier',
    next: { 'authorization.freeChargingMode': 'fixedTagWithCard' },
    expect: 'nothing',
  },
  {
    title: 'one that cannot be ended by unplugging is warned of',
    next: {
      'authorization.inDoubt': 'plugged',
      'authorization.inDoubtTag': 'DOUBT',
      'charging.stopTransactionOnEVSideDisconnect': false,
    },
    expect: /only the backend could end it/,
    severity: 'warn',
  },
  {
    title: 'the longest redial wait must not be shorter than the first',
    next: { 'backend.backoffMinimum': 400 },
    expect: /longest redial/,
    severity: 'refuse',
  },
  {
    title: 'a short watchdog is warned of, not refused',
    next: { 'backend.tcpWatchdogTimeout': 100 },
    expect: /at least 110 s/,
    severity: 'warn',
  },
  {
    title: 'a watchdog without any traffic is warned of',
    next: { 'backend.keepAliveInterval': 0, 'backend.heartbeatInterval': 0 },
    expect: /neither/,
    severity: 'warn',
  },
  {
    title: 'a keep-alive longer than the attempts is warned of',
    next: { 'backend.keepAliveInterval': 300, 'backend.tcpWatchdogTimeout': 0 },
    expect: /shorter than attempts/,
    severity: 'warn',
  },
  {
    title: 'a path that ends with the identity is warned of',
    next: { 'backend.path': '/a/i/', 'backend.identity': 'i' },
    expect: /twice/,
  },
  {
    title: 'lesser TLS verification is warned of',
    next: { 'backend.tlsVerification': 'encryptOnly' },
    expect: /pose/,
    severity: 'warn',
  },
  {
    title: 'TLS without login counts as profile 0 and is warned of',
    next: connected,
    expect: /does not log in/,
    severity: 'warn',
  },
  {
    title: 'from wss to ws the backend may not go',
    next: { ...connected, 'backend.protocol': 'ws', 'backend.authorizationKey': 'x' },
    current: { ...connected, 'backend.authorizationKey': 'x' },
    source: 'backend',
    expect: /from 2 to 1/,
    severity: 'refuse',
  },
  {
    title: 'nor may the operator take the password away',
    next: connected,
    current: { ...connected, 'backend.authorizationKey': 'x' },
    source: 'operator',
    expect: /from 2 to 0/,
    severity: 'refuse',
  },
  {
    title: 'the manufacturer may',
    next: { ...connected, 'backend.protocol': 'ws' },
    current: { ...connected, 'backend.authorizationKey': 'x' },
    source: 'manufacturer',
    expect: 'nothing',
  },
  {
    title: 'going up needs nobody special',
    next: { ...connected, 'backend.authorizationKey': 'x' },
    current: { ...connected, 'backend.protocol': 'ws' },
    source: 'backend',
    expect: 'nothing',
  },
];

void describe('rules across parameters', () => {
  for (const { title, next, current, source, expect, severity } of cases) {
    void it(title, () => {
      const findings = checkRules({
        next: read(next),
        current: read(current ?? next),
        source: source ?? 'operator',
        hasClientCertificate: false,
      });
      if (expect === 'nothing') {
        assert.deepEqual(findings, []);
        return;
      }
      const found = findings.find((finding) => expect.test(finding.problem));
      assert.ok(found !== undefined, JSON.stringify(findings));
      if (severity !== undefined) assert.equal(found.severity, severity);
    });
  }

  void it('looks only at rules about what is changed', () => {
    const next = read({ 'backend.tcpWatchdogTimeout': 100 });
    const context = { next, current: next, source: 'operator', hasClientCertificate: false } as const;
    assert.equal(checkRules(context, new Set(['metering.retransmit'])).length, 0);
    assert.equal(checkRules(context, new Set(['backend.heartbeatInterval'])).length, 1);
  });

  void it('says what is missing for a connection, only when one is wanted', () => {
    assert.deepEqual(missingForConnection(read({})), []);
    const missing = missingForConnection(read({ 'backend.communicationType': 'auto' }));
    assert.deepEqual(
      missing.map(({ id }) => id),
      ['backend.host', 'backend.identity'],
    );
  });
});

const profile = (protocol: 'ws' | 'wss', hasPassword: boolean, usesClientCertificate: boolean): number =>
  securityProfile({ protocol, hasPassword, usesClientCertificate }).profile;

void describe('derived values', () => {
  void it('derive the security profile', () => {
    assert.deepEqual(
      [
        profile('ws', false, false),
        profile('ws', true, false),
        profile('wss', true, false),
        profile('wss', false, true),
        profile('wss', false, false),
      ],
      [0, 1, 2, 3, 0],
    );
  });

  void it('decode the password by its form and encoding', () => {
    const hex = 'hex:4142';
    assert.equal(passwordBytes('', 'auto'), null);
    assert.deepEqual(passwordBytes('4142', 'auto'), new Uint8Array(Buffer.from('4142')));
    assert.deepEqual(passwordBytes(hex, 'auto'), new Uint8Array(Buffer.from('AB')));
    assert.deepEqual(passwordBytes(hex, 'text'), new Uint8Array(Buffer.from('4142')));
    assert.deepEqual(passwordBytes('4142', 'hex'), new Uint8Array(Buffer.from('AB')));
    assert.deepEqual(passwordBytes('grün', 'auto'), new Uint8Array(Buffer.from('grün')));
  });

  void it('stretch a valid watchdog for the interval of BootNotification, and leave one that was wrong before', () => {
    const facts = { watchdogSeconds: 300, keepAliveSeconds: 0, heartbeatSeconds: 900, communicationTimeoutSeconds: 60 };
    assert.equal(stretchedWatchdogSeconds(facts, 100), 1860);
    assert.equal(stretchedWatchdogSeconds(facts, 900), 300);
    assert.equal(stretchedWatchdogSeconds({ ...facts, keepAliveSeconds: 25 }, 100), 300);
    assert.equal(stretchedWatchdogSeconds({ ...facts, watchdogSeconds: 0 }, 100), 0);
    assert.equal(watchdogProblem({ ...facts, watchdogSeconds: 0 }), undefined);
  });

  void it('split and join the backend address', () => {
    const split = splitBackendUrl('wss://[2001:db8::1]:8443/ocpp/16?x=1');
    assert.ok(split.ok);
    const values = Object.fromEntries(split.changes.map(({ name, value }) => [name, value]));
    assert.deepEqual(values, {
      'backend.protocol': 'wss',
      'backend.host': '[2001:db8::1]',
      'backend.port': '8443',
      'backend.path': '/ocpp/16?x=1',
    });
    assert.equal(
      joinBackendUrl({ protocol: 'wss', host: '2001:db8::1', port: '8443', path: 'ocpp' }),
      'wss://[2001:db8::1]:8443/ocpp',
    );
    assert.equal(joinBackendUrl({ protocol: 'wss', host: '', port: '', path: '' }), '');
    for (const text of ['http://x/', 'ws://u:p@x/', 'ws://', 'x.example/ocpp', 'ws://a b/', 'ws://x/#f'])
      assert.equal(splitBackendUrl(text).ok, false, text);
  });
});
