import { readFileSync } from 'node:fs';

import type { ApiHost, ApiStation } from './api/host-port.ts';
import { KerbsideError, messageOf } from './core/errors.ts';
import type { Random } from './core/random.ts';
import type { Time } from './core/time.ts';
import type { Dialect } from './dialects/dialect.ts';
import { ocpp16Dialect } from './dialects/ocpp16/dialect.ts';
import type { HardwareDriver } from './evse/hardware.ts';
import type { Transport } from './link/transport.ts';
import type { ParameterOverrides } from './params/overrides.ts';
import type { Parameters } from './params/parameters.ts';
import { StationHandle } from './station/station-handle.ts';
import type { Store } from './store/store.ts';

/** One station of a process. */
export interface HostedStation {
  /** The key in the store; unique in the process, stays when the ChargeBoxIdentity changes. */
  readonly name: string;
  readonly overrides: ParameterOverrides;
  /** A driver with a method `simulate` can be played with. */
  readonly driver: HardwareDriver;
}

/** What a host is made of. */
export interface HostOptions {
  readonly store: Store;
  readonly time: Time;
  readonly random: Random;
  readonly transport: Transport;
  readonly stations: readonly HostedStation[];
  readonly version: string;
  /** Problems with which the process runs in safe mode. */
  readonly configurationProblems?: readonly string[];
  /** OCPP versions that are built, newest first; all by default. */
  readonly dialects?: readonly Dialect[];
}

/** The stations of one process over one store. A station that fails never disturbs the others. */
export class Host implements ApiHost {
  readonly version: string;
  readonly configurationProblems: readonly string[];
  readonly #handles: readonly StationHandle[];

  constructor(options: HostOptions) {
    this.version = options.version;
    this.configurationProblems = options.configurationProblems ?? [];
    const { store, time, random, transport, dialects = [ocpp16Dialect] } = options;
    this.#handles = options.stations.map(
      ({ name, overrides, driver }) =>
        new StationHandle({ name, overrides, driver, store, time, random, transport, dialects, roots: trustedRoots }),
    );
  }

  /** Starts every station. A station whose hardware does not answer goes on trying by itself. */
  async start(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.start()));
  }

  /** Stops every station in order. The store is its owner's to close. May be called twice. */
  async stop(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.stop()));
  }

  stations(): readonly StationHandle[] {
    return this.#handles;
  }

  find(name: string): (StationHandle & ApiStation) | null {
    return this.#handles.find((handle) => handle.name === name) ?? null;
  }
}

/** The operator's own roots (`backend.tlsCaFile`), read at each attempt so that a renewed file counts. */
function trustedRoots(params: Parameters): readonly string[] {
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
