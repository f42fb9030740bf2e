import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { messageOf } from '../core/errors.ts';
import { createSystemTime } from '../core/system-time.ts';
import { loadConfiguration } from '../daemon/daemon-configuration.ts';
import type { DaemonConfiguration } from '../daemon/daemon-configuration.ts';
import { buildUrl } from '../link/endpoint.ts';
import { openParameters } from '../params/parameters.ts';
import type { Parameters } from '../params/parameters.ts';
import type { Store } from '../store/store.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { configurationSource } from './daemon-options.ts';
import { dataFolderOf } from './data-folder.ts';
import { exitCodes } from './exit-codes.ts';
import { openStoredValues } from './stored-values.ts';

/** What was found out about one station. */
interface CheckedStation {
  readonly name: string;
  /** The final address; null when there is none. */
  readonly url: string | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

interface CheckReport {
  readonly dataFolder: string;
  readonly configurationFile: string | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly stations: readonly CheckedStation[];
}

/** `kerbside check`: looks at everything that `run` would use, and starts nothing. */
export async function runCheck({ io, options }: CommandCall): Promise<number> {
  const dataFolder = dataFolderOf(options, io);
  const configuration = await loadConfiguration(configurationSource(options, io, dataFolder));
  const folder = checkFolder(dataFolder);
  const stored = await readStored(dataFolder, configuration);
  const report: CheckReport = {
    dataFolder,
    configurationFile: configuration.file,
    problems: [
      ...configuration.problems.map(({ where, problem }) => `${where}: ${problem}`),
      ...folder,
      ...stored.problems,
    ],
    warnings: [...configuration.warnings, ...stored.warnings],
    stations: stored.stations,
  };
  io.out(flag(options, 'json') ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  const isBad = report.problems.length > 0 || report.stations.some(({ problems }) => problems.length > 0);
  return isBad ? exitCodes.invalidConfiguration.code : exitCodes.ok.code;
}

/** The data folder must be writable, or it must be possible to make it. */
function checkFolder(dataFolder: string): readonly string[] {
  try {
    if (existsSync(dataFolder) && !statSync(dataFolder).isDirectory()) return [`${dataFolder} is no folder.`];
    accessSync(nearestExisting(dataFolder), constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    return [`The data folder ${dataFolder} cannot be written: ${messageOf(error)}`];
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

type Stored = Pick<CheckReport, 'problems' | 'warnings' | 'stations'>;

/** Reads the stored parameters; while a daemon has the database, only what environment and file say is looked at. */
async function readStored(dataFolder: string, configuration: DaemonConfiguration): Promise<Stored> {
  const opened = await openStoredValues(dataFolder);
  try {
    const stations = configuration.stations.map((station) => checkStation(station, opened.store));
    return { problems: opened.problems, warnings: opened.warnings, stations: await Promise.all(stations) };
  } finally {
    await opened.store.close();
  }
}

async function checkStation(station: DaemonConfiguration['stations'][number], store: Store): Promise<CheckedStation> {
  const time = createSystemTime();
  const parameters = await openParameters({
    station: station.name,
    store,
    clock: { nowMs: () => time.systemWallMs() },
    time,
    overrides: station.overrides,
  });
  const findings = parameters.findings();
  const broken = [
    ...station.problems.map(({ where, problem }) => `${where}: ${problem}`),
    ...findings.filter(({ severity }) => severity === 'refuse').map(({ problem }) => problem),
  ];
  const warnings = findings.filter(({ severity }) => severity !== 'refuse').map(({ problem }) => problem);
  const name = parameters.get('backend.identity') || station.name;
  const address = finalAddress(parameters);
  switch (address.kind) {
    case 'address':
      return { name, url: address.url, problems: broken, warnings };
    case 'none':
      return { name, url: null, problems: broken, warnings: [...warnings, ...address.reasons] };
    case 'unusable':
      return { name, url: null, problems: [...broken, address.problem], warnings };
  }
}

type FinalAddress =
  | { readonly kind: 'address'; readonly url: string }
  | { readonly kind: 'none'; readonly reasons: readonly string[] }
  | { readonly kind: 'unusable'; readonly problem: string };

function finalAddress(parameters: Parameters): FinalAddress {
  if (parameters.get('backend.communicationType') === 'off') {
    return { kind: 'none', reasons: ['OCPP is switched off (backend.communicationType).'] };
  }
  const missing = parameters.missing();
  if (missing.length > 0) return { kind: 'none', reasons: missing.map(({ id, problem }) => `${problem} (${id})`) };
  try {
    const url = buildUrl({
      protocol: parameters.get('backend.protocol'),
      host: parameters.get('backend.host'),
      port: parameters.get('backend.port'),
      path: parameters.get('backend.path'),
      identity: parameters.get('backend.identity'),
    });
    return { kind: 'address', url };
  } catch (error) {
    return { kind: 'unusable', problem: messageOf(error) };
  }
}

function verdict({ problems }: CheckReport): string {
  return problems.length > 0
    ? 'With these problems the daemon would come up in safe mode.'
    : 'A station with a problem would not run as it should; the others would.';
}

function reportText(report: CheckReport): string {
  const stations = report.stations.flatMap(({ name, url, problems, warnings }) => [
    `station ${name}: ${url ?? 'connects to no backend'}`,
    ...problems.map((text) => `  problem: ${text}`),
    ...warnings.map((text) => `  warning: ${text}`),
  ]);
  const isGood = report.problems.length === 0 && report.stations.every(({ problems }) => problems.length === 0);
  const lines = [
    `data folder: ${report.dataFolder}`,
    `configuration file: ${report.configurationFile ?? 'none'}`,
    ...report.problems.map((text) => `problem: ${text}`),
    ...report.warnings.map((text) => `warning: ${text}`),
    ...stations,
    isGood ? 'Everything can be used.' : verdict(report),
  ];
  return `${lines.join('\n')}\n`;
}
