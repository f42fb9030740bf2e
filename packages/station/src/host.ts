import { readFileSync } from 'node:fs';
import { machine, release, type } from 'node:os';
import process from 'node:process';

import type { ApiHost, ApiStation } from './api/host-port.ts';
import { systemNetwork } from './bearers/network.ts';
import type { FileTransfer } from './diagnostics/file-transfer.ts';
import { createFileTransfer } from './integrations/file-transfer/file-transfer.ts';
import type { Network } from './bearers/network.ts';
import { KerbsideError, messageOf } from './core/errors.ts';
import type { Random } from './core/random.ts';
import type { Time } from './core/time.ts';
import type { DataTransferVendor } from './dialects/data-transfer.ts';
import type { Dialect } from './dialects/dialect.ts';
import { ocpp16Dialect } from './dialects/ocpp16/dialect.ts';
import type { Reach } from './link/reach.ts';
import type { Transport } from './link/transport.ts';
import type { ParameterOverrides } from './params/overrides.ts';
import type { Parameters } from './params/parameters.ts';
import { startPaced } from './station/start-pace.ts';
import { StationHandle } from './station/station-handle.ts';
import type { DriverSource } from './station/station-handle.ts';
import type { InstallerSource } from './station/firmware/firmware-slots.ts';
import { schemaVersion } from './store/sqlite/schema.ts';
import type { Store } from './store/store.ts';

/** One station of a process. */
export interface HostedStation {
  /** The key in the store; unique in the process, stays when the ChargeBoxIdentity changes. */
  readonly name: string;
  readonly overrides: ParameterOverrides;
  /** A driver with a method `simulate` can be played with. Given as a function, it is made when the station starts. */
  readonly driver: DriverSource;
  /** What installs its software; given as a function, it is made when it is first needed. Absent: nothing does. */
  readonly installer?: InstallerSource;
  /** Why this station may not run; it is then shown with that, and the others run. */
  readonly refusal?: string;
}

/** What a host is made of. */
export interface HostOptions {
  readonly store: Store;
  readonly time: Time;
  readonly random: Random;
  readonly transport: Transport;
  /** How far the doctor gets on connections of its own; without it, it opens none. */
  readonly reach?: Reach;
  /** How files leave and come; over HTTP(S) and FTP(S) by default. */
  readonly files?: FileTransfer;
  /** The machine's network, which ends with the host; by default the system's routing decides. */
  readonly network?: Network;
  readonly stations: readonly HostedStation[];
  readonly version: string;
  /** Problems with which the process runs in safe mode. */
  readonly configurationProblems?: readonly string[];
  /** OCPP versions that are built, newest first; all by default. */
  readonly dialects?: readonly Dialect[];
  /** Vendors whose DataTransfer messages the stations know, beside `kerbside` (§4.3); of two with one id the later counts. */
  readonly vendors?: readonly DataTransferVendor[];
}

/** The stations of one process over one store. A station that fails never disturbs the others. */
export class Host implements ApiHost {
  readonly version: string;
  readonly configurationProblems: readonly string[];
  readonly #time: Time;
  readonly #network: Network;
  readonly #handles: readonly StationHandle[];
  readonly #byKey: ReadonlyMap<string, StationHandle>;

  /** Throws `config.invalid` when two stations have one name: they would share what is stored. */
  constructor(options: HostOptions) {
    this.version = options.version;
    this.configurationProblems = options.configurationProblems ?? [];
    const { store, time, random, transport, reach, dialects = [ocpp16Dialect], vendors = [] } = options;
    const alone = options.stations.length === 1;
    this.#time = time;
    this.#network = options.network ?? systemNetwork;
    const shared = {
      store,
      time,
      random,
      transport,
      network: this.#network,
      files: options.files ?? createFileTransfer(),
      dialects,
      vendors,
      roots: trustedRoots,
      software: () => softwareFacts(options.version),
      alone,
      ...(reach === undefined ? {} : { reach }),
    };
    this.#handles = options.stations.map((station) => new StationHandle({ ...station, ...shared }));
    this.#byKey = new Map(this.#handles.map((handle) => [handle.key, handle]));
    const [double] = this.#handles.filter((handle) => this.#byKey.get(handle.key) !== handle);
    if (double !== undefined)
      throw new KerbsideError(
        'config.invalid',
        `Two stations are called ${double.key}. Every station needs its own name.`,
      );
  }

  /** Starts every station. One that cannot run goes on trying by itself, and says why. */
  async start(): Promise<void> {
    await startPaced(this.#handles, this.#time);
  }

  /** Stops every station in order. The store is its owner's to close. May be called twice. */
  async stop(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.stop()));
    await this.#network.stop();
  }

  stations(): readonly StationHandle[] {
    return this.#handles;
  }

  /** By its name, or by an identity that only one station has. */
  find(name: string): (StationHandle & ApiStation) | null {
    const named = this.#byKey.get(name);
    if (named !== undefined) return named;
    const [only, ...others] = this.#handles.filter((handle) => handle.identity === name);
    return only !== undefined && others.length === 0 ? only : null;
  }
}

/** What the process runs on, for diagnostics. */
function softwareFacts(version: string): readonly (readonly [string, string])[] {
  return [
    ['kerbside', version],
    ['node', process.version],
    ['system', `${type()} ${release()} ${machine()}`],
    ['databaseSchema', String(schemaVersion)],
    ['memory', `${Math.round(process.memoryUsage.rss() / 1_048_576)} MB used by the process`],
  ];
}

/** The operator's own roots (`backend.tlsCaFile`), read at each attempt so that a renewed file counts. */
export function trustedRoots(params: Parameters): readonly string[] {
  const file = params.get('backend.tlsCaFile');
  if (file === '') return [];
  try {
    return [readFileSync(file, 'utf8')];
  } catch (error) {
    throw new KerbsideError('config.invalid', `backend.tlsCaFile: ${file} cannot be read (${messageOf(error)})`, {
      cause: error,
    });
  }
}
