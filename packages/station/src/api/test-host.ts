import { WhiteList } from '../authorization/white-list.ts';
import type { JsonObject } from '../core/json.ts';
import { KerbsideError } from '../core/errors.ts';
import { createSeededRandom } from '../core/random.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import { createSimulator } from '../drivers/simulator/simulator.ts';
import { overridesOf } from '../params/overrides.ts';
import { openParameters } from '../params/parameters.ts';
import type { Parameters } from '../params/parameters.ts';
import type { ExternalLimit } from '../smartcharging/external-limit.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { ApiHost, ApiStation, RootView, StationStatus } from './host-port.ts';
import { testArchives } from './test-archives.ts';
import { testDevice } from './test-device.ts';

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

const testRoot: RootView = {
  kind: 'centralSystem',
  name: 'Root',
  subject: 'O=Acme, CN=Root',
  issuer: 'O=Acme, CN=Root',
  validFromMs: Date.UTC(2026, 0, 1),
  validToMs: Date.UTC(2036, 0, 1),
  fingerprint: 'AB:CD:EF',
  installedMs: Date.UTC(2026, 10, 1),
  replacing: false,
  inUse: true,
};

async function createTestStation(name: string, calls: string[], options: TestHostOptions): Promise<ApiStation> {
  const parameters = await openTestParameters(name);
  const simulator = createSimulator({ time: new VirtualTime(), random: createSeededRandom('api') });
  return {
    key: name,
    name,
    parameters,
    simulator: options.realHardware === true ? null : { simulate: (action: JsonObject) => simulator.simulate(action) },
    status: () => testStatus(name, options.notReady ?? []),
    readings: () => Promise.resolve([{ id: 1, reading: { energyImportWh: 1_234, powerW: 3_680 }, problem: null }]),
    diagnostics: () => Promise.resolve(Buffer.from(`PK${'x'.repeat(100_000)}`)),
    deadLetters: () =>
      Promise.resolve([
        { seq: 7, transaction: 't1', fact: null, parkedAtMs: 5, failed: 3, lastError: 'FormationViolation' },
      ]),
    certificates: {
      list: () => [testRoot],
      install: (kind, pem) => {
        calls.push(`install ${kind} ${pem}`);
        return Promise.resolve(true);
      },
      delete: (fingerprint) => {
        calls.push(`delete ${fingerprint}`);
        if (fingerprint === testRoot.fingerprint) return Promise.resolve();
        return Promise.reject(new KerbsideError('certificate.unknown', `There is no ${fingerprint}.`));
      },
    },
    limits: testLimits(calls),
    archives: await testArchives(),
    eichrecht: testEichrecht(calls),
    charging: testCharging,
    reservations: {
      views: () => [{ id: 7, evse: 1, idTag: 'Card1', parentIdTag: 'FLEET', expiry: '2026-11-22T12:00:00.000Z' }],
      cancel: (id) => {
        calls.push(`cancelReservation ${id}`);
        return Promise.resolve(id === 7 ? 'accepted' : id === 8 ? 'failed' : 'unknown');
      },
    },
    whiteList: new WhiteList({
      station: name,
      store: createMemoryStore(),
      limits: () => ({ entries: parameters.get('authorization.whiteListMaxLength'), idTokenLength: 20 }),
    }),
    localList: (from, count) => {
      calls.push(`localList ${from} ${count}`);
      const entry = { idToken: 'Card1', status: 'accepted', expiryMs: 86_400_000, parentIdToken: 'FLEET' } as const;
      return { enabled: true, version: 4, count: 1, entries: [entry] };
    },
    securityLog: {
      read: () => Promise.resolve([testSecurityEntry]),
      text: () => Promise.resolve('# log: security\n'),
      clear: (who) => {
        calls.push(`clearSecurityLog ${who}`);
        return Promise.resolve();
      },
      secretsExported: (who) => {
        calls.push(`secretsExported ${who}`);
        return Promise.resolve();
      },
    },
    device: testDevice(calls),
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

const testSecurityEntry = {
  number: 3,
  type: 'StartupOfTheDevice',
  atMs: 1_000,
  estimated: false,
  detail: 'firmware 1.0',
  told: true,
} as const;

const testCharging: ApiStation['charging'] = {
  profiles: [
    {
      id: 42,
      evse: 1,
      purpose: 'txDefault',
      stackLevel: 0,
      kind: 'absolute',
      transaction: null,
      validFromMs: null,
      validToMs: 86_400_000,
      schedule: {
        startMs: null,
        durationSeconds: null,
        unit: 'A',
        periods: [{ startSeconds: 0, limit: 16, phases: null }],
      },
      acceptedMs: 1_000,
    },
  ],
  composite: ({ evse, durationSeconds, unit }) =>
    evse > 2
      ? null
      : { startMs: 0, durationSeconds, unit: unit ?? 'A', periods: [{ startSeconds: 0, limit: 16, phases: null }] },
};

function testEichrecht(calls: string[]): ApiStation['eichrecht'] {
  return {
    view: () =>
      Promise.resolve({ connectors: [], archive: { records: 3, undelivered: 1, capacity: 50_000, blocked: null } }),
    release: ({ evse, cause, reason }, { role, who }) => {
      calls.push(`release ${evse} ${cause} ${reason} ${role} ${who}`);
      return Promise.resolve();
    },
    commission: ({ evse, reason }, { role, who }) => {
      calls.push(`commission ${evse} ${reason} ${role} ${who}`);
      return Promise.resolve();
    },
  };
}

function testLimits(calls: string[]): ApiStation['limits'] {
  let set: ExternalLimit | null = null;
  const entry = { seq: 1, atMs: 1_000, source: 'api', by: 'operator', event: 'set', effectiveMs: 2_000 } as const;
  return {
    external: () => ({ enabled: true, api: set, hardware: null }),
    setExternal: (limit, who) => {
      calls.push(`externalLimit ${JSON.stringify(limit)} by ${who}`);
      set = limit;
      return Promise.resolve();
    },
    externalLog: () => Promise.resolve([{ ...entry, limit: { unit: 'W', amount: 4_200_000, untilMs: null } }]),
    nowMs: () => 0,
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
    provide: { 'station.numberOfConnectors': () => 2 },
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
    security: { profile: 0, certificate: null, certificateAwaited: false },
    bearer: { name: 'none', interface: null, address: null, reason: 'not started', policyRouting: '' },
    registration: 'none',
    clock: { nowMs: 2, source: 'system' },
    store: { health: 'ok', problem: '' },
    blocked: null,
    freeCharging: null,
    firmware: {
      version: '',
      slot: null,
      simulated: false,
      onTrial: false,
      update: null,
      upload: null,
      uploadRefusal: null,
    },
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
