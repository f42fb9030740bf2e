import type { ApiLimits } from '../../api/host-port.ts';
import { LazyMap } from '../../core/lazy-map.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { Cancel } from '../../core/time.ts';
import type { HardwareCommand, HardwareEvent, HardwareFault } from '../../evse/hardware.ts';
import type { ParameterId } from '../../params/parameters.ts';
import type { EvsePower } from '../../smartcharging/evse-power.ts';
import { sourceText } from '../../smartcharging/limit-bound.ts';
import type { StationDeps } from '../station-deps.ts';
import { ExternalLimits } from './external-limits.ts';
import { LimitKeeper } from './limit-keeper.ts';
import { limitsApi } from './limits-api.ts';
import { LimitNotices } from './limit-notices.ts';
import type { EvseLimits, InstalledProfiles, LimitedEvse } from './limit-ports.ts';
import { LinkAbsence } from './link-absence.ts';
import { StationSources } from './station-sources.ts';

/** The parts of a station that its limits need. */
export interface LimitSurroundings {
  readonly evses: () => readonly LimitedEvse[];
  readonly command: (command: HardwareCommand) => Promise<unknown>;
  readonly stationFaults: () => readonly HardwareFault[];
  readonly profiles: InstalledProfiles;
  /** Tells a backend that wants to know. */
  readonly inform: (evse: number, text: string) => void;
  readonly onProblem: (text: string) => void;
}

/** What people see of the limit of an EVSE. */
export interface ShownLimit {
  readonly milliamps: number;
  readonly phases: 1 | 2 | 3;
  /** Such as `TxProfile 42`. */
  readonly source: string;
  readonly untilMs: number | null;
}

/** What a station really offers: all limits, what follows from them, and the hardware kept at it. */
export class StationLimits {
  readonly external: ExternalLimits;
  readonly #around: LimitSurroundings;
  readonly #clock: StationClock;
  readonly #sources: StationSources;
  readonly #keeper: LimitKeeper;
  readonly #absence: LinkAbsence;
  readonly #notices: LimitNotices;
  readonly #cables = new LazyMap<number, number | null>();
  #undo: Cancel | null = null;

