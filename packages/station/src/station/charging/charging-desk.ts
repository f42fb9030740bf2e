import { messageOf } from '../../core/errors.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { Time } from '../../core/time.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { ApiCharging } from '../../api/host-port.ts';
import type { ChargingCommands, ProfileRequest } from '../../dialects/station-commands.ts';
import type { StartCompanion } from '../../evse/evse-state.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { ChargingProfile, RateUnit } from '../../smartcharging/charging-profile.ts';
import { compositeSchedule, stationSchedule, type CompositeSchedule } from '../../smartcharging/composite-schedule.ts';
import type { ProfileBook } from '../../smartcharging/profile-book.ts';
import type { EvsePower } from '../../smartcharging/evse-power.ts';
import {
  installation,
  matching,
  removal,
  type ProfileChange,
  type ProfileFilter,
} from '../../smartcharging/profile-changes.ts';
import {
  acceptedProfile,
  profileProblem,
  type ProfileLimits,
  type ProfilePlace,
} from '../../smartcharging/profile-rules.ts';
import { idIsComing, idPatienceMs } from '../evse/coming-id.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { waitUntil } from '../wait-until.ts';
import { scheduledEvse } from './scheduled-evse.ts';

/** What the desk works with. */
export interface ChargingDeskDeps {
  readonly time: Time;
  readonly book: ProfileBook;
  readonly params: ParameterReader;
  readonly clock: Pick<StationClock, 'nowMs'>;
  readonly outbox: Pick<Outbox, 'backendTransaction'>;
  readonly evses: () => readonly EvseController[];
  /** What an EVSE can give now, whatever profiles say. */
  readonly powerOf: (evse: EvseController) => EvsePower;
  readonly onProblem: (problem: string) => void;
}

const unitsByWord: Readonly<Record<'Current' | 'Power', RateUnit>> = { Current: 'A', Power: 'W' };

/** Installs, clears and tells charging profiles as a backend asks for it (SC-01, SC-02, SC-10, SC-11; R-04). */
export class ChargingDesk implements ChargingCommands, ApiCharging {
  readonly #deps: ChargingDeskDeps;

  constructor(deps: ChargingDeskDeps) {
    this.#deps = deps;
  }

  /** What is installed, the newest last. */
  get profiles(): readonly ChargingProfile[] {
    return this.#deps.book.profiles;
  }

  async install(evse: number, request: ProfileRequest): Promise<'accepted' | 'rejected' | 'unknownEvse'> {
    if (evse !== 0 && this.#find(evse) === undefined) return 'unknownEvse';
    await waitUntil(() => !this.#idIsComing(evse, request), idPatienceMs, this.#deps.time);
    // Judged when its turn has come: the transaction may end while an earlier change is being written.
    const plan = (): ProfileChange | string =>
      this.#plan(request, { evse, transaction: this.#transactionFor(evse, request) });
    try {
      const outcome = await this.#deps.book.change(plan);
      if (typeof outcome !== 'string') return 'accepted';
      this.#refused(request, outcome);
    } catch (error) {
      this.#refused(request, messageOf(error));
    }
    return 'rejected';
  }

  async clear(filter: ProfileFilter): Promise<'accepted' | 'unknown' | 'failed'> {
    try {
      const gone = await this.#deps.book.change((installed) => removal(matching(installed, filter)));
      return gone.length > 0 ? 'accepted' : 'unknown';
    } catch (error) {
      this.#deps.onProblem(`charging profiles could not be cleared: ${messageOf(error)}`);
      return 'failed';
    }
  }

  composite(request: {
    readonly evse: number;
    readonly durationSeconds: number;
    readonly unit: RateUnit | null;
  }): CompositeSchedule | null {
    const { book, clock, evses, powerOf } = this.#deps;
    const { evse, durationSeconds, unit } = request;
    const { units } = this.#limits();
    if (durationSeconds < 0 || (unit !== null && !units.includes(unit))) return null;
    const nowMs = clock.nowMs();
    const window = { fromMs: nowMs, durationSeconds, unit: unit ?? (units.length === 1 ? (units[0] ?? null) : null) };
    if (evse === 0) {
      const all = evses().map((each) => scheduledEvse(each, powerOf(each), nowMs));
      return all.length === 0 ? null : stationSchedule(book.profiles, all, window);
    }
    const found = this.#find(evse);
    return found === undefined
      ? null
      : compositeSchedule(book.profiles, scheduledEvse(found, powerOf(found), nowMs), window);
  }

  /**
   * What goes with a remote start that brings a profile: the profile becomes that of the transaction at its start. *refused*:
   * no transaction can begin with it. Null when there is none.
   */
  companionOf(evse: number, request: ProfileRequest | null): StartCompanion | 'refused' | null {
    if (request === null) return null;
    const problem = this.#startProblem(evse, request);
    if (problem !== null) {
      this.#refused(request, problem);
      return 'refused';
    }
    return {
      start: async ({ key, startedMs }, commit) => {
        const { book } = this.#deps;
        const profile = acceptedProfile(request, { evse, transaction: key }, startedMs);
        // It was accepted when there was room; somebody who took that meanwhile does not lift the limit.
        const room = { most: Number.POSITIVE_INFINITY, nowMs: startedMs };
        await book.change((installed) => installation(installed, profile, room), commit);
      },
    };
  }

  #startProblem(evse: number, request: ProfileRequest): string | null {
    if (request.purpose !== 'tx') return 'A remote start brings a profile for its transaction, and no other.';
    if (request.backendTransaction !== null) return 'A transaction that is to be started has no id yet.';
    const change = this.#plan(request, { evse, transaction: 'comes' });
    return typeof change === 'string' ? change : null;
  }

  #plan(request: ProfileRequest, place: ProfilePlace): ProfileChange | string {
    const { book, clock, params } = this.#deps;
    const problem = profileProblem(request, place, this.#limits());
    if (problem !== null) return problem;
    const nowMs = clock.nowMs();
    const most = params.get('charging.maxChargingProfilesInstalled');
    return installation(book.profiles, acceptedProfile(request, place, nowMs), { most, nowMs });
  }

  /** The transaction of an EVSE that a profile may be for: one that runs and, when the profile names one, has the id that it names. */
  #transactionFor(evse: number, { backendTransaction }: ProfileRequest): string | null {
    const record = this.#find(evse)?.keeper.record ?? null;
    if (record === null || record.stage !== 'running' || record.untold === true) return null;
    const named =
      backendTransaction === null || backendTransaction === this.#deps.outbox.backendTransaction(record.key);
    return named ? record.key : null;
  }

  /** A backend may name a transaction in the moment in which it gave the id, which then is not on disk yet. */
  #idIsComing(evse: number, { purpose, backendTransaction }: ProfileRequest): boolean {
    return purpose === 'tx' && backendTransaction !== null && idIsComing(this.#find(evse), this.#deps.outbox);
  }

  #find(evse: number): EvseController | undefined {
    return this.#deps.evses().find(({ id }) => id === evse);
  }

  #limits(): ProfileLimits {
    const { params } = this.#deps;
    return {
      maxStackLevel: params.get('charging.chargeProfileMaxStackLevel'),
      maxPeriods: params.get('charging.chargingScheduleMaxPeriods'),
      units: params.get('charging.chargingScheduleAllowedChargingRateUnit').flatMap((word) => {
        return word === 'Current' || word === 'Power' ? [unitsByWord[word]] : [];
      }),
    };
  }

  #refused({ id }: ProfileRequest, why: string): void {
    this.#deps.onProblem(`charging profile ${id} was refused: ${why}`);
  }
}
