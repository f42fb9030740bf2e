import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { readOcmf, verifyRecord } from '@kerbside/ocmf';

import { createSeededRandom, createSystemRandom } from '../../core/random.ts';
import { createSystemTime } from '../../core/system-time.ts';
import type { DrivableHardware } from '../../evse/hardware.ts';
import { verifySignature } from '../../metering/verify-signature.ts';
import { driverContract } from '../driver-contract.ts';
import { createProcessDriver } from '../process/driver-client.ts';
import { serveDriver } from '../process/driver-server.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { newComponentState, readComponentState, writeComponentState } from './component-state.ts';
import { checksumOver, legallyRelevantFiles } from './sealed-checksum.ts';
import { SigningComponent } from './signing-component.ts';

// Two hops of heartbeats: faster than this a busy machine is late.
const SPEED = 10;
const never = new AbortController().signal;
const mainPath = fileURLToPath(new URL('signing-component-main.ts', import.meta.url));

// A meter that does not sign itself has no signature that could be slow.
const contract = { wire: true, without: ['meter-slow'] };

driverContract('a signing component in front of a simulator', contract, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kerbside-component-'));
  const behindPath = join(folder, 'behind.sock');
  const socketPath = join(folder, 'signed.sock');
  const statePath = join(folder, 'state.json');
  const time = createSystemTime({ speed: SPEED });
  const simulator = createSimulator({
    time,
    random: createSeededRandom('component'),
    evses: [{ phaseSwitching: true }, {}],
  });
  const behindServer = await serveDriver(simulator, { socketPath: behindPath, time });
  const component = new SigningComponent({
    behind: createProcessDriver({ socketPath: behindPath, time }),
    time,
    random: createSystemRandom(),
    checksum: checksumOver(legallyRelevantFiles()),
    state: newComponentState,
    save: (state) => writeComponentState(statePath, state),
    relock: null,
  });
  const server = await serveDriver(component, { socketPath, time });
  return {
    driver: createProcessDriver({ socketPath, time }),
    time,
    socketPath,
    elapse: (ms) => delay(ms / SPEED + 5),
    async close() {
      await server.close();
      await behindServer.close();
      await rm(folder, { recursive: true });
    },
  };
});