  constructor(deps: StationDeps, around: LimitSurroundings) {
    this.#around = around;
    this.#clock = deps.clock;
    const { name: station, time, clock, store, params } = deps;
    const changed = (): void => this.changed();
    this.external = new ExternalLimits({
      station,
      store,
      time,
      clock,
      params,
      onChange: changed,
      onProblem: around.onProblem,
    });
    this.#absence = new LinkAbsence(time, changed);
    this.#notices = new LimitNotices({ time, inform: around.inform });
    const sources = (this.#sources = new StationSources({
      params,
      clock,
      stationFaults: around.stationFaults,
      profiles: () => around.profiles.profiles,
      away: () => this.#absence.away,
      external: () => this.external.now(),
      cableMilliamps: (evse) => this.#cable(evse),
    }));
    this.#keeper = new LimitKeeper({
      time,
      clock,
      evses: around.evses,
      sources,
      phasesConnected: (evse) => params.at('metering.phasesConnected', evse),
      command: around.command,
      onPlanned: (settled) => this.#planned(settled),
      onProblem: around.onProblem,
    });
  }

  /** What the API may ask. */
  get api(): ApiLimits {
    return limitsApi(this.external, this.#clock);
  }

  /** Reads what holds from an earlier life. */
  load(): Promise<void> {
    return this.external.load();
  }

  /** Begins to keep the limits: the hardware has said what it is. */
  start(): void {
    this.#undo = this.#around.profiles.onChange(() => this.changed());
    this.#absence.report(false);
    this.changed();
  }

  /** Ends all waiting; what the hardware offers stays. May be called twice. */
  stop(): void {
    this.#undo?.();
    this.#absence.stop();
    this.#keeper.stop();
  }

  /** What one EVSE asks of the limits. */
  of(evse: number): EvseLimits {
    return new LimitsOfEvse(evse, this.#keeper);
  }

  /** What an EVSE offers, or would offer to a vehicle that came now, in mA per phase; 0 for one that is not there. */
  milliamps(evse: number): number {
    return this.#keeper.milliamps(evse);
  }

  /** What an EVSE can give now, whatever profiles say: its hardware, its cable, and what the operator allows (SC-11). */
  powerOf(evse: LimitedEvse): EvsePower {
    const local = this.#sources.local(evse).map(({ amount }) => amount);
    const power = this.#keeper.powerOf(evse);
    return { ...power, maxMilliamps: Math.min(power.maxMilliamps, ...local) };
  }

  /** The phases that an EVSE uses. */
  phases(evse: number): EvsePower['phases'] {
    return this.#keeper.phases(evse);
  }

  /** The limit of an EVSE, for people. */
  shown(evse: number): ShownLimit {
    const milliamps = this.milliamps(evse);
    const plan = this.#keeper.planOf(evse);
    const source = plan === undefined ? '' : sourceText(plan.source);
    return { milliamps, phases: this.phases(evse), source, untilMs: plan?.untilMs ?? null };
  }

  /** Something that the limits depend on changed. */
  changed(): void {
    this.#keeper.evaluate();
  }

  /** The hardware said something. */
  heard(event: HardwareEvent): void {
    if (event.type === 'externalLimit') void this.#externalByHardware(event.limit);
    if (event.type === 'cable') this.#cables.set(event.evse, event.milliamps);
    if (event.type === 'cable' || event.type === 'pilot') this.changed();
  }

  /** The backend is there, or not. */
  linkChanged(online: boolean): void {
    this.#absence.report(online);
  }

  /** Parameters have other values. */
  parametersChanged(changed: ReadonlySet<ParameterId>): void {
    if ([...changed].some((id) => id.startsWith('charging.') || id === 'metering.phasesConnected')) this.changed();
  }

  #cable(evse: number): number | null {
    const told = this.#cables.get(evse);
    if (told !== undefined) return told;
    return this.#around.evses().find(({ id }) => id === evse)?.description.state.cableMilliamps ?? null;
  }

  async #externalByHardware(limit: Extract<HardwareEvent, { type: 'externalLimit' }>['limit']): Promise<void> {
    if (!this.external.enabled) {
      this.#around.onProblem(
        'the hardware told an external limit, which charging.externalLimitEnabled does not let in',
      );
      return;
    }
    if (limit === null) return this.external.setByHardware(null);
    const { watts, milliamps } = limit;
    if (watts !== undefined && milliamps === undefined)
      return this.external.setByHardware({ unit: 'W', amount: Math.floor(watts * 1000), untilMs: null });
    if (milliamps !== undefined && watts === undefined)
      return this.external.setByHardware({ unit: 'A', amount: milliamps, untilMs: null });
    this.#around.onProblem(
      'the hardware told an external limit that is not in one of watts and milliamps: it changes nothing',
    );
  }

  #planned(settled: boolean): void {
    if (settled) this.external.effective();
    for (const evse of this.#around.evses()) {
      const charges = evse.state.phase.kind === 'running';
      this.#notices.planned(evse.id, charges ? (this.#keeper.planOf(evse.id) ?? null) : null);
    }
  }
}

/** The limits of one station, as one of its EVSEs asks them. */
class LimitsOfEvse implements EvseLimits {
  readonly #evse: number;
  readonly #keeper: LimitKeeper;

  constructor(evse: number, keeper: LimitKeeper) {
    this.#evse = evse;
    this.#keeper = keeper;
  }

  milliamps(): number {
    return this.#keeper.milliamps(this.#evse);
  }

  admit(): Promise<void> {
    return this.#keeper.admit(this.#evse);
  }

  opened(): void {
    this.#keeper.opened(this.#evse);
  }

  changed(): void {
    this.#keeper.evaluate();
  }
}
