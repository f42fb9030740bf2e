import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { VirtualTime } from '../core/virtual-time.ts';
import { installerOf, type InstallerChoice } from './installer-choice.ts';

describe('the installer of a station', () => {
  let dataFolder = '';
  before(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'kb-'));
  });
  after(() => rmSync(dataFolder, { recursive: true, force: true }));

  function choice(given: Partial<InstallerChoice>): InstallerChoice {
    const time = new VirtualTime();
    const tell: InstallerChoice['tell'] = ({ text }) => assert.fail(text);
    return { program: null, driver: null, dataFolder, time, tell, endProcess: () => undefined, ...given };
  }

  it('is none with real hardware, unless a program was named', () => {
    const socket = { kind: 'socket', path: '/run/x.sock' } as const;
    assert.equal(installerOf(choice({ driver: socket }), 'CS-1'), undefined);
    const named = installerOf(choice({ driver: socket, program: '/bin/false' }), 'CS-1');
    assert.equal(named?.().simulated, false);
  });

  it('is simulated with simulated hardware, each station with slots of its own, of which nothing is on disk before they are used', async () => {
    const simulator = choice({ driver: { kind: 'simulator', evses: 1 } });
    const [first, second] = ['CP/1', 'CP-1'].map((name) => installerOf(simulator, name)?.());
    assert.equal(first?.simulated, true);
    await first?.starting();
    await second?.starting();
    assert.equal(existsSync(join(dataFolder, 'firmware')), false);
    for (const slots of [first, second]) await (await slots?.stage('one'))?.finish();
    assert.equal(readdirSync(join(dataFolder, 'firmware')).length, 2);
    assert.notEqual(await first?.staged('one'), null);
  });
});
