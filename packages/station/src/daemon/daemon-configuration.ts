import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { messageOf } from '../core/errors.ts';
import { readEntry } from '../params/configuration-entry.ts';
import { readConfiguration } from '../params/configuration.ts';
import type { Configuration, ConfigurationProblem } from '../params/configuration.ts';
import { splitBackendUrl } from '../params/endpoint-url.ts';
import { identitiesOf } from '../params/identity-template.ts';
import type { Override, OverrideValues, ParameterOverrides } from '../params/overrides.ts';
import type { ValueId } from '../params/value-id.ts';
import { noValues, stationsOf } from '../params/station-groups.ts';
import type { StationGroup } from '../params/station-groups.ts';

/** Environment variables that are not parameters. */
export const daemonVariables = {
  data: 'KERBSIDE_DATA',
  config: 'KERBSIDE_CONFIG',
  driver: 'KERBSIDE_DRIVER',
  firmwareInstaller: 'KERBSIDE_FIRMWARE_INSTALLER',
} as const;

/** The configuration file that is taken when none is named, in the data folder. */
const defaultConfigurationFile = 'kerbside.yaml';

/** The key in the store of a station that stands in no list; it stays when the identity changes. */
export const singleStationName = 'station';

/** The identities of `--stations N` without `--identity`. */
const defaultTemplate = 'SIM{n:04}';

/** Where a daemon's configuration comes from. */
export interface ConfigurationSource {
  readonly dataFolder: string;
  /** The file that was asked for; null: `kerbside.yaml` of the data folder, if it is there. */
  readonly configurationFile: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values of the command line, for this run; they beat all others. */
  readonly backendUrl: string | null;
  /** With `stationCount` a template. */
  readonly identity: string | null;
  /** So many stations, alike but for their identities; null: what the file says, or one. */
  readonly stationCount?: number | null;
}

/** One station of the daemon. */
export interface DaemonStation {
  /** The key in the store. */
  readonly name: string;
  readonly overrides: ParameterOverrides;
  /** What keeps this station, and no other, from running. */
  readonly problems: readonly ConfigurationProblem[];
}

/** The configuration, complete. */
export interface DaemonConfiguration {
  /** The file that was read; null = none. */
  readonly file: string | null;
  readonly shared: ParameterOverrides;
  readonly stations: readonly DaemonStation[];
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
}

/** Reads file, environment and command line. What cannot be used is a problem, never thrown. */
export async function loadConfiguration(source: ConfigurationSource): Promise<DaemonConfiguration> {
  const problems: ConfigurationProblem[] = [];
  const file = readFile(source, problems);
  const read = await readConfiguration({
    environment: source.environment,
    readFile: (path) => readFileSync(path, 'utf8'),
    otherNames: Object.values(daemonVariables),
    ...(file === null ? {} : { file }),
  });
  const groups = isCounted(source) ? countedStations(source, read, problems) : read.stations;
  const shared = withCommandLine(read.shared, readCommandLine(source, read, problems));
  return {
    file: file?.name ?? null,
    shared,
    stations: namedStations(groups, shared),
    problems: [...problems, ...read.problems],
    warnings: read.warnings,
  };
}

/**
 * The command line beats file and environment. Only `ws` of `--backend` may give way to what is stored, so that a backend can raise
 * the security profile of a station that was started with its address (S-05), and the next start keeps it.
 */
function withCommandLine({ pinned, defaults }: ParameterOverrides, ofCommandLine: OverrideValues): ParameterOverrides {
  const id = 'backend.protocol';
  const scheme = ofCommandLine.get(id);
  if (scheme?.value !== 'ws' || pinned.has(id)) return { pinned: new Map([...pinned, ...ofCommandLine]), defaults };
  const others = [...ofCommandLine].filter(([other]) => other !== id);
  return { pinned: new Map([...pinned, ...others]), defaults: new Map([...defaults, [id, scheme]]) };
}

function isCounted({ stationCount }: ConfigurationSource): boolean {
  return (stationCount ?? null) !== null;
}

function namedStations(groups: readonly StationGroup[], shared: ParameterOverrides): readonly DaemonStation[] {
  if (groups.length === 0) return [{ name: singleStationName, overrides: shared, problems: [] }];
  return stationsOf(groups, shared).map(({ identity, ...station }) => ({ name: identity, ...station }));
}

/** `--stations`: one group of stations that have nothing of their own. */
function countedStations(
  { stationCount, identity }: ConfigurationSource,
  read: Configuration,
  problems: ConfigurationProblem[],
): readonly StationGroup[] {
  const where = '--stations';
  if (read.stations.length > 0) {
    problems.push({ where, problem: 'The configuration file lists the stations. Leave one out.' });
    return read.stations;
  }
  const found = identitiesOf(identity ?? defaultTemplate, stationCount ?? 1);
  if (!found.ok) problems.push({ where: identity === null ? where : '--identity', problem: found.problem });
  return [{ identities: found.ok ? found.identities : [], values: noValues, where, from: 'program', problems: [] }];
}

function readFile(
  source: ConfigurationSource,
  problems: ConfigurationProblem[],
): { name: string; text: string } | null {
  const name = source.configurationFile ?? join(source.dataFolder, defaultConfigurationFile);
  if (source.configurationFile === null && !existsSync(name)) return null;
  try {
    return { name, text: readFileSync(name, 'utf8') };
  } catch (error) {
    problems.push({ where: name, problem: `The file cannot be read: ${messageOf(error)}` });
    return null;
  }
}

function readCommandLine(
  source: ConfigurationSource,
  read: Configuration,
  problems: ConfigurationProblem[],
): OverrideValues {
  const values = new Map<ValueId, Override>();
  const take = (name: string, value: string, where: string): void => {
    const entry = readEntry(name, value, 'program', where);
    if (entry.ok) values.set(entry.id, entry.override);
    else problems.push({ where, problem: entry.problem });
  };
  if (source.backendUrl !== null) {
    const split = splitBackendUrl(source.backendUrl);
    if (split.ok) {
      for (const { name, value } of split.changes) take(name, value, '--backend');
      // Who names a backend wants to talk to it; only a version that was pinned elsewhere stays.
      if (!read.shared.pinned.has('backend.communicationType')) take('backend.communicationType', 'auto', '--backend');
    } else problems.push({ where: '--backend', problem: split.reason });
  }
  if (source.identity !== null && read.stations.length > 0) {
    problems.push({
      where: '--identity',
      problem: 'The configuration file lists the stations with their identities. Leave one out.',
    });
  } else if (source.identity !== null && !isCounted(source)) take('backend.identity', source.identity, '--identity');
  return values;
}