/** A simulator that does not sign, and the component as a process that can be killed. */
class Bench {
  readonly folder: string;
  readonly statePath: string;
  readonly #behindPath: string;
  readonly #socketPath: string;
  readonly #closers: (() => Promise<unknown>)[] = [];
  process: ChildProcess | undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.statePath = join(folder, 'state.json');
    this.#behindPath = join(folder, 'behind.sock');
    this.#socketPath = join(folder, 'signed.sock');
  }

  static async open(): Promise<Bench> {
    const bench = new Bench(await mkdtemp(join(tmpdir(), 'kerbside-component-')));
    const time = createSystemTime();
    const simulator = createSimulator({ time, random: createSeededRandom('kill'), evses: [{}] });
    const behind = await serveDriver(simulator, { socketPath: bench.#behindPath, time });
    bench.#closers.push(() => behind.close());
    return bench;
  }

  async run(): Promise<DrivableHardware> {
    const paths = ['--socket', this.#socketPath, '--behind', this.#behindPath, '--state', this.statePath];
    const started = spawn(process.execPath, ['--conditions=source', mainPath, '--test', ...paths], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.process = started;
    await once(started.stdout, 'data');
    const driver = createProcessDriver({ socketPath: this.#socketPath, time: createSystemTime() });
    await this.#startDriver(driver);
    return driver;
  }

  /** The driver behind lets go of a component that died only when it sees the connection end. */
  async #startDriver(driver: DrivableHardware): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      try {
        await driver.start(() => {}, never);
        return;
      } catch {
        await delay(50);
      }
    }
    await driver.start(() => {}, never);
  }

  async kill(): Promise<void> {
    const { process: running } = this;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  }

  async close(): Promise<void> {
    await this.kill();
    for (const close of this.#closers) await close();
    await rm(this.folder, { recursive: true });
  }
}

describe('a signing component that is killed', () => {
  it('numbers on without a gap and gives again what it gave (E-09)', async () => {
    const bench = await Bench.open();
    const given = new Map<string, string>();
    try {
      for (let round = 0; round < 5; round += 1) {
        const driver = await bench.run();
        const killed = delay(5 + Math.random() * 40).then(() => bench.kill());
        for (let index = 0; index < 40; index += 1) {
          const done = await session(driver, `${round}-${index}`, given).catch(() => null);
          if (done === null) break;
        }
        await killed;
        await driver.stop();
      }
      const driver = await bench.run();
      const last = await session(driver, 'last', given);
      const { records } = await driver.command({ type: 'readRecords', evse: 1, after: 0 }, never);
      const numbers = records.map(({ signed }) => readOcmf(signed.data).pagination?.number ?? 0);
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
      );
      const kept = new Set(records.map(({ signed }) => signed.data));
      if (records.length < 100) for (const [name, data] of given) assert.ok(kept.has(data), name);
      const { publicKey } = await driver.command({ type: 'meterState', evse: 1 }, never);
      assert.equal((await verifyRecord(last, publicKey, verifySignature)).signature, 'valid');
      assert.equal(statSync(bench.statePath).mode & 0o777, 0o600);
      await driver.stop();
    } finally {
      await bench.close();
    }
  });
});

async function session(driver: DrivableHardware, transaction: string, given: Map<string, string>): Promise<string> {
  const named = { evse: 1, transaction, wallMs: Date.UTC(2026, 6, 24) } as const;
  const begun = await driver.command({ ...named, type: 'beginMeter', idToken: 'CARD' }, never);
  given.set(`${transaction} begin`, begun.signed[0]?.data ?? '');
  const ended = await driver.command({ ...named, type: 'endMeter', reason: 'local' }, never);
  given.set(`${transaction} end`, ended.signed[0]?.data ?? '');
  return ended.signed[0]?.data ?? '';
}

describe('the seal of a signing component', () => {
  it('shows in its state when the legally relevant part is another one, and signs nothing (E-13)', async () => {
    const bench = await Bench.open();
    try {
      const driver = await bench.run();
      const before = await driver.command({ type: 'meterState', evse: 1 }, never);
      await session(driver, 'before', new Map());
      await driver.stop();
      await bench.kill();
      const state = readComponentState(bench.statePath);
      const points = state.points.map((point) => ({ ...point, lock: { ...point.lock, checksum: 'another' } }));
      writeComponentState(bench.statePath, { ...state, points });
      const again = await bench.run();
      const { condition, problem, component } = await again.command({ type: 'meterState', evse: 1 }, never);
      assert.deepEqual([before.condition, condition, component], ['good', 'failed', before.component]);
      assert.match(problem ?? '', /locked with another.*--relock/);
      await assert.rejects(session(again, 'after', new Map()), { code: 'driver.refused', message: /locked anew/ });
      await again.stop();
    } finally {
      await bench.close();
    }
  });

  it('changes its checksum with any octet of its files, and covers what signs (E-13)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kerbside-component-'));
    try {
      const file = join(folder, 'part.ts');
      await writeFile(file, 'one');
      const before = checksumOver([file]);
      await writeFile(file, 'onf');
      assert.notEqual(checksumOver([file]), before);
      assert.ok(legallyRelevantFiles().some((each) => each.endsWith('signing-point.ts')));
      assert.match(checksumOver(legallyRelevantFiles()), /^[\da-f]{64}$/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses a state file that is damaged, instead of numbering anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kerbside-component-'));
    try {
      const path = join(folder, 'state.json');
      writeComponentState(path, newComponentState);
      assert.deepEqual(readComponentState(path), newComponentState);
      await writeFile(path, (await readFile(path, 'utf8')).slice(0, -5));
      assert.throws(() => readComponentState(path), { code: 'config.invalid', message: /keys and records are in it/ });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
