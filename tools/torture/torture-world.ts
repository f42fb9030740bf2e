import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isRecord, type JsonObject } from '@kerbside/station';

import type { Child } from '../../test/e2e/parts/child.ts';
import { Control } from '../../test/e2e/parts/control.ts';
import { askDaemon } from '../../test/e2e/parts/local-api.ts';
import { kerbside, startBackend, startDriver, type BackendProcess } from '../../test/e2e/parts/programs.ts';
import { makeFolder } from '../../test/e2e/parts/temporary-folder.ts';
import { until } from '../../test/e2e/parts/until.ts';
import { DaemonLog } from '../../test/e2e/parts/daemon-log.ts';
import {
  look,
  meterTransactions,
  simulate,
  type MeterTransaction,
  type SeenEvse,
} from '../../test/e2e/parts/hardware-view.ts';
import { phaseOf, type KillPhase } from './kill-phase.ts';

/** The identity of the tortured station. */
export const identity = 'TORTURE-1';

/** Short intervals; everything else as from the factory. */
const configuration = [
  'pinned:',
  '  api.port: 0',
  '  log.level: debug',
  'defaults:',
  '  metering.sampleInterval: 1',
  '  metering.stopTxnSampledData: Energy.Active.Import.Register',
  '  traffic.transactionMessageRetryInterval: 1',
  '  authorization.allowOfflineTxForUnknownId: true',
  '  backend.backoffFirst: 1',
  '  backend.backoffMinimum: 1',
  '  backend.backoffRandomRange: 0',
  '',
].join('\n');

/** The three processes of the torture with their files: a daemon that is killed, a driver and a backend that live on. */
export class TortureWorld {
  readonly folder: string;
  readonly log: DaemonLog = new DaemonLog();
  readonly control: Control;
  readonly #backend: BackendProcess;
  readonly #driver: Child;
  #daemon: Child | null = null;
  #lives = 0;

  private constructor(folder: string, backend: BackendProcess, driver: Child) {
    this.folder = folder;
    this.#backend = backend;
    this.#driver = driver;
    this.control = new Control(backend.controlUrl);
  }

  /** Starts all three in an empty folder. */
  static async start(options: {
    readonly seed: string;
    readonly speed: number;
    readonly signed: boolean;
  }): Promise<TortureWorld> {
    const folder = makeFolder();
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'kerbside.yaml'), configuration);
    const [backend, driver] = await Promise.all([
      startBackend(join(folder, 'ledger.jsonl')),
      startDriver({ socketPath: join(folder, 'driver.sock'), stateFile: join(folder, 'driver.json'), ...options }),
    ]);
    const world = new TortureWorld(folder, backend, driver);
    // Answers die with the daemon; and a machine that runs other things meanwhile is slower than a board.
    await world.control.expect({ answersArrive: false, toleranceMs: 3_000 });
    world.startDaemon();
    return world;
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  startDaemon(): void {
    this.#lives += 1;
    this.log.beginLife(`life ${this.#lives}`);
    const { folder, dataFolder, log } = this;
    const driver = `socket:${join(folder, 'driver.sock')}`;
    const args = ['run', '--data', dataFolder, '--config', join(folder, 'kerbside.yaml'), '--driver', driver];
    this.#daemon = kerbside([...args, '--backend', this.#backend.url, '--identity', identity], {
      name: 'daemon',
      onLine: (line) => log.take(line),
    });
  }

  /** `kill -9`, and the daemon again after the pause. Tells in what it fell. */
  async killDaemon(pauseMs: number): Promise<KillPhase> {
    const seen = await this.look();
    const phase = phaseOf(this.log, seen);
    await this.#daemon?.kill();
    this.log.lines.push(`--- killed: ${phase}`);
    await until('the backend to notice', async () => !(await this.control.online(identity)));
    await this.control.rebooted(identity);
    await sleep(pauseMs);
    this.startDaemon();
    return phase;
  }

  /** Why the daemon is not there although nobody killed it; null when it is. */
  async daemonEnded(): Promise<string | null> {
    const ended = await Promise.race([this.#daemon?.ended, sleep(0)]);
    return ended === undefined
      ? null
      : `the daemon ended by itself: ${JSON.stringify(ended)} ${this.#daemon?.errors ?? ''}`;
  }

  /** Does something at the hardware; what it refuses now (a plug that is locked …) does not stop the story. */
  async simulate(action: JsonObject): Promise<void> {
    await simulate(join(this.folder, 'driver.sock'), action).catch(() => undefined);
  }

  look(): Promise<readonly SeenEvse[]> {
    return look(join(this.folder, 'driver.sock'));
  }

  meterTransactions(): readonly MeterTransaction[] {
    return meterTransactions(join(this.folder, 'driver.json'));
  }

  /** How many facts wait for the backend, and how many were kept aside. Rejects while the daemon is not up. */
  async outbox(): Promise<{ readonly waiting: number; readonly parked: number }> {
    const { body } = await askDaemon(this.dataFolder, `/api/v1/stations/${identity}/outbox`);
    if (!isRecord(body) || !isRecord(body['waiting'])) throw new Error('the daemon shows no outbox');
    const { transaction, event } = body['waiting'];
    return { waiting: Number(transaction) + Number(event), parked: Number(body['parked']) };
  }

  /** Ends the processes; the files stay for whoever wants them. */
  async stop(): Promise<void> {
    await this.#daemon?.stop();
    await Promise.all([this.#driver.stop(), this.#backend.child.stop()]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
