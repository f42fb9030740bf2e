import type { Write } from '../store/store.ts';
import type { Decided } from './decided.ts';
import type { ConnectorStatus } from './connector-status.ts';
import type { HardwareFault, PilotState } from './hardware.ts';
import type { LegalBlock } from './legal-block.ts';

/** Who may charge, and how that came about. */
export interface Grant {
  readonly idToken: string;
  readonly parentIdToken: string | null;
  readonly via: 'card' | 'remote' | 'plug';
  /** Shown at the station's common reader before any plug: the first connector that is plugged takes it. */
  readonly movable: boolean;
  /** How it was decided that a card may charge; absent for what no card began. */
  readonly decided?: Decided;
  /** What belongs to the transaction from its first moment on, such as the charging profile of a remote start; lapses with the grant. */
  readonly companion?: StartCompanion;
  /** It is free of charge. */
  readonly free?: FreeGrant;
  /** The backend is told nothing of the session, neither now nor later. */
  readonly untold?: true;
}

/** Charging that is free of charge: what the backend says of the identifier changes nothing (parameters.md section 2). */
export interface FreeGrant {
  /** What was shown to begin, and ends; null: nobody showed anything, and unplugging ends in any case. */
  readonly card: string | null;
  /** The group of that card, as far as it is known without asking: a reservation may be for it. */
  readonly group?: string | null;
}

/** What has to be on disk together with the start of a transaction. */
export interface StartCompanion {
  /**
   * Gives `commit` what is to be written along with the start, which it then makes durable. Resolves when that counts; rejects
   * when `commit` does: then neither has happened.
   */
  start(transaction: { readonly key: string; readonly startedMs: number }, commit: StartCommit): Promise<void>;
}

/** Makes a start durable. @param reservation the reservation that it uses */
export type StartCommit = (along: readonly Write[], reservation?: number) => Promise<void>;

/** For whom a connector is kept free. */
export interface Reserved {
  readonly id: number;
  readonly idToken: string;
  /** The group that may use it too. */
  readonly parentIdToken: string | null;
}

/** What the EVSE is busy with. */
export type Phase =
  /** Nobody plugged, nobody authorized. */
  | { readonly kind: 'idle' }
  /** A plug or a card, not both yet. `grant` is the card. */
  | { readonly kind: 'preparing'; readonly grant: Grant | null }
  /** Plugged, but nobody showed a card in time, or nobody may while the connector is out of service. */
  | { readonly kind: 'timedOut' }
  /** Lock, meter and journal are at work; the contactor is open. `ending` came meanwhile: it ends as soon as it has begun. */
  | { readonly kind: 'starting'; readonly grant: Grant; readonly ending: StopCause | null }
  /**
   * `energy` *allowance*: the identifier was refused, and what `MaxEnergyOnInvalidId` leaves is supplied. `settling`: energy was
   * just offered and the EV has had no time to take it; Preparing is still shown (N-06).
   */
  | {
      readonly kind: 'running';
      readonly grant: Grant;
      readonly energy: 'on' | 'allowance' | 'deauthorized';
      readonly settling: boolean;
    }
  /** Contactor, meter and journal are at work; `shown` is the status from before. */
  | { readonly kind: 'stopping'; readonly grant: Grant; readonly cause: StopCause; readonly shown: ConnectorStatus }
  /**
   * The transaction is over, the cable is still in. `holds` keeps it locked until its user or the backend frees it, whether a
   * vehicle hangs at its other end or not: the cable of a de-authorized user, and one that was pulled at the vehicle
   * while the plug is not to be unlocked for that.
   */
  | { readonly kind: 'finished'; readonly holds: Grant | null };

/** Everything that decides what an EVSE does and shows. */
export interface EvseState {
  readonly pilot: PilotState;
  /** Whether a vehicle is connected; pilot E and F do not change it. */
  readonly plugged: boolean;
  /** The vehicle has had a transaction since it was plugged: it begins no other by itself (eichrecht.md E-07). */
  readonly charged: boolean;
  readonly phase: Phase;
  readonly faults: readonly HardwareFault[];
  /** The station cannot record a transaction or has no valid clock: nobody may start. */
  readonly blocked: string | null;
  /** What calibration law has against a start here; it shows. A transaction that runs goes on: who set them ends it if it has to. */
  readonly legalBlocks: readonly LegalBlock[];
  /** Whether the limits leave the EV anything to draw. */
  readonly offered: boolean;
  /** False: out of service by ChangeAvailability. A transaction goes on; Unavailable shows directly at its end (N-09). */
  readonly operative: boolean;
  /** That it goes out of service is being answered: it shows after the answer, and nobody may start in between (C-02). */
  readonly leavingService: boolean;
  /** For whom it is kept free; it shows while nobody is here. Who may start is decided by `EvseRules.admits`. */
  readonly reserved: Reserved | null;
}

