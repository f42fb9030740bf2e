import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { createSeededRandom } from '../core/random.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import type { Simulator } from '../drivers/simulator/simulator.ts';
import { createSimulator } from '../drivers/simulator/simulator.ts';
import { SimulatorFile } from './simulator-file.ts';

test('a simulator has a file only when something happened that outlives a power cut, and goes on from it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kb-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'simulator.json');
  const time = new VirtualTime();
  const begin = async (): Promise<Simulator> => {
    const file = new SimulatorFile(path);
    const state = file.read();
    const simulator = createSimulator({
      time,
      random: createSeededRandom('x'),
      ...(state === undefined ? {} : { state }),
      onState: (image) => file.write(image),
    });
    file.begin(simulator.image());
    await simulator.start(() => undefined, new AbortController().signal);
    return simulator;
  };
  const first = await begin();
  await first.stop();
  assert.equal(existsSync(path), false);

  const second = await begin();
  second.plug(1);
  await second.stop();
  const writtenMs = statSync(path).mtimeMs;

  const third = await begin();
  assert.equal(third.image().evses[0]?.cableMilliamps, second.image().evses[0]?.cableMilliamps);
  assert.notEqual(third.image().evses[0]?.ev, null);
  await third.stop();
  assert.equal(statSync(path).mtimeMs, writtenMs, 'what did not change is not written again');
});
