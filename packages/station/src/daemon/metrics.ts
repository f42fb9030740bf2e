import process from 'node:process';

import type { Time } from '../core/time.ts';
import { exposition, type MetricFamily, type Sample } from '../integrations/prometheus/exposition.ts';
import type { ApiHost, ApiStation, EvseStatus, ReadingNow, StationStatus } from '../api/host-port.ts';
import type { ProcessCounters } from './process-counters.ts';

/** With more stations than this only sums are told, unless each station is asked for: series cost a monitoring dearly. */
const FEW_STATIONS = 50;
/** A meter that answers later is left out of this scrape (ms). */
const METER_PATIENCE_MS = 2_000;

/** What metrics are made from. */
export interface MetricsDeps {
  readonly host: ApiHost;
  readonly counters: ProcessCounters;
  readonly time: Pick<Time, 'after'>;
}

/** The state of the process in Prometheus' text format; `each`: also each station, however many there are. */
export async function metricsText({ host, counters, time }: MetricsDeps, each: boolean): Promise<string> {
  const stations = host.stations();
  const states = stations.map(stateOf).filter((state) => state !== null);
  const detailed = each || stations.length <= FEW_STATIONS;
  const readings = detailed ? await Promise.all(states.map(({ station }) => readingsOf(station, time))) : [];
  return exposition([
    gauge('kerbside_build_info', 'The version that runs.', [{ labels: { version: host.version }, value: 1 }]),
    gauge('kerbside_safe_mode', 'Whether the configuration keeps every station from running.', [
      { labels: {}, value: host.configurationProblems.length > 0 ? 1 : 0 },
    ]),
    ...sums(states.map(({ status }) => status)),
    ...(detailed ? details(states, readings) : []),
    ...counters.families(),
    ...processFamilies(),
  ]);
}

interface State {
  readonly station: ApiStation;
  readonly status: StationStatus;
}

/** One that is being made anew has no state. */
function stateOf(station: ApiStation): State | null {
  try {
    return { station, status: station.status() };
  } catch {
    return null;
  }
}

async function readingsOf(station: ApiStation, time: Pick<Time, 'after'>): Promise<readonly ReadingNow[]> {
  const late = Promise.withResolvers<readonly ReadingNow[]>();
  const cancel = time.after(METER_PATIENCE_MS, () => late.resolve([]));
  try {
    return await Promise.race([station.readings(), late.promise]);
  } catch {
    return [];
  } finally {
    cancel();
  }
}

function sums(states: readonly StationStatus[]): readonly MetricFamily[] {
  const evses = states.flatMap((status) => status.evses);
  const total = (of: (status: StationStatus) => number): number => states.reduce((sum, status) => sum + of(status), 0);
  const ready = states.filter(({ notReady }) => notReady.length === 0).length;
  const counted = ['delivered', 'refused', 'unanswered', 'cut', 'parked', 'dropped', 'thinned'] as const;
  return [
    gauge('kerbside_stations', 'Stations of this process.', [
      { labels: { ready: 'true' }, value: ready },
      { labels: { ready: 'false' }, value: states.length - ready },
    ]),
    gauge(
      'kerbside_connectors',
      'Connectors by OCPP status.',
      countedBy(evses, 'status', ({ status }) => status),
    ),
    gauge(
      'kerbside_links',
      'Links to backends by state.',
      countedBy(states, 'state', ({ link }) => link.kind),
    ),
    gauge(
      'kerbside_registrations',
      'Registrations by the last answer.',
      countedBy(states, 'state', (one) => one.registration),
    ),
    gauge('kerbside_transactions_running', 'Transactions that run.', [
      { labels: {}, value: evses.filter(({ transaction }) => transaction !== null).length },
    ]),
    gauge('kerbside_outbox_messages', 'Messages for backends: waiting, and set aside after all attempts.', [
      { labels: { state: 'waiting' }, value: total(({ outbox }) => outbox.waiting) },
      { labels: { state: 'parked' }, value: total(({ outbox }) => outbox.parked) },
    ]),
    {
      name: 'kerbside_delivery_total',
      help: 'What became of messages for backends since the start of the process.',
      type: 'counter',
      samples: counted.map((event) => ({ labels: { event }, value: total(({ outbox }) => outbox.counters[event]) })),
    },
  ];
}

