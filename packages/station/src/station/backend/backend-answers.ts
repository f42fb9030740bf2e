import { sameIdToken } from '../../authorization/decision.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import { messageOf } from '../../core/errors.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { BootAnswer, FactAnswer } from '../../delivery/session.ts';
import type { Parameters } from '../../params/parameters.ts';
import type { Store } from '../../store/store.ts';
import type { Fact } from '../../transactions/facts.ts';
import type { IdTokenMemory } from '../desks/id-token-memory.ts';
import { clockWrite } from '../clock-keeper.ts';
import type { EvseController } from '../evse/evse-controller.ts';

/** What answers have an effect on. */
export interface BackendAnswersDeps {
  readonly station: string;
  readonly store: Store;
  readonly clock: StationClock;
  readonly params: Parameters;
  readonly memory: IdTokenMemory;
  readonly evses: () => readonly EvseController[];
  readonly onClock: (jumpMs: number) => void;
  readonly onProblem: (problem: string) => void;
}

/** The most that the parameter can hold: a week. */
const longestHeartbeatSeconds = 604_800;
/** A jump of the clock that is worth an event (H-03). */
const clockJumpMs = 5_000;

/** What the backend's answers change in the station: clock, heartbeat, cache, and who may go on charging. */
export class BackendAnswers {
  readonly #deps: BackendAnswersDeps;

  constructor(deps: BackendAnswersDeps) {
    this.#deps = deps;
  }

  /** BootNotification.conf Accepted sets HeartbeatInterval, when it names one (B-03); what makes no sense does not (B-06). */
  heartbeatInterval(intervalSeconds: number): void {
    const { params, onProblem } = this.#deps;
    const taken = Math.min(intervalSeconds, longestHeartbeatSeconds);
    if (intervalSeconds < 0 || taken < intervalSeconds) {
      const instead = taken > 0 ? `${taken} s is taken` : 'the present one stays';
      onProblem(`the heartbeat interval of the backend, ${intervalSeconds} s, makes no sense: ${instead}`);
    }
    if (taken > 0 && taken !== params.get('backend.heartbeatInterval')) void this.#storeInterval(taken);
  }

  async #storeInterval(intervalSeconds: number): Promise<void> {
    const { params, onProblem } = this.#deps;
    const tell = (why: string): void =>
      onProblem(`the heartbeat interval of the backend, ${intervalSeconds} s, was not taken over: ${why}`);
    try {
      const change = [{ name: 'backend.heartbeatInterval', value: String(intervalSeconds) }];
      const [outcome] = await params.change(change, { source: 'backend', who: 'BootNotification' });
      if (outcome?.kind === 'rejected') tell(outcome.reason);
    } catch (error) {
      tell(messageOf(error));
    }
  }

  /** Takes over the backend's time (H-03). */
  time(answer: Pick<BootAnswer, 'timeMs'>): void {
    const { clock, store, station, onClock, onProblem } = this.#deps;
    const wasValid = clock.valid;
    const jumpMs = clock.set(answer.timeMs);
    if (jumpMs === undefined) {
      const told = new Date(answer.timeMs).toISOString();
      const why =
        answer.timeMs < clock.nowMs() ? 'before this software was built' : 'more than 20 years after its build';
      onProblem(`the backend's time ${told} lies ${why} and was not taken over; its clock must be set right`);
      return;
    }
    if (wasValid && Math.abs(jumpMs) <= clockJumpMs) return;
    store.commitLater([clockWrite(station, clock.provenMs)]);
    onClock(jumpMs);
  }

  /** The answer to a fact is on disk. */
  delivered(fact: Fact, answer: FactAnswer): void {
    if (answer.idToken === null || fact.kind === 'meterValues' || fact.kind === 'securityEvent') return;
    // Whatever the backend thinks of the identifier: what is free of charge goes on, and contradicts no list.
    if (fact.free === true) return;
    if (fact.idToken !== null)
      this.#deps.memory.answered(fact.idToken, this.#withKnownGroup(fact.idToken, answer.idToken));
    if (fact.kind !== 'transactionStarted') return;
    const evse = this.#deps.evses().find((each) => each.keeper.record?.key === fact.transaction);
    // Also of one that is refused: its group may release the cable.
    this.#identify(evse, answer.idToken.parentIdToken);
    if (answer.idToken.status !== 'accepted' && evse !== undefined) this.#deauthorize(evse);
  }

  /** An answer to Authorize that came after the driver's patience acts like one to StartTransaction (row 8a). */
  lateAuthorization(idToken: string, answer: IdTokenAnswer): void {
    if (answer.status === 'accepted') return;
    for (const evse of this.#deps.evses()) {
      const { phase } = evse.state;
      if (phase.kind === 'running' && sameIdToken(phase.grant.idToken, idToken)) this.#deauthorize(evse);
    }
  }

  /** Many backends name the group in answer to Authorize only: their silence later takes nothing back. */
  #identify(evse: EvseController | undefined, parentIdToken: string | null): void {
    if (parentIdToken !== null) evse?.dispatch({ kind: 'identified', parentIdToken });
  }

  #withKnownGroup(idToken: string, answer: IdTokenAnswer): IdTokenAnswer {
    const parentIdToken = answer.parentIdToken ?? this.#deps.memory.parentOf(idToken);
    return { ...answer, parentIdToken };
  }

  #deauthorize(evse: EvseController): void {
    evse.dispatch({ kind: 'deauthorized' });
  }
}
