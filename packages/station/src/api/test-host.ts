import type { JsonObject } from '../core/json.ts';
import { KerbsideError } from '../core/errors.ts';
import { createSeededRandom } from '../core/random.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import { createSimulator } from '../drivers/simulator/simulator.ts';
import { overridesOf } from '../params/overrides.ts';
import { openParameters } from '../params/parameters.ts';
import type { Parameters } from '../params/parameters.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { ApiHost, ApiStation, StationStatus } from './host-port.ts';

/** A host for tests of the API and the command line: real parameters in memory, a real simulator, everything else recorded. */
export interface TestHost extends ApiHost {
  /** What the stations were told to do. */
  readonly calls: string[];
}

/** What the stations are like. */
export interface TestHostOptions {
  readonly names?: readonly string[];
  readonly notReady?: readonly string[];
  readonly problems?: readonly string[];
  readonly realHardware?: boolean;
}

/** Makes a host with stations of these names. */
export async function createTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const calls: string[] = [];
  const names = options.names ?? ['Säule 1/A'];
  const stations = await Promise.all(names.map((name) => createTestStation(name, calls, options)));
  return {
    version: '1.2.3',
    calls,
    configurationProblems: options.problems ?? [],
    stations: () => stations,
    find: (name) => stations.find((station) => station.name === name) ?? null,
  };
}

async function createTestStation(name: string, calls: string[], options: TestHostOptions): Promise<ApiStation> {
  const parameters = await openTestParameters(name);
  const simulator = createSimulator({ time: new VirtualTime(), random: createSeededRandom('api') });
  return {
    key: name,
    name,
    parameters,
    simulator: options.realHardware === true ? null : { simulate: (action: JsonObject) => simulator.simulate(action) },
    status: () => testStatus(name, options.notReady ?? []),
    deadLetters: () =>
      Promise.resolve([
        { seq: 7, transaction: 't1', fact: null, parkedAtMs: 5, failed: 3, lastError: 'FormationViolation' },
      ]),
    resendParked: () => void calls.push('resendParked'),
    connectNow: () => void calls.push('connectNow'),
    doctor: ({ disconnect }) => {
      calls.push(`doctor ${disconnect}`);
      const address = { url: 'ws://csms.example/CP', parts: [] };
      const report = { mode: 'watched', verdict: 'skipped', steps: [], silence: null, notes: [] } as const;
      return Promise.resolve({ ...report, station: name, address });
    },
    reset: (kind) => void calls.push(`reset ${kind}`),
    applyEndpoint: (confirmed) => {
      calls.push(`applyEndpoint ${confirmed}`);
      return confirmed ? Promise.resolve() : Promise.reject(new KerbsideError('config.refused', 'A transaction runs.'));
    },
  };
}

function openTestParameters(station: string): Promise<Parameters> {
  const time = new VirtualTime();
  return openParameters({
    station,
    store: createMemoryStore(),
    clock: { nowMs: () => time.systemWallMs() },
    time,
    overrides: overridesOf({ pinned: { 'backend.messageTimeout': 40 } }),
  });
}

function testStatus(name: string, notReady: readonly string[]): StationStatus {
  const nothing = { enqueued: 0, transmitted: 0, delivered: 0, refused: 0, unanswered: 0, cut: 0 };
  return {
    name,
    identity: name,
    simulated: true,
    vendor: 'Kerbside',
    model: 'Simulator',
    startedMs: 1,
    notReady,
    link: { kind: 'disabled', sinceMs: 1, reason: 'no backend' },
    silence: null,
    bearer: { name: 'none', interface: null, address: null, reason: 'not started', policyRouting: '' },
    registration: 'none',
    clock: { nowMs: 2, source: 'system' },
    store: { health: 'ok', problem: '' },
    blocked: null,
    evses: [],
    outbox: {
      waiting: 0,
      waitingByFact: {},
      parked: 1,
      inFlight: null,
      head: null,
      nextDueInMs: null,
      storeBlocked: false,
      overflow: false,
      counters: { ...nothing, parked: 1, dropped: 0, thinned: 0 },
    },
    problems: [],
  };
}
