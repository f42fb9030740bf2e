import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { findOverride, noOverrides } from '../params/overrides.ts';
import { loadConfiguration } from './daemon-configuration.ts';
import type { ConfigurationSource, DaemonConfiguration } from './daemon-configuration.ts';
import { driverProblem, parseDriverChoice } from './driver-choice.ts';
import { processValue } from './process-values.ts';

describe('the configuration of a daemon', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kb-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function load(source: Partial<ConfigurationSource>): Promise<DaemonConfiguration> {
    const nothing = { configurationFile: null, environment: {}, backendUrl: null, identity: null };
    return loadConfiguration({ dataFolder: folder, ...nothing, ...source });
  }

  function pinned(configuration: DaemonConfiguration): Readonly<Record<string, unknown>> {
    const [station] = configuration.stations;
    return Object.fromEntries([...(station?.overrides.pinned ?? [])].map(([id, { value }]) => [id, value]));
  }

  it('is one station without file and environment', async () => {
    const configuration = await load({});
    assert.deepEqual(
      configuration.stations.map(({ name }) => name),
      ['station'],
    );
    assert.deepEqual([configuration.problems, configuration.warnings, configuration.file], [[], [], null]);
  });

  it('pins what the command line says, and switches OCPP on for a backend', async () => {
    const configuration = await load({ backendUrl: 'ws://localhost:9000/a', identity: 'Säule 1' });
    assert.deepEqual(pinned(configuration), {
      'backend.host': 'localhost',
      'backend.port': 9000,
      'backend.path': '/a',
      'backend.communicationType': 'auto',
      'backend.identity': 'Säule 1',
    });
  });

  it('leaves room for a backend that raises the security profile: ws gives way to what is stored, wss does not (S-05)', async () => {
    const scheme = async (backendUrl: string, environment = {}): Promise<readonly [unknown, unknown]> => {
      const { shared } = await load({ backendUrl, environment });
      return [shared.pinned.get('backend.protocol')?.value, shared.defaults.get('backend.protocol')?.value];
    };
    assert.deepEqual(await scheme('ws://localhost/a'), [undefined, 'ws']);
    assert.deepEqual(await scheme('wss://localhost/a'), ['wss', undefined]);
    assert.deepEqual(await scheme('ws://localhost/a', { KERBSIDE_BACKEND_PROTOCOL: 'wss' }), ['ws', undefined]);
  });

  it('lets the command line beat the environment, but for the version that is pinned there', async () => {
    const environment = { KERBSIDE_BACKEND_HOST: 'old', KERBSIDE_BACKEND_COMMUNICATION_TYPE: 'ocpp1.6' };
    const values = pinned(await load({ environment, backendUrl: 'wss://new/x' }));
    assert.deepEqual([values['backend.host'], values['backend.communicationType']], ['new', 'ocpp1.6']);
  });

  it('takes an address or an identity that cannot be used as a problem', async () => {
    const configuration = await load({ backendUrl: 'http://x', identity: '..' });
    assert.deepEqual(
      configuration.problems.map(({ where }) => where),
      ['--backend', '--identity'],
    );
  });

  it('knows its own variables, and warns of others', async () => {
    const environment = {
      KERBSIDE_DATA: '/x',
      KERBSIDE_CONFIG: '/y',
      KERBSIDE_DRIVER: 'simulator',
      KERBSIDE_FIRMWARE_INSTALLER: '/z',
      KERBSIDE_DATTA: '1',
    };
    const { warnings } = await load({ environment });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /KERBSIDE_DATTA.*KERBSIDE_DATA/);
  });

  it('takes kerbside.yaml of the data folder, with its stations, which the command line cannot rename', async () => {
    writeFileSync(
      join(folder, 'kerbside.yaml'),
      'pinned: { backend.host: shared, api.port: 9999 }\nstations:\n  - identity: A\n  - identity: B\n    pinned: { backend.port: 1 }\n',
    );
    const configuration = await load({ backendUrl: 'ws://other/x', identity: 'C' });
    assert.deepEqual(
      configuration.stations.map(({ name }) => name),
      ['A', 'B'],
    );
    assert.match(configuration.problems[0]?.problem ?? '', /lists the stations/);
    const overrides = configuration.stations[1]?.overrides ?? noOverrides;
    assert.equal(findOverride(overrides, 'pinned', 'backend.host')?.value, 'other');
    assert.equal(findOverride(overrides, 'pinned', 'backend.port')?.value, 1);
    assert.equal(processValue('api.port', configuration.shared), 9999);
    assert.equal(processValue('api.host', configuration.shared), '127.0.0.1');
    rmSync(join(folder, 'kerbside.yaml'));
  });

  it('makes as many stations as the command line asks for, from the identity as a template', async () => {
    const [simulated, named] = [await load({ stationCount: 3 }), await load({ stationCount: 2, identity: 'CP-{n}' })];
    assert.deepEqual(
      simulated.stations.map(({ name }) => name),
      ['SIM0001', 'SIM0002', 'SIM0003'],
    );
    assert.deepEqual(
      named.stations.map(({ overrides }) => findOverride(overrides, 'pinned', 'backend.identity')?.value),
      ['CP-1', 'CP-2'],
    );
    assert.deepEqual([...simulated.problems, ...named.problems], []);
    const alike = await load({ stationCount: 2, identity: 'CP' });
    assert.match(alike.problems[0]?.problem ?? '', /All 2 stations would have the identity "CP"/);
    assert.equal(alike.problems[0]?.where, '--identity');
  });

  it('takes a named file that is not there as a problem, and never throws', async () => {
    const { problems } = await load({ configurationFile: join(folder, 'missing.yaml') });
    assert.match(problems[0]?.problem ?? '', /cannot be read/);
  });
});

describe('the choice of hardware', () => {
  it('gives every station hardware of its own', () => {
    const shared = parseDriverChoice('socket:/run/x.sock', 2);
    assert.equal(driverProblem(shared, 1), null);
    assert.match(driverProblem(shared, 2) ?? '', /Write \{identity\}/);
    assert.equal(driverProblem(parseDriverChoice('socket:/run/{identity}.sock', 2), 2), null);
    assert.equal(driverProblem(parseDriverChoice('simulator', 2), 1_000), null);
    assert.match(driverProblem(null, 1) ?? '', /No hardware is named/);
  });

  it('is the simulator or a socket, and nothing else', () => {
    assert.deepEqual(parseDriverChoice('simulator', 3), { kind: 'simulator', evses: 3 });
    assert.deepEqual(parseDriverChoice('simulator:signed', 3), { kind: 'simulator', evses: 3, signed: true });
    assert.deepEqual(parseDriverChoice('socket:/run/x.sock', 2), { kind: 'socket', path: '/run/x.sock' });
    for (const text of ['', 'socket:', 'modbus'])
      assert.throws(() => parseDriverChoice(text, 2), { code: 'command.usage' });
  });
});