/** An EVSE at power-up, before the hardware spoke. */
export const initialEvseState: EvseState = {
  pilot: 'A',
  plugged: false,
  charged: false,
  phase: { kind: 'idle' },
  faults: [],
  blocked: null,
  legalBlocks: [],
  offered: true,
  operative: true,
  leavingService: false,
  reserved: null,
};

/** Whether a transaction begins, runs or ends: what is asked of the connector meanwhile waits until it is over. */
export function isBusy({ phase }: EvseState): boolean {
  return phase.kind === 'starting' || phase.kind === 'running' || phase.kind === 'stopping';
}

/** Whether a plug that comes in may wait for a card. */
export function isInService({ operative, legalBlocks }: EvseState): boolean {
  return operative && legalBlocks.length === 0;
}

/** What happens to an EVSE. */
export type EvseInput =
  | { readonly kind: 'pilot'; readonly state: PilotState }
  | { readonly kind: 'granted'; readonly grant: Grant }
  /** The grant went to another connector or was taken back. */
  | { readonly kind: 'grantWithdrawn' }
  | { readonly kind: 'connectionTimeOut' }
  | { readonly kind: 'started' }
  | { readonly kind: 'startFailed'; readonly fault: HardwareFault | null }
  | { readonly kind: 'stop'; readonly cause: StopCause }
  | { readonly kind: 'stopped' }
  /** The end is on disk and the contactor open; what the meter signs may take a while, and nobody waits for it with a plug (E-08). */
  | { readonly kind: 'plugMayGo' }
  /** Store or meter do not finish the transaction yet; the contactor is open. */
  | { readonly kind: 'endDelayed' }
  /** The backend refused the identifier of the transaction that runs. */
  | { readonly kind: 'deauthorized' }
  /** What a refused identifier was given is used up. */
  | { readonly kind: 'allowanceUsed' }
  | { readonly kind: 'fault'; readonly fault: HardwareFault; readonly active: boolean }
  | { readonly kind: 'blocked'; readonly reason: string | null }
  /** All that calibration law has against a start now. */
  | { readonly kind: 'legalBlocks'; readonly blocks: readonly LegalBlock[] }
  | { readonly kind: 'offer'; readonly offered: boolean }
  /** ChangeAvailability, or what the store remembers of it. */
  | { readonly kind: 'availability'; readonly operative: boolean }
  /** It will go out of service as soon as that is answered; ends with the next *availability*. */
  | { readonly kind: 'leavesService' }
  /** It is kept free for somebody, or with null for nobody any more (RS-01, RS-06). */
  | { readonly kind: 'reserved'; readonly reservation: Reserved | null }
  | { readonly kind: 'released' }
  /** The hardware says that no cable is in the socket. */
  | { readonly kind: 'cableOut' }
  /** The EV had its time to take what is offered. */
  | { readonly kind: 'settled' }
  /** The backend named the group of the identifier that runs. */
  | { readonly kind: 'identified'; readonly parentIdToken: string | null };

/** Why a transaction shall end; `idToken` when an identifier asked for it. */
export interface StopCause {
  readonly reason: StopReason;
  readonly idToken: string | null;
}

/** Why a transaction ended, version-free; dialects map it to their words. */
export type StopReason =
  | 'local'
  | 'remote'
  | 'evDisconnected'
  | 'deAuthorized'
  | 'emergencyStop'
  | 'hardReset'
  | 'softReset'
  | 'powerLoss'
  | 'reboot'
  | 'unlockCommand'
  | 'other';

/** What the shell of an EVSE has to do, in this order. */
export type EvseEffect =
  | { readonly kind: 'startTransaction'; readonly grant: Grant }
  | { readonly kind: 'stopTransaction'; readonly cause: StopCause }
  | { readonly kind: 'energy'; readonly on: boolean }
  /** Watch the meter until `MaxEnergyOnInvalidId` is used up. */
  | { readonly kind: 'allowance'; readonly wattHours: number }
  | { readonly kind: 'armSettling' }
  | { readonly kind: 'armConnectionTimeOut' }
  | { readonly kind: 'cancelConnectionTimeOut' }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'indicate'; readonly signal: 'authorized' | 'refused' | 'waiting' | 'ready' };

/** What an EVSE does in cases that parameters decide. */
export interface EvseRules {
  /** `StopTransactionOnEVSideDisconnect`. */
  readonly stopOnEvSideDisconnect: boolean;
  /** `UnlockConnectorOnEVSideDisconnect`. */
  readonly unlockOnEvSideDisconnect: boolean;
  /** The cable belongs to the station: there is no plug that could be held. */
  readonly captiveCable: boolean;
  /** Preparing shows until the EV takes energy for the first time, however long that is. */
  readonly preparingUntilC: boolean;
  /** `StopTransactionOnInvalidId`. */
  readonly stopOnInvalidId: boolean;
  /** `MaxEnergyOnInvalidId`: what a refused identifier still gets, in Wh. */
  readonly energyOnInvalidIdWh: number;
  /** Whether reservations leave this connector to whoever was let in (RS-04, X-13). */
  readonly admits: (grant: Grant) => boolean;
}
