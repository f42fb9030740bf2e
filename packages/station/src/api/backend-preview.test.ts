import assert from 'node:assert/strict';
import { it } from 'node:test';

import { previewBackend } from './backend-preview.ts';

const parts = { protocol: 'wss', host: 'csms.example.com', port: null, path: '/ocpp', identity: 'CP-1' } as const;

const rows: readonly {
  readonly of: Partial<Record<keyof typeof parts, unknown>>;
  readonly password?: boolean;
  readonly url: string;
  readonly says: readonly RegExp[];
}[] = [
  { of: {}, url: 'wss://csms.example.com/ocpp/CP-1', says: [] },
  { of: { protocol: 'ws' }, url: 'ws://csms.example.com/ocpp/CP-1', says: [/not encrypted/] },
  {
    of: { protocol: 'ws' },
    password: true,
    url: 'ws://csms.example.com/ocpp/CP-1',
    says: [/not encrypted/, /in clear/],
  },
  {
    of: { protocol: 'ws', port: 443 },
    url: 'ws://csms.example.com:443/ocpp/CP-1',
    says: [/not encrypted/, /Port 443/],
  },
  { of: { port: 80 }, url: 'wss://csms.example.com:80/ocpp/CP-1', says: [/Port 80/] },
  { of: { port: 443 }, url: 'wss://csms.example.com/ocpp/CP-1', says: [] },
  { of: { protocol: 'ws', host: 'localhost' }, url: 'ws://localhost/ocpp/CP-1', says: [/this device itself/] },
  { of: { host: '192.0.2.7' }, url: 'wss://192.0.2.7/ocpp/CP-1', says: [/IP address/] },
  { of: { host: '2001:db8::7' }, url: 'wss://[2001:db8::7]/ocpp/CP-1', says: [/IP address/] },
  { of: { path: '/ocpp/CP-1/' }, url: 'wss://csms.example.com/ocpp/CP-1/CP-1', says: [/twice/] },
  { of: { path: '/ocpp?key=1' }, url: 'wss://csms.example.com/ocpp/CP-1?key=1', says: [/question mark/] },
  { of: { identity: 'CP:1' }, password: true, url: 'wss://csms.example.com/ocpp/CP%3A1', says: [/percent/, /colon/] },
];

for (const { of, password = false, url, says } of rows)
  it(`of ${JSON.stringify(of)} is ${url}, with ${says.length} warnings`, () => {
    const preview = previewBackend({ ...parts, ...of } as Parameters<typeof previewBackend>[0], password);
    assert.equal(preview.url, url);
    assert.equal(preview.warnings.length, says.length, JSON.stringify(preview.warnings));
    for (const [index, pattern] of says.entries()) assert.match(preview.warnings[index]?.en ?? '', pattern);
    for (const { de } of preview.warnings) assert.ok(de.length > 20);
  });
