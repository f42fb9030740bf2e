import type { LocalListView } from '../../api/host-port.ts';
import { effectiveStatus } from '../../authorization/decision.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import { LocalList } from '../../authorization/local-list.ts';
import { localListKey, type LocalListUpdate } from '../../authorization/local-list-update.ts';
import { LazyMap } from '../../core/lazy-map.ts';
import type { LocalListCommands } from '../../dialects/station-commands.ts';
import { localListConflict } from '../../evse/own-faults.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import type { ParameterId, ParameterReader } from '../../params/parameters.ts';
import type { Store } from '../../store/store.ts';

/** What the desk works with. */
export interface LocalListDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly params: ParameterReader;
  readonly clock: { nowMs(): number };
  /** Shows at connector 0 that the backend contradicts the list, or does not any more. */
  readonly show: (fault: HardwareFault, active: boolean) => void;
  readonly onProblem: (problem: string) => void;
}

/** The backend's list of identifiers: takes updates, says whom it names, and tells when the backend contradicts it. */
export class LocalListDesk implements LocalListCommands {
  readonly #deps: LocalListDeskDeps;
  readonly list: LocalList;
  /** Listed identifiers of which the backend said otherwise since the list was changed, and whether it still does. */
  readonly #contradicted = new LazyMap<string, boolean>();

  constructor(deps: LocalListDeskDeps) {
    this.#deps = deps;
    this.list = new LocalList(deps);
  }

  /** `LocalAuthListEnabled`. */
  get enabled(): boolean {
    return this.#deps.params.get('authorization.localListEnabled');
  }

  /** The version, 0 while nobody is listed; null when the list is switched off (L-03). */
  version(): number | null {
    return this.enabled ? this.list.version : null;
  }

  /** Takes an update of the backend; on disk when it resolves with *accepted* (L-01, L-02, L-04, L-05). Never rejects. */
  async send(update: LocalListUpdate): ReturnType<LocalListCommands['send']> {
    const { params, onProblem } = this.#deps;
    if (!this.enabled) return 'notSupported';
    const lines = params.get('authorization.sendLocalListMaxLength');
    const outcome = await this.list.update(update, { lines, entries: params.get('authorization.localListMaxLength') });
    if (outcome.kind === 'accepted') this.#settle();
    else {
      onProblem(
        `the list of cards that the backend sent was not taken over: ${outcome.reason}; the one before stays (version ${this.list.version})`,
      );
    }
    return outcome.kind;
  }

  /** What the list says of an identifier; null when it is not listed, or the list is switched off (L-06). */
  find(idToken: string): IdTokenAnswer | null {
    return this.list.count > 0 && this.enabled ? this.list.find(idToken) : null;
  }

  /**
   * The backend said something of a listed identifier. A contradiction is told once for each identifier and list, so that a
   * backend that is not of one mind brings no flood; it is over when the backend agrees, or the list is another.
   */
  answered(idToken: string, answer: IdTokenAnswer): void {
    const listed = this.find(idToken);
    // That somebody charges elsewhere is not said by lists.
    if (listed === null || answer.status === 'concurrentTx') return;
    const key = localListKey(idToken);
    const agrees =
      (effectiveStatus(listed, this.#deps.clock.nowMs()) === 'accepted') === (answer.status === 'accepted');
    if (agrees) this.#agreed(key);
    else if (!this.#contradicted.has(key)) {
      this.#contradicted.set(key, true);
      this.#deps.show(localListConflict(this.#contradicted.size), true);
    }
  }

  #agreed(key: string): void {
    if (this.#contradicted.get(key) !== true) return;
    this.#contradicted.set(key, false);
    if (!this.#conflicts) this.#deps.show(localListConflict(this.#contradicted.size), false);
  }

  get #conflicts(): boolean {
    return [...this.#contradicted.values()].includes(true);
  }

  /** The list for people: at most `count` entries from position `from`. */
  view(from: number, count: number): LocalListView {
    const { version, count: all } = this.list;
    const entries = this.list.page(from, count).map(({ idToken, answer }) => ({ idToken, ...answer }));
    return { enabled: this.enabled, version, count: all, entries };
  }

  /** A list that is switched off contradicts nobody. */
  settingsChanged(changed: ReadonlySet<ParameterId>): void {
    if (changed.has('authorization.localListEnabled') && !this.enabled) this.#settle();
  }

  #settle(): void {
    if (this.#conflicts) this.#deps.show(localListConflict(this.#contradicted.size), false);
    this.#contradicted.clear();
  }
}
