import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { DaemonClient } from '../cli/daemon-client.ts';
import { createSystemRandom } from '../core/random.ts';
import { createSystemTime } from '../core/system-time.ts';
import { loadConfiguration } from './daemon-configuration.ts';
import type { DriverChoice } from './driver-choice.ts';
import { Daemon } from './daemon.ts';

const simulator: DriverChoice = { kind: 'simulator', evses: 1 };

describe('a daemon', () => {
  let folder = '';
  const told: string[] = [];
  const tokens: unknown[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kb-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function create(environment: Readonly<Record<string, string>>, driver: DriverChoice | null): Promise<Daemon> {
    const nothing = { configurationFile: null, backendUrl: null, identity: null };
    const configuration = await loadConfiguration({
      dataFolder: folder,
      environment: { KERBSIDE_API_PORT: '0', ...environment },
      ...nothing,
    });
    return new Daemon({
      configuration,
      dataFolder: folder,
      driver,
      time: createSystemTime(),
      random: createSystemRandom(),
      tell: ({ text }) => void told.push(text),
      onFreshTokens: (fresh) => void tokens.push(fresh),
      onFreshPasswords: () => undefined,
    });
  }

  async function readiness(): Promise<unknown> {
    return (await new DaemonClient(folder).ask('GET', '/readyz')).body;
  }

  it('runs its stations, tells new tokens once, and stops twice', async () => {
    const daemon = await create({}, simulator);
    await daemon.start();
    assert.deepEqual(await readiness(), { ready: true, reasons: [] });
    assert.deepEqual(
      daemon.host.stations().map(({ name }) => name),
      ['station'],
    );
    assert.equal(tokens.length, 1);
    assert.doesNotMatch(told.join('\n'), /"operator"/);
    await daemon.stop();
    await daemon.stop();
  });

  it('comes up in safe mode when something cannot be used', async () => {
    const daemon = await create({ KERBSIDE_BACKEND_PORT: 'x' }, simulator);
    await daemon.start();
    assert.deepEqual(daemon.host.stations(), []);
    assert.match(JSON.stringify(await readiness()), /KERBSIDE_BACKEND_PORT/);
    await daemon.stop();
    assert.equal(tokens.length, 1);
  });

  it('comes up in safe mode without hardware: it never simulates unasked', async () => {
    const daemon = await create({}, null);
    await daemon.start();
    assert.match(JSON.stringify(await readiness()), /No hardware is named/);
    await daemon.stop();
  });

  it('comes up in safe mode when the simulator cannot go on from its image', async () => {
    writeFileSync(join(folder, 'simulator.json'), '{}');
    const daemon = await create({}, simulator);
    await daemon.start();
    assert.match(JSON.stringify(await readiness()), /simulator\.json/);
    rmSync(join(folder, 'simulator.json'));
    await daemon.stop();
  });

  it('does not start in a folder that another one uses', async () => {
    const first = await create({}, simulator);
    await first.start();
    const second = await create({}, simulator);
    await assert.rejects(second.start(), { code: 'store.locked' });
    await second.stop();
    assert.deepEqual(await readiness(), { ready: true, reasons: [] });
    await first.stop();
  });
});
