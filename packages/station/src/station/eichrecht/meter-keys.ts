import type { CallScheduler } from '../../delivery/call-scheduler.ts';
import type { ParameterId } from '../../params/parameters.ts';
import type { StationDeps } from '../station-deps.ts';
import { KeyTransfer } from './key-transfer.ts';
import type { LegalMeters } from './legal-meters.ts';
import { PublicKeys } from './public-keys.ts';

/** The parts of the station that the keys need. */
export interface MeterKeysAround {
  readonly legal: Pick<LegalMeters, 'keys'>;
  readonly scheduler: CallScheduler;
}

/** How the backend gets the public keys of the meters beside signed values: to read, and told by itself. Made when first needed. */
export class MeterKeys {
  readonly #deps: Pick<StationDeps, 'params' | 'time'>;
  readonly #around: MeterKeysAround;
  readonly #onProblem: (problem: string) => void;
  #readable: PublicKeys | null = null;
  #transfer: KeyTransfer | null = null;
  #registered = false;

  constructor(
    deps: Pick<StationDeps, 'params' | 'time'>,
    around: MeterKeysAround,
    onProblem: (problem: string) => void,
  ) {
    this.#deps = deps;
    this.#around = around;
    this.#onProblem = onProblem;
  }

  /** As configuration keys. */
  get readable(): PublicKeys {
    this.#readable ??= new PublicKeys({
      params: this.#deps.params,
      keys: () => this.#around.legal.keys(),
      onProblem: this.#onProblem,
    });
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
    const transfer = new KeyTransfer({
      time: this.#deps.time,
      wanted: () => this.#wanted,
      keys: () => this.#around.legal.keys(),
      send: (request) => this.#around.scheduler.request('vendor', (session) => session.dataTransfer(request)),
      onProblem: this.#onProblem,
    });
    this.#transfer = transfer;
    if (this.#registered) transfer.registered(true);
    return transfer;
  }
}
