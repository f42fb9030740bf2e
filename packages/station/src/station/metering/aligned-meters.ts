import { tellsMeter } from '../../authorization/free-charging.ts';
import { messageOf } from '../../core/errors.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { MeasurandContext } from '../../metering/measurands.ts';
import type { Sample } from '../../metering/sample.ts';
import type { ParameterId } from '../../params/parameters.ts';
import { AlignedSchedule } from './aligned-schedule.ts';
import type { MeteredPlace } from './metered-place.ts';
import { makeAlignedSamples, type BoundaryReading } from './sample-maker.ts';
import type { StationDeps } from '../station-deps.ts';

/** The parts of the station that clock-aligned values need. */
export interface AlignedSurroundings {
  readonly outbox: Outbox;
  readonly online: () => boolean;
  readonly onProblem: (problem: string) => void;
}

/** Messages of one boundary leave within this time, by chance, so that a site does not speak all at once (V-02). */
const spreadMostMs = 10_000;

/** What is told as the mean over the interval; without these nobody looks at a meter between the boundaries. */
const averaged = ['Power.Active.Import', 'Current.Import', 'Voltage'];

const relevant: readonly ParameterId[] = [
  'metering.clockAlignedInterval',
  'metering.alignedData',
  'metering.stopTxnAlignedData',
];

/** Clock-aligned values of every connector, and of the main meter where there is one (V-02, V-05). */
export class AlignedMeters {
  readonly #deps: StationDeps;
  readonly #around: AlignedSurroundings;
  #schedules: ReadonlyMap<number, AlignedSchedule> = new Map();
  #stopListening: () => void = () => undefined;
  /** How much later the messages of a boundary leave. */
  #spread: { readonly boundaryMs: number; readonly delayMs: number } | null = null;

  constructor(deps: StationDeps, around: AlignedSurroundings) {
    this.#deps = deps;
    this.#around = around;
  }

  start(places: readonly MeteredPlace[]): void {
    this.#schedules = new Map(places.map((place) => [place.connector, this.#schedule(place)]));
    this.#stopListening = this.#deps.clock.onSet(() => this.#realign());
    for (const schedule of this.#schedules.values()) schedule.start();
  }

  /** May be called twice. */
  stop(): void {
    this.#stopListening();
    for (const schedule of this.#schedules.values()) schedule.stop();
  }

  settingsChanged(changed: ReadonlySet<ParameterId>): void {
    if (relevant.some((id) => changed.has(id))) this.#realign();
  }

  /** A transaction began or ended. */
  transactionChanged(evse: number): void {
    this.#schedules.get(evse)?.look();
    this.#schedules.get(0)?.look();
  }

  #realign(): void {
    for (const schedule of this.#schedules.values()) schedule.realign();
  }

  #schedule(place: MeteredPlace): AlignedSchedule {
    return new AlignedSchedule({
      time: this.#deps.time,
      wallMs: place.wallMs,
      intervalMs: () => this.#intervalMs(),
      read: place.read,
      moves: place.charges,
      wantsMeans: () => this.#wantsMeans(),
      take: (boundary) => this.#take(place, boundary),
      onProblem: (problem) => this.#around.onProblem(`connector ${place.connector}: ${problem}`),
    });
  }

  async #take({ connector, evse, context }: MeteredPlace, boundary: BoundaryReading): Promise<void> {
    const told = makeAlignedSamples(this.#deps.params.get('metering.alignedData'), context(), boundary);
    const { boundaryMs: timeMs, atMs, reading } = boundary;
    const spreadMs = this.#spreadOf(timeMs);
    const stopData = this.#stopData(context(), boundary);
    const taken = { timeMs, atMs, reading, told, stopData, spreadMs };
    const outside = evse === null ? told : await evse.keeper.aligned(taken);
    if (!tellsMeter(this.#deps.params, evse?.keeper.record ?? null)) return;
    await this.#append(connector, outside, spreadMs);
  }

  #stopData(context: MeasurandContext, boundary: BoundaryReading): readonly Sample[] {
    const wanted = this.#deps.params.get('metering.stopTxnAlignedData');
    return wanted.length === 0 ? [] : makeAlignedSamples(wanted, context, boundary);
  }

  /** Values outside a transaction are durable too, but no transaction messages: bounded, and the first to go (ADR 7). */
  async #append(evse: number, samples: readonly Sample[], spreadMs: number): Promise<void> {
    const { outbox, online, onProblem } = this.#around;
    const offline = !online();
    if (samples.length === 0 || (offline && !this.#deps.params.get('metering.retransmit'))) return;
    const fact = { kind: 'meterValues', transaction: null, evse, samples, offline, index: 0 } as const;
    try {
      await outbox.append([fact], [], spreadMs);
    } catch (error) {
      onProblem(`clock-aligned values of connector ${evse} could not be stored: ${messageOf(error)}`);
    }
  }

  #spreadOf(boundaryMs: number): number {
    if (this.#spread?.boundaryMs !== boundaryMs) {
      const mostMs = Math.min(spreadMostMs, this.#intervalMs());
      this.#spread = { boundaryMs, delayMs: Math.floor(this.#deps.random.next() * mostMs) };
    }
    return this.#spread.delayMs;
  }

  #intervalMs(): number {
    return this.#deps.params.get('metering.clockAlignedInterval') * 1000;
  }

  #wantsMeans(): boolean {
    const { params } = this.#deps;
    const lists = [params.get('metering.alignedData'), params.get('metering.stopTxnAlignedData')];
    return lists.flat().some((item) => averaged.some((name) => item === name || item.startsWith(`${name}.`)));
  }
}
