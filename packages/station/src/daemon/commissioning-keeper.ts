import { Commissioning } from '../api/access/commissioning.ts';
import type { Accounts } from '../api/access/accounts.ts';
import type { InterfaceAddress } from '../api/access/local-peer.ts';
import type { Cancel, Time } from '../core/time.ts';
import { onStationEvent, type StationEvent } from '../station/station-events.ts';
import type { Tell } from './notice.ts';

/** What the keeper works with. */
export interface CommissioningKeeperDeps {
  readonly accounts: Accounts;
  readonly time: Time;
  readonly tell: Tell;
  /** Whether a backend has accepted a station already. */
  readonly isRegistered: () => boolean;
  /** The addresses of `api.commissioningInterface`, as they are now. */
  readonly addresses: () => readonly InterfaceAddress[];
}

/** An interface may come up late, and get its address later still. */
const LOOK_MS = 5_000;

/** Keeps the access of who sets the device up: shuts it when a backend has taken a station, and serves the page at its interface meanwhile. */
export class CommissioningKeeper {
  readonly commissioning: Commissioning;
  readonly #deps: CommissioningKeeperDeps;
  #stopListening: (() => void) | undefined;
  #cancelLook: Cancel | undefined;
  #listenAt: ((addresses: readonly string[]) => Promise<void>) | undefined;

  constructor(deps: CommissioningKeeperDeps) {
    this.#deps = deps;
    this.commissioning = new Commissioning({
      ...deps,
      tell: (text) => deps.tell({ level: 'info', area: 'api', text }),
      onProblem: (text) => deps.tell({ level: 'error', area: 'api', text }),
    });
    this.commissioning.onChange(() => this.#changed());
  }

  /** Goes on with what the accounts say. May be called twice. */
  start(): void {
    this.commissioning.start();
    if (this.commissioning.leftMs > 0 && this.#deps.isRegistered()) void this.#registered();
  }

  /** Tells it how the page is served at more addresses, when the API listens only where nobody else gets to. */
  serveBy(listenAt: (addresses: readonly string[]) => Promise<void>): void {
    this.#listenAt = listenAt;
    this.#changed();
  }

  stop(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#cancelLook?.();
    this.#listenAt = undefined;
    this.commissioning.stop();
  }

  #changed(): void {
    const isOpen = this.commissioning.leftMs > 0;
    // Listening to stations costs each of their events something; nobody does it for longer than needed.
    if (isOpen) this.#stopListening ??= onStationEvent((event) => this.#take(event));
    else {
      this.#stopListening?.();
      this.#stopListening = undefined;
    }
    this.#look();
  }

  #take(event: StationEvent): void {
    if (event.type === 'registration' && event.state === 'accepted') void this.#registered();
  }

  #registered(): Promise<void> {
    return this.commissioning.close('a backend has accepted the station');
  }

  #look(): void {
    this.#cancelLook?.();
    if (this.#listenAt === undefined) return;
    const isOpen = this.commissioning.leftMs > 0;
    // Addresses of the link alone cannot be typed into a browser.
    const wanted = this.#deps.addresses().filter(({ address }) => !address.startsWith('fe80:'));
    void this.#listenAt(isOpen ? wanted.map(({ address }) => address) : []);
    if (isOpen) this.#cancelLook = this.#deps.time.after(LOOK_MS, () => this.#look());
  }
}
