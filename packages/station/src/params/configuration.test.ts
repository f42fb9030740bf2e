import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { readConfigurationFile } from './configuration-file.ts';
import { readConfiguration } from './configuration.ts';
import type { Configuration } from './configuration.ts';
import { findOverride } from './overrides.ts';
import { stationsOf } from './station-groups.ts';

const read = (
  environment: Readonly<Record<string, string>>,
  text?: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Configuration> =>
  readConfiguration({
    environment,
    ...(text === undefined ? {} : { file: { name: 'kerbside.yaml', text } }),
    readFile: (path) => {
      const content = files[path];
      if (content === undefined) throw new TypeError(`no ${path}`);
      return content;
    },
    otherNames: ['KERBSIDE_DATA'],
  });

void describe('configuration', () => {
  void it('takes pinned values and defaults from the environment', async () => {
    const { shared, problems, warnings } = await read({
      KERBSIDE_BACKEND_HOST: 'a.example',
      KERBSIDE_DEFAULT_METERING_SAMPLE_INTERVAL: '30',
      KERBSIDE_DATA: '/data',
      PATH: '/bin',
    });
    assert.deepEqual([problems, warnings], [[], []]);
    assert.deepEqual(findOverride(shared, 'pinned', 'backend.host'), {
      value: 'a.example',
      from: 'environment',
      where: 'KERBSIDE_BACKEND_HOST',
    });
    assert.equal(findOverride(shared, 'defaults', 'metering.sampleInterval')?.value, 30);
  });

  void it('reads secrets from files, without the line end', async () => {
    const { shared } = await read({ KERBSIDE_BACKEND_AUTHORIZATION_KEY_FILE: '/run/key' }, undefined, {
      '/run/key': 'secret\n',
    });
    assert.equal(findOverride(shared, 'pinned', 'backend.authorizationKey')?.value, 'secret');
    const missing = await read({ KERBSIDE_BACKEND_AUTHORIZATION_KEY_FILE: '/none' });
    assert.match(missing.problems[0]?.problem ?? '', /cannot be read/);
    const both = { KERBSIDE_API_OPERATOR_TOKEN: 'a'.repeat(16), KERBSIDE_API_OPERATOR_TOKEN_FILE: '/run/key' };
    const twice = await read(both, undefined, { '/run/key': 'b'.repeat(16) });
    assert.match(twice.problems[0]?.problem ?? '', /both set/);
  });

  void it('warns of names that mean nothing and suggests the right one', async () => {
    const { warnings, problems } = await read({ KERBSIDE_BACKEND_HOTS: 'x' });
    assert.deepEqual(problems, []);
    assert.match(warnings[0] ?? '', /Did you mean KERBSIDE_BACKEND_HOST\?/);
  });

  void it('lists what cannot be used and keeps the rest', async () => {
    const { shared, problems } = await read({
      KERBSIDE_BACKEND_PORT: '0',
      KERBSIDE_BACKEND_HOST: 'a.example',
      KERBSIDE_STATION_NUMBER_OF_CONNECTORS: '3',
    });
    assert.deepEqual(
      problems.map(({ where }) => where),
      ['KERBSIDE_BACKEND_PORT', 'KERBSIDE_STATION_NUMBER_OF_CONNECTORS'],
    );
    assert.equal(findOverride(shared, 'pinned', 'backend.host')?.value, 'a.example');
  });

  void it('reads flat and nested names, OCPP keys, lists and values as written', async () => {
    const text = [
      'pinned:',
      '  backend.host: b.example',
      '  backend: { communicationType: off, identity: 0123, port: 8443 }',
      '  HeartbeatInterval: 60',
      '  metering:',
      '    sampledData: [SoC, Voltage]',
      'defaults:',
      '  metering.retransmit: false',
    ].join('\n');
    const { shared, problems } = await read({}, text);
    assert.deepEqual(problems, []);
    const pinned = (id: Parameters<typeof findOverride>[2]): unknown => findOverride(shared, 'pinned', id)?.value;
    assert.deepEqual(
      [
        pinned('backend.communicationType'),
        pinned('backend.identity'),
        pinned('backend.port'),
        pinned('backend.heartbeatInterval'),
      ],
      ['off', '0123', 8443, 60],
    );
    assert.deepEqual(pinned('metering.sampledData'), ['SoC', 'Voltage']);
    assert.deepEqual(findOverride(shared, 'pinned', 'backend.host')?.where, 'kerbside.yaml line 2');
    assert.equal(findOverride(shared, 'defaults', 'metering.retransmit')?.value, false);
  });

  void it('puts the environment before the file and a station before both', async () => {
    const text = [
      'pinned: { backend.host: file.example, backend.path: /file }',
      'stations:',
      '  - identity: A',
      '  - identity: B',
      '    pinned: { backend.host: own.example }',
      '    defaults: { metering.sampleInterval: 5 }',
    ].join('\n');
    const { shared, stations } = await read({ KERBSIDE_BACKEND_HOST: 'env.example' }, text);
    assert.equal(findOverride(shared, 'pinned', 'backend.host')?.value, 'env.example');
    const [a, b] = stationsOf(stations, shared);
    assert.ok(a !== undefined && b !== undefined);
    assert.equal(findOverride(a.overrides, 'pinned', 'backend.host')?.value, 'env.example');
    assert.equal(findOverride(b.overrides, 'pinned', 'backend.host')?.value, 'own.example');
    assert.equal(findOverride(b.overrides, 'pinned', 'backend.path')?.value, '/file');
    assert.equal(findOverride(b.overrides, 'pinned', 'backend.identity')?.value, 'B');
    assert.equal(findOverride(b.overrides, 'defaults', 'metering.sampleInterval')?.value, 5);
  });

  const broken: readonly (readonly [string, string, RegExp, RegExp])[] = [
    ['a syntax error', 'pinned:\n  backend.host: [a', /line [23]/, /./],
    ['an unknown section', 'pined: {}', /line 1/, /Did you mean pinned/],
    ['an unknown parameter', 'pinned:\n  backend.hots: x', /line 2/, /Did you mean backend.host/],
    ['a bad value', 'pinned:\n\n  backend.port: 99999', /line 3/, /1…65535/],
    ['a doubled parameter', 'pinned:\n  backend.host: a\n  BackendHost: b', /line 3/, /twice/],
    ['a doubled station', 'stations:\n  - identity: A\n  - identity: A', /line 3/, /twice/],
    ['a list at the top', '- a', /kerbside.yaml/, /must consist/],
    ['a section that is a text', 'pinned: x', /line 1/, /must hold/],
    ['a nested list', 'pinned:\n  backend.host: [[a]]\n  x: y', /line 2/, /./],
    ['SOAP', 'defaults:\n  backend.communicationType: ocpp1.5', /line 2/, /SOAP/],
  ];
  for (const [title, text, where, problem] of broken) {
    void it(`names the line of ${title}`, async () => {
      const { problems } = await read({}, text);
      assert.match(problems[0]?.where ?? '', where);
      assert.match(problems[0]?.problem ?? '', problem);
    });
  }

  void it('makes many stations from one entry, which share all but their identities', async () => {
    const text = 'stations: { count: 3, first: 9, identity: "SIM{n:04}", pinned: { backend.path: /a }, defaults: {} }';
    const { shared, stations, problems } = await read({ KERBSIDE_BACKEND_HOST: 'env.example' }, text);
    const [first, ...others] = stationsOf(stations, shared);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [first, ...others].map((station) => station?.identity),
      ['SIM0009', 'SIM0010', 'SIM0011'],
    );
    assert.ok(first !== undefined);
    for (const { identity, overrides } of others) {
      assert.equal(overrides.parent, first.overrides.parent, 'one copy for all');
      assert.equal(findOverride(overrides, 'pinned', 'backend.identity')?.value, identity);
      assert.equal(findOverride(overrides, 'pinned', 'backend.path')?.value, '/a');
      assert.equal(findOverride(overrides, 'pinned', 'backend.host')?.value, 'env.example');
    }
  });

  const brokenEntries: readonly (readonly [string, string, RegExp, RegExp])[] = [
    ['no identity', '- pinned: {}', /line 2/, /no identity/],
    ['an identity that no station may have', '- identity: ".."', /line 2/, /cannot stand in a URL/],
    ['a value that no parameter takes', '- identity: B\n    pinned: { backend.port: x }', /line 3/, /1…65535/],
    ['a key without meaning', '- identity: B\n    pined: {}', /line 3/, /Did you mean pinned/],
    ['one identity for many', '- { identity: B, count: 2 }', /line 2/, /\{n\}/],
    ['a number that is none', '- { identity: "B{n}", count: many }', /line 2/, /whole number 1…20000/],
    [
      'identities that are too long',
      '- { identity: "{n}-aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee", count: 2 }',
      /2/,
      /48/,
    ],
    ['a text', '- B', /line 2/, /identity: NAME/],
  ];
  for (const [title, entry, where, problem] of brokenEntries) {
    void it(`keeps ${title} the problem of its own entry`, async () => {
      const { stations, problems } = await read({}, `stations:\n  ${entry}\n  - identity: A`);
      assert.deepEqual(problems, []);
      const [faulty, sound] = stations;
      assert.match(faulty?.problems[0]?.where ?? '', where);
      assert.match(faulty?.problems[0]?.problem ?? '', problem);
      assert.equal(faulty?.identities.length, 1);
      assert.deepEqual([sound?.identities, sound?.problems], [['A'], []]);
    });
  }

  void it('refuses two stations with one identity, also where a number makes it', async () => {
    for (const entries of [
      '[{ identity: A }, { identity: A }]',
      '[{ identity: A2 }, { identity: "A{n}", count: 3 }]',
    ]) {
      const { problems } = await read({}, `stations: ${entries}`);
      assert.match(problems[0]?.problem ?? '', /identity A2? stands twice/);
    }
  });

  void it('reads an empty file as nothing', async () => {
    for (const text of ['', '# only a comment', 'pinned:\nstations:\n']) {
      const { problems, stations } = await read({}, text);
      assert.deepEqual([problems, stations], [[], []]);
    }
  });

  void it('survives any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom('pinned', ':', ' ', '\n', '-', '[', '{', 'a', '&', '*', '"', '!!', '?') }),
        ),
        (text) => {
          readConfigurationFile('f', text);
        },
      ),
      { numRuns: 500 },
    );
  });
});
