import type { StationClock } from '../../core/station-clock.ts';
import { deratedMilliamps } from '../../evse/fault-effect.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { ChargingProfile, RateUnit } from '../../smartcharging/charging-profile.ts';
import { thousandthsOf } from '../../smartcharging/evse-power.ts';
import { leadingLimit, stationLimit, type LeadingLimit } from '../../smartcharging/leading-limit.ts';
import type { LimitBound, LimitSource, SharedBound } from '../../smartcharging/limit-bound.ts';
import { startOnStationClock } from '../charging/scheduled-evse.ts';
import { earlier, type LimitedEvse, type LimitsNow, type LimitSources } from './limit-ports.ts';

/** Where the limits of a station are found. */
export interface StationSourcesDeps {
  readonly params: ParameterReader;
  readonly clock: Pick<StationClock, 'nowMs'>;
  /** Faults of the whole station. */
  readonly stationFaults: () => readonly HardwareFault[];
  readonly profiles: () => readonly ChargingProfile[];
  /** The backend is away for longer than a moment. */
  readonly away: () => boolean;
  /** What grid operator or energy manager ask for. */
  readonly external: () => LimitsNow<SharedBound>;
  /** What the plugged cable bears, in mA; null: nothing that is known. */
  readonly cableMilliamps: (evse: number) => number | null;
}

/** All that limits a station, in the order in which equal limits are named. */
export class StationSources implements LimitSources {
  readonly #deps: StationSourcesDeps;

  constructor(deps: StationSourcesDeps) {
    this.#deps = deps;
  }

  own(evse: LimitedEvse): LimitsNow<LimitBound> {
    const { clock, profiles, params, away } = this.#deps;
    const { record, clockMs } = evse.keeper;
    const atMs = clock.nowMs();
    const profile = leadingLimit(profiles(), {
      evse: evse.id,
      transaction: record?.key ?? null,
      transactionStartMs: record === null ? null : startOnStationClock(record.startedMs, clockMs, atMs),
      atMs,
    });
    const offlineAmps = params.get('charging.offlineLimitEnabled')
      ? params.at('charging.offlineCurrentLimit', evse.id)
      : null;
    const bounds = [
      ...this.local(evse),
      ampsBound('disconnected', offlineAmps === null || !away() ? null : offlineAmps * 1000),
      profileBound(profile),
    ].filter((bound) => bound !== null);
    return { bounds, nextMs: profile.untilMs };
  }

  /** What the EVSE itself, its cable and the operator allow, in mA per phase. */
  local(evse: LimitedEvse): readonly LimitBound[] {
    const { params, stationFaults, cableMilliamps } = this.#deps;
    const operatorAmps = params.at('charging.operatorCurrentLimit', evse.id);
    return [
      ampsBound('derating', deratedMilliamps([...stationFaults(), ...evse.state.faults])),
      ampsBound('cable', weakerCable(cableMilliamps(evse.id), evse)),
      ampsBound('operator', operatorAmps === null ? null : operatorAmps * 1000),
    ].filter((bound) => bound !== null);
  }

  shared(): LimitsNow<SharedBound> {
    const { clock, profiles, params, external } = this.#deps;
    const outside = external();
    const profile = stationLimit(profiles(), clock.nowMs());
    const operatorAmps = params.get('charging.stationCurrentLimit');
    const bounds = [
      ...outside.bounds,
      ampsBound('operator', operatorAmps === null ? null : operatorAmps * 1000),
      profileBound(profile),
    ].filter((bound) => bound !== null);
    return { bounds, nextMs: earlier(outside.nextMs, profile.untilMs) };
  }
}

/** A cable that bears as much as the hardware limits nothing. */
function weakerCable(milliamps: number | null, { description }: LimitedEvse): number | null {
  return milliamps !== null && milliamps < description.maxMilliamps ? milliamps : null;
}

function ampsBound(
  kind: 'derating' | 'cable' | 'operator' | 'disconnected',
  milliamps: number | null,
): LimitBound | null {
  return milliamps === null
    ? null
    : { source: { kind }, unit: 'A', amount: Math.floor(milliamps), phases: null, untilMs: null };
}

function profileBound({ leading, untilMs }: LeadingLimit): LimitBound | null {
  if (leading === null) return null;
  const { profile, period } = leading;
  const source: LimitSource = { kind: 'profile', purpose: profile.purpose, id: profile.id };
  const unit: RateUnit = profile.schedule.unit;
  return { source, unit, amount: thousandthsOf(period.limit), phases: period.phases, untilMs };
}