/** What is told of each station: name, help, value. */
const ofStations: readonly (readonly [name: string, help: string, value: (status: StationStatus) => number])[] = [
  [
    'station_ready',
    'Whether a station is registered at its backend, or has none.',
    (one) => (one.notReady.length === 0 ? 1 : 0),
  ],
  ['link_up', 'Whether the link to the backend is open.', ({ link }) => (link.kind === 'open' ? 1 : 0)],
  ['station_outbox_messages', 'Messages that wait for the backend of a station.', ({ outbox }) => outbox.waiting],
  ['station_dead_letters', 'Messages that the backend of a station did not take.', ({ outbox }) => outbox.parked],
];

/** The same of each connector. */
const ofConnectors: readonly (readonly [name: string, help: string, value: (evse: EvseStatus) => number])[] = [
  ['connector_limit_amperes', 'What a connector may offer, per phase.', (evse) => evse.limitMilliamps / 1_000],
  ['connector_contactor_closed', 'Whether the contactor is closed.', (evse) => (evse.contactor === 'closed' ? 1 : 0)],
];

function details(states: readonly State[], readings: readonly (readonly ReadingNow[])[]): readonly MetricFamily[] {
  const stations = ofStations.map(([name, help, value]) =>
    gauge(
      `kerbside_${name}`,
      help,
      states.map(({ station, status }) => ({ labels: { station: station.name }, value: value(status) })),
    ),
  );
  const connectors = ofConnectors.map(([name, help, value]) =>
    gauge(
      `kerbside_${name}`,
      help,
      states.flatMap(({ station, status }) =>
        status.evses.map((evse) => ({ labels: { station: station.name, connector: evse.id }, value: value(evse) })),
      ),
    ),
  );
  const status = gauge(
    'kerbside_connector_status',
    'The OCPP status of a connector: 1 at the one that holds.',
    statusSamples(states),
  );
  return [...stations, status, ...connectors, ...meters(states, readings)];
}

function meters(states: readonly State[], readings: readonly (readonly ReadingNow[])[]): readonly MetricFamily[] {
  const samples = (value: (reading: NonNullable<ReadingNow['reading']>) => number | undefined): readonly Sample[] =>
    states.flatMap(({ station }, index) =>
      (readings[index] ?? []).flatMap(({ id, reading }) => {
        const found = reading === null ? undefined : value(reading);
        return found === undefined ? [] : [{ labels: { station: station.name, connector: id }, value: found }];
      }),
    );
  const power = gauge(
    'kerbside_connector_power_watts',
    'The power that the meter shows.',
    samples((one) => one.powerW),
  );
  const energy = {
    name: 'kerbside_connector_energy_watt_hours_total',
    help: 'The register of the meter.',
    type: 'counter',
    samples: samples(({ energyImportWh }) => energyImportWh),
  } as const;
  return [power, energy];
}

function statusSamples(states: readonly State[]): readonly Sample[] {
  return states.flatMap(({ station, status }) =>
    status.evses.map((evse) => ({
      labels: { station: station.name, connector: evse.id, status: evse.status, error: evse.errorCode },
      value: 1,
    })),
  );
}

function processFamilies(): readonly MetricFamily[] {
  const { user, system } = process.cpuUsage();
  return [
    gauge('process_resident_memory_bytes', 'Memory that the process holds.', [
      { labels: {}, value: process.memoryUsage.rss() },
    ]),
    {
      name: 'process_cpu_seconds_total',
      help: 'Time that the process has computed.',
      type: 'counter',
      samples: [{ labels: {}, value: (user + system) / 1e6 }],
    },
    gauge('process_uptime_seconds', 'For how long the process runs.', [{ labels: {}, value: process.uptime() }]),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, help, type: 'gauge', samples };
}

function countedBy<T>(all: readonly T[], label: string, wordOf: (one: T) => string): readonly Sample[] {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(wordOf(one), (counts.get(wordOf(one)) ?? 0) + 1);
  return [...counts].map(([word, value]) => ({ labels: { [label]: word }, value }));
}
