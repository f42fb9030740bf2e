import { KerbsideError, messageOf } from '../core/errors.ts';
import { createSystemRandom } from '../core/random.ts';
import type { StationClock } from '../core/station-clock.ts';
import { createSystemTime } from '../core/system-time.ts';
import type { Time } from '../core/time.ts';
import type { StationIdentity } from '../delivery/session.ts';
import { loadConfiguration } from '../daemon/daemon-configuration.ts';
import type { DaemonConfiguration } from '../daemon/daemon-configuration.ts';
import { ocpp16Dialect } from '../dialects/ocpp16/dialect.ts';
import { addressParts } from '../doctor/address.ts';
import type { AloneDeps } from '../doctor/doctor-alone.ts';
import { trustedRoots } from '../host.ts';
import { createReach } from '../link/reach.ts';
import { createWsTransport } from '../link/ws-transport.ts';
import { openParameters } from '../params/parameters.ts';
import type { Parameters } from '../params/parameters.ts';
import { CertificateStore } from '../security/certificate-store.ts';
import { openClock } from '../station/clock-keeper.ts';
import { linkSettings } from '../station/backend/link-settings.ts';
import { knownIdentity, stationIdentity } from '../station/backend/station-identity.ts';
import { readToldIdentity } from '../station/backend/told-identity.ts';
import type { StationCredential } from '../security/station-certificate.ts';
import { readStationCertificate } from '../station/security/stored-certificate.ts';
import type { CommandCall } from './command.ts';
import { textOption } from './command.ts';
import { configurationSource } from './daemon-options.ts';
import { dataFolderOf } from './data-folder.ts';
import { openStoredValues } from './stored-values.ts';

const dialects = [ocpp16Dialect];

/** What the doctor reads from the same places as `run`. */
interface Settings {
  readonly params: Parameters;
  readonly clock: StationClock;
  readonly notes: readonly string[];
  /** Why an option of the address cannot be used; null: it can. */
  readonly unusable: string | null;
  /** What the station told in its last BootNotification; null: nothing is known of that. */
  readonly told: StationIdentity | null;
  /** PEM texts of the roots that were installed. */
  readonly installedRoots: readonly string[];
  /** The station's certificate; null: none is known. */
  readonly credential: StationCredential | null;
}

const identityUnknown =
  'It was sent with the configured names only: what the hardware says of itself is known after the first registration of the station, and not while a daemon has the data folder.';

/** Makes everything that the doctor needs to look by itself; the store is closed again. */
export async function setUpAlone(
  call: CommandCall,
  how: { readonly onlyReach: string | null; readonly besideDaemon: boolean; readonly signal: AbortSignal },
): Promise<AloneDeps> {
  const time = createSystemTime();
  const stored = await readSettings(call, time, how.besideDaemon);
  const { params, clock, notes, unusable, told, credential, installedRoots } = stored;
  const { roots, problem } = readRoots(params);
  const built = dialects.map(({ subProtocol }) => subProtocol);
  const password = params.passwordBytes();
  const read = linkSettings({ params, built, roots, installedRoots, password, credential });
  // With an option that cannot be used, what is set elsewhere is not what was meant.
  const settings = unusable === null ? read : { ...read, endpoint: null, reason: unusable };
  return {
    time,
    random: createSystemRandom(),
    transport: createWsTransport({ time }),
    reach: createReach({ time }),
    dialects,
    settings,
    parts: settings.endpoint === null ? [] : addressParts(settings.endpoint, params),
    identity: told === null ? stationIdentity(params, null) : knownIdentity(params, told),
    identityNote: told === null ? identityUnknown : null,
    messageTimeoutMs: params.get('backend.messageTimeout') * 1000,
    clock,
    onlyReach: how.onlyReach,
    notes: problem === '' ? notes : [...notes, problem],
    signal: how.signal,
  };
}

/** The identity that the options, the environment and the configuration file give. */
export async function configuredIdentity(call: CommandCall): Promise<string> {
  const { params } = await readSettings(call, createSystemTime(), true);
  return params.get('backend.identity');
}

/** `besideDaemon`: the store is the daemon's and left alone. */
async function readSettings(call: CommandCall, time: Time, besideDaemon: boolean): Promise<Settings> {
  const dataFolder = dataFolderOf(call.options, call.io);
  const configuration = await loadConfiguration(configurationSource(call.options, call.io, dataFolder));
  const station = stationOf(configuration, textOption(call.options, 'station'));
  const stored = await openStoredValues(besideDaemon ? null : dataFolder);
  try {
    const clock = await openClock(stored.store, station.name, time);
    const { name, overrides } = station;
    const installed = new CertificateStore({ station: name, store: stored.store });
    await installed.load();
    const installedRoots = installed.of('centralSystem').map(({ pem }) => pem);
    const provide = { 'security.backendRoots': () => installedRoots.length };
    const params = await openParameters({ station: name, store: stored.store, clock, time, overrides, provide });
    const option = configuration.problems.find(({ where }) => where === '--backend' || where === '--identity');
    const unusable = option === undefined ? null : `${option.where}: ${option.problem.replace(/\.$/u, '')}`;
    const told = await readToldIdentity(stored.store, name);
    const problems = configuration.problems.map(({ where, problem }) => `${where}: ${problem}`);
    const beside = besideDaemon ? ['A daemon runs in this data folder; what it has stored was not looked at.'] : [];
    const notes = [...beside, ...problems, ...stored.problems, ...stored.warnings];
    const { active: credential } = await readStationCertificate(stored.store, name);
    return { params, clock, notes, unusable, told, credential, installedRoots };
  } finally {
    await stored.store.close();
  }
}

function stationOf(
  { stations }: DaemonConfiguration,
  named: string | undefined,
): DaemonConfiguration['stations'][number] {
  const [first, ...others] = stations;
  if (first !== undefined && others.length === 0 && named === undefined) return first;
  const found = stations.find(({ name }) => name === named);
  if (found !== undefined) return found;
  const names = stations.map(({ name }) => name).slice(0, 10);
  throw new KerbsideError(
    'command.usage',
    named === undefined
      ? `There are ${stations.length} stations; name one with --station: ${names.join(', ')}${stations.length > 10 ? ' …' : ''}.`
      : `There is no station "${named}" in the configuration.`,
  );
}

function readRoots(params: Parameters): { readonly roots: readonly string[] | null; readonly problem: string } {
  try {
    return { roots: trustedRoots(params), problem: '' };
  } catch (error) {
    return { roots: null, problem: messageOf(error) };
  }
}
