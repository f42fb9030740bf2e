import assert from 'node:assert/strict';
import { test } from 'node:test';

import { redactFrame } from './redact.ts';

const secret = 'feedc0defeedc0defeedc0defeedc0de';
const withSecret: readonly (readonly [string, string])[] = [
  ['a request', JSON.stringify([2, 'i', 'ChangeConfiguration', { key: 'AuthorizationKey', value: secret }])],
  ['another letter case', JSON.stringify([2, 'i', 'ChangeConfiguration', { key: 'authorizationKEY', value: secret }])],
  [
    'an answer',
    JSON.stringify([3, 'i', { configurationKey: [{ key: 'AuthorizationKey', readonly: false, value: secret }] }]),
  ],
  ['spaces between', `[2, "i", "ChangeConfiguration", { "value" : "${secret}", "key" : "AuthorizationKey" }]`],
  ['escaped letters', `[2,"i","ChangeConfiguration",{"key":"Authorization\\u004bey","value":"${secret}"}]`],
  ['a value of a wrong type', `[2,"i","ChangeConfiguration",{"key":"AuthorizationKey","value":["${secret}"]}]`],
  ['text that is no JSON', `[2,"i","ChangeConfiguration",{"key":"AuthorizationKey","value":"${secret}"`],
];

for (const [name, text] of withSecret) {
  test(`a secret is masked: ${name} (S-03)`, () => {
    const redacted = redactFrame(text);
    assert.ok(!redacted.includes(secret), redacted);
    assert.match(redacted, /\*\*\*/);
  });
}

for (const address of [`ftp://logs:${secret}@example.com/in`, `https://a%40b:p@${secret}@example.com`]) {
  test(`the password in ${address.slice(0, 5)}… is masked, whatever the JSON looks like (F-03)`, () => {
    const text = JSON.stringify([2, 'i', 'GetLog', { log: { remoteLocation: address } }]);
    for (const frame of [text, text.replaceAll('/', '\\/'), text.replaceAll('@', '\\u0040')]) {
      const redacted = redactFrame(frame);
      assert.ok(!redacted.includes(secret), redacted);
      assert.match(redacted, /\*\*\*@example\.com/);
    }
  });
}

test('a private key that somebody sends for a certificate is masked', () => {
  const pem = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`;
  const redacted = redactFrame(JSON.stringify([2, 'i', 'InstallCertificate', { certificate: pem }]));
  assert.ok(!redacted.includes(secret), redacted);
});

test('the rest of a frame with a secret stays', () => {
  const keys = [
    { key: 'HeartbeatInterval', readonly: false, value: '300' },
    { key: 'AuthorizationKey', readonly: false, value: secret },
  ];
  const masked = [keys[0], { ...keys[1], value: '***' }];
  assert.deepEqual(JSON.parse(redactFrame(JSON.stringify([3, 'i', { configurationKey: keys }]))), [
    3,
    'i',
    { configurationKey: masked },
  ]);
});

test('a frame without a secret stays as it was, to the byte', () => {
  const texts = [
    '[3,"i",{ "status" : "Accepted" }]',
    '[2,"i","DataTransfer",{"vendorId":"x","data":"gr\\u00fcn 1.0e3"}]',
    '[2,"i","DataTransfer",{"vendorId":"x","data":1.0,"more":"\\u00fc"}]',
    '[2,"i","GetConfiguration",{"key":["AuthorizationKey"]}]',
    '[2,"i","GetLog",{"remoteLocation":"https:\\/\\/example.com\\/a?b=c@d"}]',
    'no json \\u0041',
    '',
  ];
  for (const text of texts) assert.equal(redactFrame(text), text);
});
