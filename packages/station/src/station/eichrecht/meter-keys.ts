import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { ParameterId } from '../../params/parameters.ts';
import type { StationDeps } from '../station-deps.ts';
import { KeyTransfer } from './key-transfer.ts';
import type { LegalMeters } from './legal-meters.ts';
import { PublicKeys } from './public-keys.ts';

/** The parts of the station that the keys need. */
export interface MeterKeysAround {
  readonly legal: () => Pick<LegalMeters, 'keys'>;
  readonly scheduler: () => CallScheduler;
  readonly onProblem: (problem: string) => void;
}

/** How the backend gets the public keys of the meters beside signed values: to read, and told by itself. Made when first needed. */
export class MeterKeys {
  readonly #deps: Pick<StationDeps, 'params' | 'time'>;
  readonly #around: MeterKeysAround;
  #readable: PublicKeys | null = null;
  #transfer: KeyTransfer | null = null;
  #registered = false;

  constructor(deps: Pick<StationDeps, 'params' | 'time'>, around: MeterKeysAround) {
    this.#deps = deps;
    this.#around = around;
  }

  /** As configuration keys. */
  get readable(): PublicKeys {
    const { legal, onProblem } = this.#around;
    this.#readable ??= new PublicKeys({ params: this.#deps.params, keys: () => legal().keys(), onProblem });
    return this.#readable;
  }

  /** The backend accepted the station; `again`: by the connection alone. */
  registered(again: boolean): void {
    this.#registered = true;
    if (this.#wanted) this.#sender.registered(again);
  }

  unregistered(): void {
    this.#registered = false;
    this.#transfer?.unregistered();
  }

  /** A meter has another key than it had. */
  changed(): void {
    if (this.#wanted) this.#sender.look();
  }

  settingsChanged(changed: ReadonlySet<ParameterId>): void {
    if (changed.has('eichrecht.publicKeyTransfer')) this.changed();
  }

  /** May be called twice. */
  stop(): void {
    this.#transfer?.stop();
  }

  get #wanted(): boolean {
    const transfer = this.#deps.params.get('eichrecht.publicKeyTransfer');
    return transfer === 'dataTransfer' || transfer === 'both';
  }

  get #sender(): KeyTransfer {
    if (this.#transfer !== null) return this.#transfer;
    const { legal, scheduler, onProblem } = this.#around;
    const transfer = new KeyTransfer({
      time: this.#deps.time,
      wanted: () => this.#wanted,
      keys: () => legal().keys(),
      send: (request) => scheduler().request('vendor', (session) => session.dataTransfer(request)),
      onProblem,
    });
    this.#transfer = transfer;
    if (this.#registered) transfer.registered(true);
    return transfer;
  }
}
