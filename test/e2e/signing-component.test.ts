import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { sessionFindings, readOcmf } from '@kerbside/ocmf';
import {
  createMemoryStore,
  createProcessDriver,
  createSeededRandom,
  createSystemTime,
  createWsTransport,
  Host,
  isRecord,
  overridesOf,
  type StationStatus,
} from '@kerbside/station';
import { StrictBackend } from '@kerbside/testkit';

import { root } from '../../tools/source-files.ts';
import { simulate } from './parts/hardware-view.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const drivers = join(root, 'packages/station/src/drivers');
const identity = 'SEALED-1';

/** A simulator whose meter does not sign, a component that signs for it, and a station: three processes, as they would be in a charger. */
class Charger {
  readonly host: Host;
  readonly backend: StrictBackend;
  readonly #folder: string;
  component: ChildProcess | null = null;

  private constructor(folder: string, backend: StrictBackend, host: Host) {
    this.#folder = folder;
    this.backend = backend;
    this.host = host;
  }

  static async open(t: TestContext): Promise<Charger> {
    const folder = temporaryFolder(t);
    const time = createSystemTime();
    const backend = new StrictBackend({ time, pingIntervalMs: 0 });
    await backend.start();
    const { hostname, port } = new URL(backend.url);
    const defaults = {
      'backend.communicationType': 'ocpp1.6',
      'backend.identity': identity,
      'backend.protocol': 'ws',
      'backend.host': hostname,
      'backend.port': Number(port),
    } as const;
    const host = new Host({
      store: createMemoryStore(),
      time,
      random: createSeededRandom('sealed'),
      transport: createWsTransport({ time }),
      stations: [
        {
          name: identity,
          overrides: overridesOf({ defaults }),
          driver: createProcessDriver({ socketPath: join(folder, 'signed.sock'), time }),
        },
      ],
      version: 'test',
    });
    const charger = new Charger(folder, backend, host);
    const simulator = await listening('process/simulator-main.ts', ['--socket', charger.#behind, '--evses', '1']);
    t.after(async () => {
      await host.stop();
      await backend.close();
      charger.component?.kill('SIGKILL');
      simulator.kill('SIGKILL');
    });
    await charger.startComponent();
    await host.start();
    await until('registration', () => charger.status.registration === 'accepted');
    await charger.shows('Available');
    return charger;
  }

  get #behind(): string {
    return join(this.#folder, 'behind.sock');
  }

  get statePath(): string {
    return join(this.#folder, 'component.json');
  }

  get status(): StationStatus {
    const [station] = this.host.stations();
    assert.ok(station !== undefined);
    return station.status();
  }

  async startComponent(): Promise<void> {
    const paths = ['--socket', join(this.#folder, 'signed.sock'), '--behind', this.#behind, '--state', this.statePath];
    this.component = await listening('signing-component/signing-component-main.ts', ['--test', ...paths]);
  }

  async killComponent(): Promise<void> {
    const { component } = this;
    assert.ok(component !== null);
    const ended = new Promise((resolve) => component.once('exit', resolve));
    component.kill('SIGKILL');
    await ended;
  }

  shows(status: string): Promise<true> {
    return until(`the connector to be ${status}`, () => this.status.evses[0]?.status === status, 30_000);
  }

  play(action: Parameters<typeof simulate>[1]): ReturnType<typeof simulate> {
    return simulate(this.#behind, action);
  }

  async charge(uid: string): Promise<void> {
    await this.play({ action: 'plug', evse: 1 });
    await this.play({ action: 'card', evse: 1, uid });
    await this.shows('Charging');
  }

  /** The signed texts of each StopTransaction. */
  signedStops(): readonly (readonly string[])[] {
    return this.backend.frames.calls('StopTransaction', identity).map(({ payload }) => {
      const readings = Array.isArray(payload['transactionData']) ? payload['transactionData'].filter(isRecord) : [];
      const values = readings.flatMap(({ sampledValue }) => (Array.isArray(sampledValue) ? sampledValue : []));
      return values.filter(isRecord).flatMap(({ format, value }) => {
        if (format !== 'SignedData') return [];
        const { signedMeterData } = JSON.parse(String(value)) as { readonly signedMeterData: string };
        return [Buffer.from(signedMeterData, 'base64').toString('utf8')];
      });
    });
  }

  async stops(count: number): Promise<void> {
    await until(`${count} stops`, () => this.signedStops().length === count, 150_000);
  }
}

async function listening(main: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--conditions=source', join(drivers, main), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until(`${main} to listen`, () => said.includes('listening at'), 20_000);
  return child;
}

test('a station bills by what a sealed component beside its meter signs, over its restart, and not when it was changed (E-01, E-09, E-13)', async (t) => {
  const charger = await Charger.open(t);
  await charger.charge('CARD1');
  await charger.play({ action: 'card', evse: 1, uid: 'CARD1' });
  await charger.stops(1);
  const [first = []] = charger.signedStops();
  const records = first.map((text) => readOcmf(text));
  assert.deepEqual(
    records.map(({ readings }) => readings[0]?.event),
    ['B', 'L'],
  );
  assert.deepEqual(sessionFindings(records), []);
  assert.match(records[0]?.fields['GI'] ?? '', /TEST ONLY/);
  await charger.play({ action: 'unplug', evse: 1 });
  await charger.shows('Available');

  await charger.charge('CARD2');
  await charger.killComponent();
  await charger.startComponent();
  await charger.stops(2);
  await until('the plug to come out', () => charger.play({ action: 'unplug', evse: 1 }).then(() => true));
  await charger.shows('Available');
  const [station] = charger.host.stations();
  const [session] = (await station?.archives.sessions.read({ limit: 1 })) ?? [];
  assert.ok(session?.billing === 'unbillable' || charger.signedStops()[1]?.length === 2, JSON.stringify(session));

  await charger.killComponent();
  const sealed = readFileSync(charger.statePath, 'utf8');
  const [checksum = ''] = /"checksum":\s*"(?:[^"]+)"/.exec(sealed) ?? [];
  writeFileSync(charger.statePath, sealed.replaceAll(checksum, '"checksum":"of another program"'));
  await charger.startComponent();
  await charger.shows('Unavailable');
  await charger.play({ action: 'plug', evse: 1 });
  await charger.play({ action: 'card', evse: 1, uid: 'CARD3' });
  await until('a refusal', () => charger.status.problems.some(({ text }) => text.includes('a card was refused')));
  assert.equal(charger.backend.frames.calls('StartTransaction', identity).length, 2);
});
