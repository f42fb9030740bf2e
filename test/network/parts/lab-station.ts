import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import type { StationStatus } from '@kerbside/station';

import type { Child } from '../../e2e/parts/child.ts';
import { writeConfiguration } from '../../e2e/parts/configuration.ts';
import { startDaemon, type DaemonProcess } from '../../e2e/parts/daemon.ts';
import { look, simulate } from '../../e2e/parts/hardware-view.ts';
import { askDaemon } from '../../e2e/parts/local-api.ts';
import { startDriver } from '../../e2e/parts/programs.ts';
import { temporaryFolder } from '../../e2e/parts/temporary-folder.ts';
import { until } from '../../e2e/parts/until.ts';
import { backendAddress, type Lab } from './lab.ts';

export const identity = 'NET-1';

/** What the daemon of a lab is started with. */
export interface LabStationOptions {
  readonly url?: string;
  readonly pinned?: Readonly<Record<string, string | number | boolean>>;
  /** Stands between the namespace and the daemon on the command line. */
  readonly inside?: readonly string[];
}

/** Parameters that make the suite quick. */
const quick = {
  'backend.bearerHoldTime': 1,
  'backend.backoffFirst': 1,
  'backend.backoffMinimum': 1,
  'backend.backoffMaximum': 1,
  'backend.backoffRandomRange': 0,
  'backend.messageTimeout': 5,
  'backend.communicationTimeout': 5,
  'metering.sampleInterval': 1,
};

/** The real daemon inside the station's namespace, with simulated hardware as a process of its own. */
export class LabStation {
  readonly #lab: Lab;
  readonly #folder: string;
  readonly #options: LabStationOptions;
  readonly #test: TestContext;
  #daemon: DaemonProcess;

  private constructor(test: TestContext, lab: Lab, folder: string, options: LabStationOptions) {
    this.#test = test;
    this.#lab = lab;
    this.#folder = folder;
    this.#options = options;
    this.#daemon = this.#start();
  }

  static async start(test: TestContext, lab: Lab, options: LabStationOptions = {}): Promise<LabStation> {
    const folder = temporaryFolder(test);
    const driver = await startDriver({
      socketPath: join(folder, 'hw.sock'),
      stateFile: join(folder, 'hw.json'),
      seed: identity,
      speed: 1,
    });
    test.after(() => driver.kill());
    return new LabStation(test, lab, folder, options);
  }

  /** Starts the daemon again after it ended. */
  restart(): void {
    this.#daemon = this.#start();
  }

  get daemon(): Child {
    return this.#daemon.child;
  }

  async status(): Promise<StationStatus> {
    const { body } = await askDaemon(this.#folder, `/api/v1/stations/${identity}`);
    return body as StationStatus;
  }

  /** Waits until the station is registered over an interface. */
  async onlineOver(device: string | null, limitMs = 15_000): Promise<void> {
    await until(
      `the station to be online over ${device}`,
      async () => {
        const { bearer, link, registration } = await this.status();
        return bearer.interface === device && link.kind === 'open' && registration === 'accepted';
      },
      limitMs,
    );
  }

  /** Waits until nothing is left to deliver. */
  async delivered(limitMs = 20_000): Promise<void> {
    await until('everything to be delivered', async () => (await this.status()).outbox.waiting === 0, limitMs);
  }

  async startCharging(): Promise<void> {
    await this.#simulate({ action: 'plug', evse: 1 });
    await this.#simulate({ action: 'card', uid: 'CARD1', evse: 1 });
    await until('the contactor to close', async () => (await look(this.#socket))[0]?.contactorClosed);
  }

  async stopCharging(): Promise<void> {
    await this.#simulate({ action: 'card', uid: 'CARD1', evse: 1 });
    await until('the contactor to open', async () => (await look(this.#socket))[0]?.contactorClosed === false);
    // The lock moves after the contactor.
    await until('the plug to come out', () => this.#simulate({ action: 'unplug', evse: 1 }));
  }

  async stop(): Promise<void> {
    assert.equal((await this.daemon.stop()).code, 0);
  }

  #simulate(action: Parameters<typeof simulate>[1]): Promise<unknown> {
    return simulate(this.#socket, action);
  }

  get #socket(): string {
    return join(this.#folder, 'hw.sock');
  }

  #start(): DaemonProcess {
    const { url = `ws://${backendAddress}:9000/ocpp`, pinned = {}, inside = [] } = this.#options;
    const config = writeConfiguration(this.#folder, { ...quick, ...pinned });
    const args = ['--driver', `socket:${this.#socket}`, '--data', this.#folder, '--config', config];
    const daemon = startDaemon([...args, '--backend', url, '--identity', identity], {
      inside: [...this.#lab.inside(this.#lab.station), ...inside],
    });
    this.#test.after(() => daemon.child.kill());
    return daemon;
  }
}
