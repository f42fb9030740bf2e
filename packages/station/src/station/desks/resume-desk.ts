import { LazyMap } from '../../core/lazy-map.ts';
import type { Cancel, Time } from '../../core/time.ts';
import { isBusy, type Grant } from '../../evse/evse-state.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { Store, Write } from '../../store/store.ts';
import {
  resumptionCollection,
  resumptionFromJson,
  resumptionGone,
  resumptionOf,
  resumptionWrite,
  type Resumption,
} from '../../transactions/resumption.ts';
import type { TransactionRecord } from '../../transactions/transaction-record.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import type { FreeDesk } from './free-desk.ts';
import type { IdTokenMemory } from './id-token-memory.ts';
import { takesGrant } from './takes-grant.ts';

/** What the desk works with. */
export interface ResumeDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly clock: { nowMs(): number };
  readonly params: ParameterReader;
  readonly evses: () => readonly EvseController[];
  readonly memory: Pick<IdTokenMemory, 'refused'>;
  readonly free: () => Pick<FreeDesk, 'traits' | 'grantFor'>;
  readonly onProblem: (problem: string) => void;
}

/** What keeps somebody from going on, such as a clock that is not set yet, may be over soon. */
const againMs = 2_000;

/**
 * Lets those go on whom a power failure interrupted (`charging.restartAfterPowerLoss`): the transaction of before ends with reason
 * PowerLoss, and another one begins under the same identifier while the plug is still in. Who goes on is remembered in the commit of the
 * end and forgotten in that of the new start, so that it happens once wherever the power goes again. Whether another vehicle was
 * plugged in meanwhile nobody can tell.
 */
export class ResumeDesk {
  readonly #deps: ResumeDeskDeps;
  readonly #waiting = new LazyMap<number, Resumption>();
  /** The EVSEs whose hardware is known by now. */
  readonly #adopted = new LazyMap<number, true>();
  #cancel: Cancel | null = null;
  #stopped = false;

  constructor(deps: ResumeDeskDeps) {
    this.#deps = deps;
  }

  /** Reads who was interrupted in an earlier life. */
  async load(): Promise<void> {
    const { store, station, onProblem } = this.#deps;
    for (const [key, value] of await store.readDocuments(station, resumptionCollection)) {
      const resumption = resumptionFromJson(value);
      if (resumption === undefined) onProblem(`who charged at EVSE ${key} before the power failure cannot be read`);
      else this.#waiting.set(resumption.evse, resumption);
    }
  }

  /** What belongs into the commit that ends a transaction for the sake of the power. */
  interrupted(record: TransactionRecord): readonly Write[] {
    const { station, params } = this.#deps;
    if (!params.get('charging.restartAfterPowerLoss')) return [];
    const resumption = resumptionOf(record);
    this.#waiting.set(record.evse, resumption);
    return [resumptionWrite(station, resumption)];
  }

  /** The power is there, and what an EVSE is, is known: whoever was interrupted there goes on. */
  adopted(evse: number): void {
    this.#adopted.set(evse, true);
    this.#look(0);
  }

  /** Hardware with backup power: the supply fails, or is back in the same life; nobody goes on in between. */
  supply(fails: boolean): void {
    for (const { id } of this.#deps.evses()) {
      if (fails) this.#adopted.delete(id);
      else this.#adopted.set(id, true);
    }
    this.#look(0);
  }

  /** A transaction has begun: whoever was interrupted there has gone on, or somebody else took the place. */
  began(evse: number): void {
    if (this.#waiting.get(evse) !== undefined) this.#forget(evse);
  }

  /** Who has unplugged goes on no more. */
  unplugged(evse: number): void {
    if (this.#waiting.get(evse) !== undefined) this.#forget(evse);
  }

  /** Begins nothing more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #look(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#stopped || this.#waiting.size === 0) return;
    this.#cancel = this.#deps.time.after(delayMs, () => this.#begin());
  }

  #begin(): void {
    this.#cancel = null;
    const { evses } = this.#deps;
    const known = evses().filter(({ id }) => this.#waiting.get(id) !== undefined && this.#adopted.get(id) === true);
    for (const evse of known) this.#resume(evse, this.#waiting.get(evse.id) as Resumption);
    this.#look(againMs);
  }

  #resume(evse: EvseController, resumption: Resumption): void {
    // Its end, or another start, is on its way.
    if (evse.closingLeftOpen || isBusy(evse.state)) return;
    const why = this.#whyNot(evse, resumption);
    const grant = this.#grantOf(resumption);
    if (why !== null || grant === null) {
      this.#deps.onProblem(
        `EVSE ${evse.id} does not go on after the power failure: ${why ?? 'charging is not free any more'}`,
      );
      this.#forget(evse.id);
    } else if (takesGrant(evse)) {
      evse.dispatch({ kind: 'granted', grant });
    }
  }

  #whyNot({ state, status }: EvseController, { idToken }: Resumption): string | null {
    const { params, memory, clock } = this.#deps;
    if (!params.get('charging.restartAfterPowerLoss')) return 'charging.restartAfterPowerLoss is off';
    if (!state.plugged) return 'nothing is plugged in';
    if (status === 'Unavailable') return 'it is out of service';
    return memory.refused(idToken, clock.nowMs()) ? 'the backend has refused the identifier' : null;
  }

  /** Null: it was free of charge, and is not any more, or in another way. */
  #grantOf({ evse, idToken, parentIdToken, via, decided, free, untold }: Resumption): Grant | null {
    const { station } = this.#deps;
    const companion: Grant['companion'] = {
      start: async (_transaction, commit) => {
        await commit([resumptionGone(station, evse)]);
        this.#waiting.delete(evse);
      },
    };
    if (free === undefined) {
      const known = decided === undefined ? {} : { decided };
      return { idToken, parentIdToken, via, movable: false, ...known, companion };
    }
    const desk = this.#deps.free();
    const grant = desk.traits === null ? null : desk.grantFor(desk.traits, { via, card: free.card }, false);
    return grant === null || grant.untold !== untold || grant.idToken !== idToken ? null : { ...grant, companion };
  }

  #forget(evse: number): void {
    const { store, station } = this.#deps;
    this.#waiting.delete(evse);
    store.commitLater([resumptionGone(station, evse)]);
  }
}
