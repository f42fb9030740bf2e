import { LazyMap } from '../../core/lazy-map.ts';
import { chargePlace } from '../../eichrecht/charge-place.ts';
import { lawApplies } from '../../eichrecht/law-applies.ts';
import { userAssignment } from '../../eichrecht/user-assignment.ts';
import type { EvseDescription } from '../../evse/hardware.ts';
import type { ParameterId } from '../../params/parameters.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import type { HardwareLine } from '../evse/hardware-line.ts';
import type { StationDeps } from '../station-deps.ts';
import type { BlockDesk } from './block-desk.ts';
import { LegalMeter } from './legal-meter.ts';
import type { MeterKey } from './public-keys.ts';
import type { StationArchives } from './station-archives.ts';

/** The parts of the station that calibration law needs. */
export interface LegalMetersAround {
  readonly hardware: Pick<HardwareLine, 'command'>;
  readonly archives: StationArchives;
  readonly blocks: { readonly desk: Pick<BlockDesk, 'set'> };
  /** Told when a meter has another key than it had. */
  readonly keys: { changed(): void };
}

/** What calibration law needs of the station itself. */
interface LegalOwner {
  readonly evses: () => readonly EvseController[];
  readonly onProblem: (problem: string) => void;
}

/** What a change of these means for meters: whether the law applies, and where their clocks have to be. */
const relevant: readonly ParameterId[] = ['eichrecht.mode', 'time.zone'];

/** The calibration law at the EVSEs of a station; made where it can apply, and nothing anywhere else. */
export class LegalMeters {
  readonly #deps: StationDeps;
  readonly #around: LegalMetersAround;
  readonly #owner: LegalOwner;
  readonly #meters = new LazyMap<number, LegalMeter>();
  #stopListening: (() => void) | null = null;

  constructor(deps: StationDeps, around: LegalMetersAround, owner: LegalOwner) {
    this.#deps = deps;
    this.#around = around;
    this.#owner = owner;
  }

  /** The law at an EVSE; null where it can never apply: its meter does not sign, and nobody says that it has to. */
  of(description: EvseDescription): LegalMeter | null {
    const known = this.#meters.get(description.id);
    if (known !== undefined) return known;
    const mode = this.#deps.params.get('eichrecht.mode');
    if (description.meter?.signs !== true && mode !== 'on') return null;
    const created = this.#create(description);
    this.#meters.set(description.id, created);
    // The station's clock counts for every meter: it was set, perhaps by more than meters may be off.
    this.#stopListening ??= this.#deps.clock.onSet(() => this.#lookAgain());
    return created;
  }

  /** The keys of the meters that have one, in the order of their EVSEs. */
  keys(): readonly MeterKey[] {
    return [...this.#meters.entries()]
      .flatMap(([evse, { key }]) => (key === null ? [] : [{ evse, ...key }]))
      .toSorted((one, other) => one.evse - other.evse);
  }

  /** The meter of an EVSE says that it may have changed. */
  meterChanged(evse: number): void {
    void this.#meters.get(evse)?.look();
  }

  /** The hardware is there again. */
  driverBack(): void {
    for (const meter of this.#meters.values()) void meter.look();
  }

  settingsChanged(changed: ReadonlySet<ParameterId>): void {
    if (!relevant.some((id) => changed.has(id))) return;
    for (const { description } of this.#owner.evses()) void this.of(description)?.look();
  }

  /** May be called twice. */
  stop(): void {
    this.#stopListening?.();
    for (const meter of this.#meters.values()) meter.stop();
  }

  /** Two meters with one serial number cannot be told apart in records (eichrecht.md pitfall 14). */
  #sharedWith(evse: number, serial: string): number | null {
    const same = [...this.#meters.entries()].find(([id, { state }]) => id !== evse && state?.serial === serial);
    return same?.[0] ?? null;
  }

  /** Another meter may have been shared until now, or is from now on. */
  #keyChanged(evse: number): void {
    this.#around.keys.changed();
    for (const [id, meter] of this.#meters) if (id !== evse && meter.state !== null) void meter.look();
  }

  #lookAgain(): void {
    for (const meter of this.#meters.values()) meter.clockSet();
  }

  #create(description: EvseDescription): LegalMeter {
    const { name: station, time, clock, store, params } = this.#deps;
    const { hardware, archives, blocks } = this.#around;
    const { evses, onProblem } = this.#owner;
    const { id: evse } = description;
    const controller = (): EvseController | undefined => evses().find((each) => each.id === evse);
    return new LegalMeter({
      station,
      evse,
      meter: () => description.meter,
      time,
      clock,
      store,
      command: hardware.command,
      signed: () => archives.signed,
      logbook: () => archives.logbook,
      applies: () => lawApplies(params.get('eichrecht.mode'), description.meter),
      rules: () => ({
        signedEndMs: params.get('eichrecht.signedEndTimeout') * 1000,
        tariffText: params.get('eichrecht.tariffText'),
        zone: params.get('time.zone'),
      }),
      assignment: (grant) => userAssignment(grant, params.get('backend.protocol') !== 'ws'),
      place: () => {
        const own = params.at('eichrecht.evseId', evse);
        return chargePlace(own === '' ? null : own, params.get('backend.identity'), evse);
      },
      block: (cause, active, detail) => blocks.desk.set(evse, cause, active, detail),
      keeper: () => controller()?.keeper ?? noTransactions,
      sharedWith: (serial) => this.#sharedWith(evse, serial),
      onKey: () => this.#keyChanged(evse),
      onFailed: () => controller()?.dispatch({ kind: 'stop', cause: { reason: 'other', idToken: null } }),
      onProblem,
    });
  }
}

/** Before the EVSE is there. */
const noTransactions = {
  meter: { knows: () => true, busy: true, leftCount: 0 },
  record: null,
  closeLeft: () => Promise.resolve(),
} as const;
