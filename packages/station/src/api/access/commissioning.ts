import type { Cancel, Time } from '../../core/time.ts';
import type { Accounts } from './accounts.ts';
import { isOnInterface, type InterfaceAddress, type Peer } from './local-peer.ts';

/** So long a fresh device lets somebody in to set it up. */
const commissioningMs = 30 * 60_000;

/** What the commissioning access works with. */
export interface CommissioningDeps {
  readonly accounts: Accounts;
  readonly time: Pick<Time, 'after' | 'monotonicMs' | 'systemWallMs'>;
  /** The addresses of `api.commissioningInterface`, as they are now; none when no interface is named. */
  readonly addresses: () => readonly InterfaceAddress[];
  readonly tell: (text: string) => void;
  readonly onProblem: (text: string) => void;
}

/**
 * The account `setup` of a device that nobody has set up: an operator whose password is printed, who gets in from the machine itself
 * and from one interface. It ends after half an hour, or when a backend has taken the station, and comes back only when somebody
 * at the device opens it again.
 */
export class Commissioning {
  readonly #deps: CommissioningDeps;
  /** When it ends, monotonic ms; null while it is shut. */
  #endsMs: number | null = null;
  #cancel: Cancel | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(deps: CommissioningDeps) {
    this.#deps = deps;
  }

  /** Goes on with what the accounts say: a restart gives no more time than was left. */
  start(): void {
    const sinceMs = this.#deps.accounts.commissioningSinceMs;
    if (sinceMs === null) return;
    const goneMs = this.#deps.time.systemWallMs() - sinceMs;
    // A clock that went back (a board without a battery) proves nothing; half an hour is then counted anew.
    this.#run(goneMs < 0 ? commissioningMs : commissioningMs - goneMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#listeners.clear();
  }

  /** How long it is open yet, in ms; 0 while it is shut. */
  get leftMs(): number {
    return this.#endsMs === null ? 0 : Math.max(0, this.#endsMs - this.#deps.time.monotonicMs());
  }

  /** Whether the account may be used by whoever asks from there. */
  allows(peer: Peer): boolean {
    return this.leftMs > 0 && isOnInterface(peer, this.#deps.addresses());
  }

  /** Told whenever it opens or shuts. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Opens it with a new password, which is told once. @throws KerbsideError `store.unavailable` */
  async open(): Promise<string> {
    const password = await this.#deps.accounts.openCommissioning();
    this.#deps.tell('The commissioning access was opened for 30 minutes.');
    this.#run(commissioningMs);
    return password;
  }

  /** Shuts it for good. Never rejects: in memory it is shut whatever the disk says. */
  async close(reason: string): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#endsMs === null && this.#deps.accounts.commissioningSinceMs === null) return;
    this.#endsMs = null;
    try {
      await this.#deps.accounts.closeCommissioning();
      this.#deps.tell(`The commissioning access is shut: ${reason}.`);
    } catch {
      this.#deps.onProblem('That the commissioning access is shut cannot be stored; it is shut until the next start.');
    }
    for (const listener of this.#listeners) listener();
  }

  #run(leftMs: number): void {
    this.#cancel?.();
    this.#endsMs = this.#deps.time.monotonicMs() + Math.max(0, leftMs);
    this.#cancel = this.#deps.time.after(Math.max(0, leftMs), () => void this.close('30 minutes are over'));
    for (const listener of this.#listeners) listener();
  }
}
