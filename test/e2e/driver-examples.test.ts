import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';

import {
  createMemoryStore,
  createProcessDriver,
  createSeededRandom,
  createSystemTime,
  createWsTransport,
  Host,
  isRecord,
  overridesOf,
  type JsonObject,
} from '@kerbside/station';
import { StrictBackend } from '@kerbside/testkit';

import { root } from '../../tools/source-files.ts';
import { runKerbside } from './parts/programs.ts';
import { simulate } from './parts/hardware-view.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

/** What a sampled value measures when it does not say so (OCPP 1.6 §7.43). */
const energyRegister = 'Energy.Active.Import.Register';

const sources = join(root, 'examples/drivers');

/** An example driver of another language. */
interface Example {
  readonly name: string;
  /** Why it cannot run here; false when it can. */
  readonly missing: string | false;
  /** Builds it into the folder and gives back the command that runs it. */
  readonly build: (folder: string) => readonly string[];
  /** The register of EVSE 1 in its state file. */
  readonly register: (state: string) => number;
}

function probe(command: string, args: readonly string[], hint: string): string | false {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0 ? false : hint;
}

const examples: readonly Example[] = [
  {
    name: 'C',
    missing: probe('gcc', ['--version'], 'gcc is not installed (Debian: apt-get install gcc libc6-dev)'),
    build: (folder) => {
      const program = join(folder, 'example-driver');
      const files = ['driver.c', 'wire.c', 'json.c', 'hardware_sim.c'].map((file) => join(sources, 'c', file));
      const flags = ['-std=c99', '-O2', '-Wall', '-Wextra', '-Werror', '-pedantic'];
      const { status, stderr } = spawnSync('gcc', [...flags, '-o', program, ...files], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return [program];
    },
    register: (state) => Number(state.split(' ')[0]),
  },
  {
    name: 'Python',
    missing: probe(
      'python3',
      ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'],
      'Python 3.9 or newer is not installed (Debian: apt-get install python3)',
    ),
    build: () => ['python3', '-B', join(sources, 'python', 'driver.py')],
    register: (state) => {
      const points = JSON.parse(state) as Readonly<Record<string, { readonly register_wh: number }>>;
      return points['1']?.register_wh ?? Number.NaN;
    },
  },
];

/** An example as a process, with its files. */
class RunningExample {
  readonly socketPath: string;
  readonly #stateFile: string;
  readonly #command: readonly string[];
  readonly #example: Example;
  #child: ChildProcess | undefined;

  private constructor(example: Example, folder: string) {
    this.#example = example;
    this.socketPath = join(folder, 'driver.sock');
    this.#stateFile = join(folder, 'state');
    this.#command = example.build(folder);
  }

  static async start(t: TestContext, example: Example): Promise<RunningExample> {
    const running = new RunningExample(example, temporaryFolder(t));
    t.after(() => running.#child?.kill('SIGKILL'));
    await running.restart();
    return running;
  }

  async restart(): Promise<void> {
    const [program = '', ...args] = this.#command;
    const own = ['--socket', this.socketPath, '--hardware', this.#stateFile];
    const child = spawn(program, [...args, ...own], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until('the driver to listen', () => said.startsWith('listening at'));
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    const ended = new Promise<number | null>((resolve) => child?.once('exit', resolve));
    child?.kill(signal);
    return ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  play(action: JsonObject): Promise<JsonObject> {
    return simulate(this.socketPath, action);
  }

  /** The register that was read last: a meter keeps it, whatever becomes of the process. */
  register(): number {
    return this.#example.register(readFileSync(this.#stateFile, 'utf8'));
  }
}

/** The station's world runs faster; the driver and its heartbeats do not. */
const speed = 10;

/** A station of the library with an example as its hardware, at a strict backend. */
class Street {
  readonly driver: RunningExample;
  readonly backend: StrictBackend;
  readonly host: Host;

  private constructor(driver: RunningExample, backend: StrictBackend, host: Host) {
    this.driver = driver;
    this.backend = backend;
    this.host = host;
  }

  static async open(t: TestContext, example: Example): Promise<Street> {
    const driver = await RunningExample.start(t, example);
    const time = createSystemTime({ speed });
    const backend = new StrictBackend({ time, pingIntervalMs: 0 });
    backend.checker.expect({ toleranceMs: 2_000 * speed, answerWithinMs: 2_000 * speed });
    await backend.start();
    const { hostname, port } = new URL(backend.url);
    const defaults = {
      'backend.communicationType': 'ocpp1.6',
      'backend.identity': 'EX-1',
      'backend.protocol': 'ws',
      'backend.host': hostname,
      'backend.port': Number(port),
      'metering.sampleInterval': 5,
    } as const;
    const hardware = createProcessDriver({ socketPath: driver.socketPath, time: createSystemTime() });
    const host = new Host({
      store: createMemoryStore(),
      time,
      random: createSeededRandom('examples'),
      transport: createWsTransport({ time }),
      stations: [{ name: 'EX-1', overrides: overridesOf({ defaults }), driver: hardware }],
      version: 'test',
    });
    t.after(async () => {
      await host.stop();
      await backend.close();
    });
    const street = new Street(driver, backend, host);
    await host.start();
    await until('registration', () => street.#status().registration === 'accepted');
    return street;
  }

  #status(): ReturnType<ReturnType<Host['stations']>[number]['status']> {
    const [station] = this.host.stations();
    assert.ok(station !== undefined);
    return station.status();
  }

  shows(status: string, limitMs?: number): Promise<true> {
    return until(`the connector to be ${status}`, () => this.#status().evses[0]?.status === status, limitMs);
  }

  /** Plug, card, and energy that Kerbside has read. */
  async charge(uid: string): Promise<void> {
    await this.driver.play({ action: 'plug', evse: 1 });
    await this.driver.play({ action: 'card', evse: 1, uid });
    await this.shows('Charging');
    await until('energy', () => this.told() > 3);
  }

  async leave(): Promise<void> {
    await until('the plug to come out', () => this.driver.play({ action: 'unplug', evse: 1 }).then(() => true));
    await this.shows('Available');
  }

  /** The energy in Wh of the running transaction that the backend was told last. */
  told(): number {
    const transaction = this.backend.ledger.transactions().at(-1);
    const values = transaction?.meterValues.at(-1)?.readings.at(-1)?.['sampledValue'];
    const sampled = Array.isArray(values) ? values.filter(isRecord) : [];
    const register = sampled.find(({ measurand = energyRegister }) => measurand === energyRegister);
    return Number(register?.['value']) - (transaction?.meterStart ?? Number.NaN);
  }

  /** The transactions of the backend's books, with how each ended. */
  async transactions(
    count: number,
  ): Promise<readonly (readonly [idTag: string, reason: unknown, energyWh: number, meterStop: number])[]> {
    const { ledger } = this.backend;
    await until(`${count} ended transactions`, () => ledger.counts.transactions === count && ledger.counts.open === 0);
    return ledger.transactions().map(({ idTag, meterStart, stops: [stop] }) => {
      const meterStop = stop?.meterStop ?? Number.NaN;
      return [idTag, stop?.reason, meterStop - (meterStart ?? Number.NaN), meterStop];
    });
  }

  /** The error codes that the backend was told with Faulted. */
  faults(): readonly (readonly unknown[])[] {
    const notifications = this.backend.frames.calls('StatusNotification', 'EX-1');
    return notifications
      .filter(({ payload }) => payload['status'] === 'Faulted')
      .map(({ payload: { connectorId, errorCode } }) => [connectorId, errorCode]);
  }

  judge(): void {
    assert.deepEqual(this.backend.ledger.problems({}), []);
    assert.deepEqual(this.backend.finish(), []);
  }
}

void describe('the example drivers', { concurrency: true }, () => {
  for (const example of examples) sessionsOf(example);
});

function sessionsOf(example: Example): void {
  void describe(`in ${example.name}`, { concurrency: true, skip: example.missing }, () => {
    it('passes kerbside driver-check', async (t) => {
      const driver = await RunningExample.start(t, example);
      const { code, out, err } = await runKerbside(['driver-check', `socket:${driver.socketPath}`, '--json']);
      const report = JSON.parse(out) as {
        readonly counts: Readonly<Record<string, number>>;
        readonly cases: readonly { readonly outcome: string }[];
      };
      assert.deepEqual(
        report.cases.filter(({ outcome }) => outcome === 'failed'),
        [],
      );
      assert.equal(code, 0, err);
      assert.ok((report.counts['passed'] ?? 0) >= 40, JSON.stringify(report.counts));
      assert.equal(await driver.kill('SIGTERM'), 0, 'it ends in order');
    });

    it('carries a whole charging session', async (t) => {
      const street = await Street.open(t, example);
      await street.charge('CARD1');
      await street.driver.play({ action: 'card', evse: 1, uid: 'CARD1' });
      await street.shows('Finishing');
      await street.leave();
      const [[idTag, reason, energyWh] = []] = await street.transactions(1);
      assert.deepEqual([idTag, reason], ['CARD1', 'Local']);
      assert.ok((energyWh ?? 0) >= 3, `${energyWh} Wh`);
      await street.host.stop();
      street.judge();
    });

    it('that is killed while it charges ends the transaction with the last register, and recovers', async (t) => {
      const street = await Street.open(t, example);
      await street.charge('CARD1');
      await street.driver.kill();
      await street.shows('Faulted', 3_000);
      const toldWh = street.told();
      const [ended] = await street.transactions(1);
      assert.ok(ended !== undefined);
      const [, reason, energyWh, meterStop] = ended;
      assert.equal(reason, 'Other');
      assert.ok(
        energyWh >= toldWh && meterStop <= street.driver.register(),
        `${toldWh} Wh were told, then ${energyWh} Wh`,
      );
      assert.deepEqual(street.faults().toSorted(), [
        [0, 'InternalError'],
        [1, 'InternalError'],
      ]);
      await street.driver.restart();
      await street.leave();
      await street.charge('CARD2');
      await street.driver.play({ action: 'card', evse: 1, uid: 'CARD2' });
      await street.leave();
      assert.equal((await street.transactions(2)).length, 2);
      await street.host.stop();
      street.judge();
    });

    it('that hangs is lost within three seconds of its last word, and recovers when it goes on', async (t) => {
      const street = await Street.open(t, example);
      await street.charge('CARD1');
      street.driver.signal('SIGSTOP');
      // Half a second for a machine that is busy.
      await street.shows('Faulted', 3_500);
      const [ended] = await street.transactions(1);
      assert.equal(ended?.[1], 'Other');
      street.driver.signal('SIGCONT');
      await street.leave();
      await street.host.stop();
      street.judge();
    });

    it('that is back at once ends the transaction with what its meter says', async (t) => {
      const street = await Street.open(t, example);
      await street.charge('CARD1');
      await street.driver.kill();
      await street.driver.restart();
      const [[, reason, energyWh] = []] = await street.transactions(1);
      assert.equal(reason, 'Other');
      assert.ok((energyWh ?? 0) >= 3, `${energyWh} Wh`);
      await street.leave();
      await street.host.stop();
      street.judge();
    });
  });
}
