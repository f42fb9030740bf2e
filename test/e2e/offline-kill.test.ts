import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import type { JsonObject } from '@kerbside/station';

import { writeConfiguration } from './parts/configuration.ts';
import { Control } from './parts/control.ts';
import { startDaemon, type DaemonProcess } from './parts/daemon.ts';
import { DaemonLog } from './parts/daemon-log.ts';
import { look, meterTransactions, simulate } from './parts/hardware-view.ts';
import { startBackend, startDriver } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const identity = 'OFFLINE-1';

/** Daemon, driver and backend as three processes, with the files that they leave. */
class Street {
  readonly control: Control;
  readonly log: DaemonLog = new DaemonLog();
  readonly #folder: string;
  readonly #backendUrl: string;
  #daemon: DaemonProcess | undefined;

  private constructor(folder: string, backend: { readonly url: string; readonly controlUrl: string }) {
    this.#folder = folder;
    this.#backendUrl = backend.url;
    this.control = new Control(backend.controlUrl);
  }

  static async open(t: TestContext, pinned: Readonly<Record<string, boolean>>): Promise<Street> {
    const folder = temporaryFolder(t);
    const files = { socketPath: join(folder, 'driver.sock'), stateFile: join(folder, 'driver.json') };
    const [backend, driver] = await Promise.all([
      startBackend(join(folder, 'ledger.jsonl')),
      startDriver({ ...files, seed: 'offline', speed: 10 }),
    ]);
    const street = new Street(folder, backend);
    t.after(() => Promise.all([street.#daemon?.child.kill(), backend.child.kill(), driver.kill()]));
    writeConfiguration(folder, {
      'metering.sampleInterval': 1,
      'authorization.allowOfflineTxForUnknownId': true,
      ...pinned,
    });
    await street.control.expect({ answersArrive: false, toleranceMs: 3_000 });
    street.#start();
    return street;
  }

  #start(): void {
    const { log } = this;
    const paths = ['--data', join(this.#folder, 'data'), '--config', join(this.#folder, 'kerbside.yaml')];
    const args = [...paths, '--driver', `socket:${join(this.#folder, 'driver.sock')}`];
    this.#daemon = startDaemon([...args, '--backend', this.#backendUrl, '--identity', identity], { log });
  }

  /** `kill -9`, and the daemon again. */
  async kill(): Promise<void> {
    await this.#daemon?.child.kill();
    await until('the backend to notice', async () => !(await this.control.online(identity)));
    await this.control.rebooted(identity);
    this.#start();
    await this.running();
  }

  async running(): Promise<void> {
    await until('the daemon to run', () => this.log.stage === 'running');
  }

  async sim(action: JsonObject): Promise<void> {
    await simulate(join(this.#folder, 'driver.sock'), action);
  }

  /** Plugs in, shows the card, and waits until so many samples were recorded. */
  async charge(uid: string, samples: number): Promise<void> {
    const plugged = (await look(join(this.#folder, 'driver.sock'))).some((evse) => evse.id === 1 && evse.plugged);
    if (!plugged) await this.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await until('the plug to be seen', () => this.log.status(1) !== 'Available' || this.log.stage === 'running');
    const before = this.log.started.size;
    await until(`the start of ${uid}`, async () => {
      await this.sim({ action: 'card', uid, evse: 1 });
      return until('it to be told', () => this.log.started.size > before, 700).catch(() => false);
    });
    const registerBefore = await this.register();
    await until('energy to flow', async () => (await this.register()) > registerBefore + 60 * samples);
  }

  async stop(uid: string): Promise<void> {
    await this.sim({ action: 'card', uid, evse: 1 });
    await until(`the end of ${uid}`, () => this.log.running(1) === undefined);
  }

  async register(): Promise<number> {
    const seen = await look(join(this.#folder, 'driver.sock'));
    return seen.find(({ id }) => id === 1)?.wattHours ?? 0;
  }

  meter(): ReturnType<typeof meterTransactions> {
    return meterTransactions(join(this.#folder, 'driver.json'));
  }

  online(): Promise<boolean> {
    return this.control.online(identity);
  }
}

/** The offline story: four transactions without a link, two kills, and the link again. */
async function play(street: Street): Promise<void> {
  await until('registration', () => street.log.online);
  await street.sim({ action: 'link', up: false });
  await until('the link to be down', async () => !(await street.online()));
  await street.charge('CARD1', 1);
  await street.stop('CARD1');
  await street.kill();
  await street.charge('CARD2', 1);
  await street.stop('CARD2');
  await street.charge('CARD3', 1);
  // In the middle of a transaction: the recovery ends it.
  await street.kill();
  await street.charge('CARD4', 1);
  await street.stop('CARD4');
  await street.sim({ action: 'unplug', evse: 1 });
  assert.equal(await street.online(), false, 'nothing reached the backend before the link was back');
  await street.sim({ action: 'link', up: true });
  await until('the backlog to arrive', async () => {
    const { counts } = await street.control.books();
    return counts.transactions === 4 && counts.open === 0;
  });
}

async function judge(street: Street): Promise<void> {
  const { transactions, problems } = await street.control.books();
  assert.deepEqual(problems, []);
  assert.deepEqual(await street.control.violations(), []);
  assert.deepEqual(
    transactions.map(({ transactionId, idTag, stops: [stop] }) => [transactionId, idTag, stop?.reason]),
    [
      [1, 'CARD1', 'Local'],
      [2, 'CARD2', 'Local'],
      [3, 'CARD3', 'PowerLoss'],
      [4, 'CARD4', 'Local'],
    ],
  );
  const whole = (wattHours: number | null): number => Math.floor((wattHours ?? Number.NaN) + 1e-6);
  assert.deepEqual(
    transactions.map(({ meterStart, stops: [stop] }) => [meterStart, stop?.meterStop]),
    street.meter().map(({ beginWh, endWh }) => [whole(beginWh), whole(endWh)]),
    'the books and the memory of the meter',
  );
}

test('four transactions without a link and two kills: each arrives once, in order, with all meter values (G-01, Q-02, Q-09, X-12, fault 27, fault 28, fault 29)', async (t) => {
  const street = await Street.open(t, { 'metering.retransmit': true });
  await play(street);
  await judge(street);
  const recorded = street.log.recorded.filter(({ fact }) => fact === 'meterValues').length;
  const { transactions } = await street.control.books();
  const arrived = transactions.map(({ meterValues }) => meterValues.flatMap(({ readings }) => readings).length);
  assert.ok(
    arrived.every((count) => count >= 1),
    `readings of each transaction: ${arrived.join(', ')}`,
  );
  assert.equal(
    arrived.reduce((sum, count) => sum + count, 0),
    recorded,
    'all that were recorded',
  );
});

test('without retransmission of meter values only begin and end of the four transactions arrive', async (t) => {
  const street = await Street.open(t, { 'metering.retransmit': false });
  await play(street);
  await judge(street);
  const { counts } = await street.control.books();
  assert.equal(counts.meterValues, 0);
});
