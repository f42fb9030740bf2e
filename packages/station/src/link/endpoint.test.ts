import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { buildUrl } from './endpoint.ts';
import type { EndpointParts } from './endpoint.ts';

const base: EndpointParts = { protocol: 'wss', host: 'csms.example', port: null, path: 'ocpp', identity: 'CP1' };

describe('the endpoint URL', () => {
  const table: readonly { name: string; parts: Partial<EndpointParts>; url: string }[] = [
    { name: 'joins host, path and identity', parts: {}, url: 'wss://csms.example/ocpp/CP1' },
    { name: 'needs no path', parts: { path: '' }, url: 'wss://csms.example/CP1' },
    { name: 'takes a lone slash for no path', parts: { path: '/' }, url: 'wss://csms.example/CP1' },
    { name: 'has one slash whatever was typed', parts: { path: '//a/b///' }, url: 'wss://csms.example/a/b/CP1' },
    { name: 'trims what was pasted', parts: { host: ' csms.example ', path: ' /a ' }, url: 'wss://csms.example/a/CP1' },
    {
      name: 'keeps the query behind the identity',
      parts: { path: '/a/?k=v&x=%2F' },
      url: 'wss://csms.example/a/CP1?k=v&x=%2F',
    },
    { name: 'keeps a query without a path', parts: { path: '?k=v' }, url: 'wss://csms.example/CP1?k=v' },
    { name: 'drops an empty query', parts: { path: 'a?' }, url: 'wss://csms.example/a/CP1' },
    { name: 'encodes a path typed with a space', parts: { path: 'my path' }, url: 'wss://csms.example/my%20path/CP1' },
    { name: 'leaves an encoded path alone', parts: { path: 'my%20path' }, url: 'wss://csms.example/my%20path/CP1' },
    { name: 'leaves out port 443 of wss', parts: { port: 443 }, url: 'wss://csms.example/ocpp/CP1' },
    { name: 'leaves out port 80 of ws', parts: { protocol: 'ws', port: 80 }, url: 'ws://csms.example/ocpp/CP1' },
    { name: 'names port 80 of wss', parts: { port: 80 }, url: 'wss://csms.example:80/ocpp/CP1' },
    { name: 'names another port', parts: { port: 9000 }, url: 'wss://csms.example:9000/ocpp/CP1' },
    {
      name: 'puts IPv6 into brackets',
      parts: { host: '2001:db8::1', port: 9000 },
      url: 'wss://[2001:db8::1]:9000/ocpp/CP1',
    },
    { name: 'takes IPv6 in brackets too', parts: { host: '[::1]' }, url: 'wss://[::1]/ocpp/CP1' },
    { name: 'takes an IPv4 address', parts: { host: '192.0.2.7' }, url: 'wss://192.0.2.7/ocpp/CP1' },
    {
      name: 'writes an international name in ASCII',
      parts: { host: 'ladesäule.example' },
      url: 'wss://xn--ladesule-4za.example/ocpp/CP1',
    },
    { name: 'encodes a space', parts: { identity: 'RDAM 123' }, url: 'wss://csms.example/ocpp/RDAM%20123' },
    { name: 'encodes a bar', parts: { identity: 'a|b' }, url: 'wss://csms.example/ocpp/a%7Cb' },
    { name: 'encodes a slash', parts: { identity: 'a/b' }, url: 'wss://csms.example/ocpp/a%2Fb' },
    { name: 'encodes an umlaut', parts: { identity: 'ä' }, url: 'wss://csms.example/ocpp/%C3%A4' },
    { name: 'encodes a percent sign', parts: { identity: '50%' }, url: 'wss://csms.example/ocpp/50%25' },
    {
      name: 'does not take an identity for encoded',
      parts: { identity: 'a%20b' },
      url: 'wss://csms.example/ocpp/a%2520b',
    },
    { name: 'encodes # and ?', parts: { identity: 'a#b?c' }, url: 'wss://csms.example/ocpp/a%23b%3Fc' },
  ];
  for (const { name, parts, url } of table) {
    test(name, () => assert.equal(buildUrl({ ...base, ...parts }), url));
  }

  const refusals: readonly { name: string; parts: Partial<EndpointParts>; says: RegExp }[] = [
    { name: 'an empty host', parts: { host: ' ' }, says: /host is empty/ },
    { name: 'a URL as the host', parts: { host: 'wss://csms.example' }, says: /without protocol and path/ },
    { name: 'a host with a user', parts: { host: 'me@csms.example' }, says: /without protocol/ },
    { name: 'a host with a port', parts: { host: 'csms.example:9000' }, says: /holds a port/ },
    { name: 'an impossible address', parts: { host: '1:2:3' }, says: /no host name and no IP address/ },
    { name: 'an impossible host', parts: { host: 'a<b' }, says: /no host name/ },
    { name: 'port 0', parts: { port: 0 }, says: /65535/ },
    { name: 'port 65536', parts: { port: 65_536 }, says: /65535/ },
    { name: 'a fragment', parts: { path: 'a#b' }, says: /fragment/ },
    { name: 'an empty identity', parts: { identity: '' }, says: /identity is empty/ },
    { name: 'an identity that is a dot segment', parts: { identity: '..' }, says: /change the path/ },
    { name: 'an identity of broken Unicode', parts: { identity: '\ud800' }, says: /Unicode/ },
  ];
  for (const { name, parts, says } of refusals) {
    test(`refuses ${name}`, () => {
      assert.throws(() => buildUrl({ ...base, ...parts }), { code: 'endpoint.invalid', message: says });
    });
  }

  test('carries every identity unchanged in the last segment', () => {
    const identities = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 48 });
    fc.assert(
      fc.property(identities, fc.constantFrom('', '/', 'a', '/a/b/', 'a?q=1'), (identity, path) => {
        fc.pre(identity !== '.' && identity !== '..');
        const url = new URL(buildUrl({ ...base, identity, path }));
        assert.equal(decodeURIComponent(url.pathname.split('/').at(-1) ?? ''), identity);
        assert.equal(url.pathname.includes('//'), false);
      }),
      { numRuns: 300 },
    );
  });
});
