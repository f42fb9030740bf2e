import type {
  createSimulator,
  DataTransferVendor,
  FileTransfer,
  FirmwareInstaller,
  JsonObject,
  Network,
  overridesOf,
  StationHandle,
  StationStatus,
  Store,
  Time,
  ValueId,
} from '@kerbside/station';

import type { Backend } from '../backend.ts';
import type { LoggedCall } from '../frame-log.ts';
import type { ProblemOptions } from '../ledger/ledger-problems.ts';
import type { StrictTls } from '../strict/strict-backend.ts';
import type { HardwareTap } from './hardware-tap.ts';
import type { WireTap } from './wire-tap.ts';

/** One station with simulated hardware and a backend that can misbehave: what a scenario plays in, whatever it is made of. */
export interface World {
  /** What the world is made of: *virtual* moves its own time, *strict* has real sockets and a faster clock. */
  readonly kind: 'virtual' | 'strict';
  readonly identity: string;
  readonly backend: Backend;
  readonly station: StationHandle;
  readonly time: Time;
  /** What the network sees: attempts, pings, ends of connections. */
  readonly wire: WireTap;
  /** What the hardware is told. */
  readonly hardware: HardwareTap;
  /** Does something at the simulated hardware. */
  sim(action: JsonObject): Promise<JsonObject>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until the condition holds; fails with `what` when it does not within `limitMs`. */
  until(what: string, condition: () => boolean, limitMs?: number): Promise<void>;
  /** Sets parameters as the operator would; fails when one is refused. */
  configure(values: { readonly [K in ValueId]?: string }): Promise<void>;
  /** Cuts the link at the station: no attempts until `restoreLink`. */
  cutLink(): Promise<void>;
  restoreLink(): Promise<void>;
  /** Cuts and restores the power of the whole station: nothing is closed, nothing uncommitted survives. */
  powerCycle(): Promise<void>;
  status(): StationStatus;
  /** The CALLs of the station so far, all or of one action. */
  calls(action?: string): readonly LoggedCall[];
  /** Ends everything; fails when the protocol checker or the ledger found anything. */
  end(allowed?: Allowed): Promise<void>;
}

/** What the end of a scenario tolerates, because the scenario provoked it. */
export interface Allowed {
  /** How the books are read: what may be open or come late. */
  readonly books?: ProblemOptions;
  /** Kinds of problems of the ledger. */
  readonly ledger?: readonly string[];
  /** Rules of the protocol checker. */
  readonly checker?: readonly string[];
}

/** How a world is made. */
export interface WorldOptions {
  readonly identity?: string;
  /** How many EVSEs, or what differs from the usual ones. */
  readonly evses?: Parameters<typeof createSimulator>[0]['evses'];
  /** Whether the station has a main meter at its inlet. */
  readonly mainMeter?: boolean;
  /** How long contactor and lock take to move. */
  readonly mechanics?: Parameters<typeof createSimulator>[0]['mechanics'];
  /** Vendors whose DataTransfer messages the station knows. */
  readonly vendors?: readonly DataTransferVendor[];
  /** The interfaces of the station's machine; by default the system's routing decides. */
  readonly network?: Network;
  /** Where files go; by default servers that take everything, in memory. */
  readonly files?: FileTransfer;
  /** What installs the firmware of the station; by default simulated slots in memory. */
  readonly installer?: FirmwareInstaller;
  /** Parameters that differ from the factory's. */
  readonly defaults?: Parameters<typeof overridesOf>[0]['defaults'];
  /** Parameters that nobody can change. */
  readonly pinned?: Parameters<typeof overridesOf>[0]['pinned'];
  /** Where the story begins; another store goes on with what an earlier world left. */
  readonly store?: Store;
  /** What the operating system believes the time to be at the beginning; virtual worlds only. */
  readonly startWallMs?: number;
  /** The certificate of the backend, which makes it wss; strict worlds only. */
  readonly tls?: StrictTls;
}
