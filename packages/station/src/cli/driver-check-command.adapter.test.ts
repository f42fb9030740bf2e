import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';

import { createSeededRandom } from '../core/random.ts';
import { createSystemTime } from '../core/system-time.ts';
import { driverCases } from '../drivers/check/driver-cases.ts';
import { serveDriver } from '../drivers/process/driver-server.ts';
import { createSimulator } from '../drivers/simulator/simulator.ts';
import type { Simulator } from '../drivers/simulator/simulator.ts';
import { runCli } from './cli.ts';
import { createTestIo } from './test-io.ts';

/** Cases that take no time. */
const quick = 'description,rest,limits,version-major,boundaries-signed';

async function serve(t: TestContext, change: (simulator: Simulator) => void = () => {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kb-cli-'));
  const socketPath = join(folder, 'd.sock');
  const time = createSystemTime();
  const simulator = createSimulator({ time, random: createSeededRandom('cli'), evses: 1 });
  change(simulator);
  const server = await serveDriver(simulator, { socketPath, time });
  t.after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  return socketPath;
}

describe('kerbside driver-check', () => {
  it('tells each case, what was skipped and why, and the counts, and ends with 0', async (t) => {
    const io = createTestIo();
    const code = await runCli(['driver-check', `socket:${await serve(t)}`, '--only', quick], io);
    assert.equal(code, 0, io.errors());
    assert.match(io.output(), /✔ version-major: an unknown major version is refused/);
    assert.match(io.output(), /– boundaries-signed: .*\n {4}skipped: the meter does not sign/);
    assert.match(
      io.output(),
      /Kerbside Simulator simulated \(simulated\), charging point 1 of 1\n4 passed, 0 failed, 1 skipped/,
    );
  });

  it('ends with 1 and says what is wrong when a case failed', async (t) => {
    const io = createTestIo();
    const path = await serve(t, (simulator) => {
      simulator.command = (command, signal) =>
        // A driver that lies about its limits.
        command.type === 'setLimit' ? (Promise.resolve({}) as never) : createCommand(simulator, command, signal);
    });
    const code = await runCli(['driver-check', path, '--only', 'limits', '--json'], io);
    assert.equal(code, 1);
    const report = JSON.parse(io.output()) as { counts: unknown; cases: { id: string; detail: string }[] };
    assert.deepEqual(report.counts, { passed: 0, failed: 1, skipped: 0 });
    assert.match(
      report.cases[0]?.detail ?? '',
      /"milliamps":1\} was done, but must be refused: it offers 0, or 6000 to 32000 mA/,
    );
  });

  it('ends with 1 at once when no driver is there', async () => {
    const io = createTestIo();
    assert.equal(await runCli(['driver-check', '/nowhere/d.sock'], io), 1);
    assert.match(io.errors(), /no driver at \/nowhere\/d\.sock/);
  });

  it('says that there is no such charging point', async (t) => {
    const io = createTestIo();
    assert.notEqual(await runCli(['driver-check', await serve(t), '--evse', '7'], io), 0);
    assert.match(io.errors(), /describes no EVSE 7/);
  });

  it('names all cases with --list, each once', async () => {
    const io = createTestIo();
    assert.equal(await runCli(['driver-check', '--list'], io), 0);
    const ids = driverCases.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      io
        .output()
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
      ids,
    );
  });
});

function createCommand(...[simulator, command, signal]: [Simulator, ...Parameters<Simulator['command']>]): never {
  return Object.getPrototypeOf(simulator).command.call(simulator, command, signal) as never;
}
