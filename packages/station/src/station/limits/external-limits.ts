import { messageOf } from '../../core/errors.ts';
import type { StationClock } from '../../core/station-clock.ts';
import type { Time } from '../../core/time.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import {
  entryFromJson,
  entryToJson,
  limitFromJson,
  limitToJson,
  type ExternalLimit,
  type ExternalLimitEntry,
  type ExternalSource,
} from '../../smartcharging/external-limit.ts';
import type { SharedBound } from '../../smartcharging/limit-bound.ts';
import type { Store, Write } from '../../store/store.ts';
import { earlier, type LimitsNow } from './limit-ports.ts';

/** What it works with. */
export interface ExternalLimitsDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly clock: Pick<StationClock, 'nowMs'>;
  readonly params: ParameterReader;
  readonly onChange: () => void;
  readonly onProblem: (text: string) => void;
}

interface InForce {
  readonly limit: ExternalLimit;
  /** When the source last spoke, on the monotonic clock; after a restart, when the station began. */
  heardMs: number;
  /** The source is silent for too long, and that is in the log. */
  silent: boolean;
}

const collection = 'externalLimits';
const logPrefix = 'log:';

/** The oldest entries of the log go first. */
const keptEntries = 1_000;

const sources: readonly ExternalSource[] = ['api', 'hardware'];

/**
 * What grid operator and energy manager allow (§ 14a EnWG): on disk before it counts, so that a limit in force holds over a restart until
 * its source speaks again or the fail-safe value takes its place. Of two sources the lower limit holds. Every change is in a log.
 */
export class ExternalLimits {
  readonly #deps: ExternalLimitsDeps;
  readonly #inForce: Partial<Record<ExternalSource, InForce>> = {};
  #lastSeq = 0;
  /** Entries that are not in effect at the hardware yet. */
  #pending: readonly ExternalLimitEntry[] = [];

  constructor(deps: ExternalLimitsDeps) {
    this.#deps = deps;
  }

  /** Reads what was in force in an earlier life. */
  async load(): Promise<void> {
    const { store, station, time } = this.#deps;
    for (const [key, value] of await store.readDocuments(station, collection)) {
      const source = sources.find((each) => each === key);
      if (source === undefined) {
        this.#lastSeq = Math.max(this.#lastSeq, Number(key.slice(logPrefix.length)) || 0);
        continue;
      }
      const limit = limitFromJson(value);
      if (limit !== null) this.#inForce[source] = { limit, heardMs: time.monotonicMs(), silent: false };
    }
  }

  /** Whether limits from outside are obeyed. */
  get enabled(): boolean {
    return this.#deps.params.get('charging.externalLimitEnabled');
  }

  /** What each source allows; null where it sets no limit. */
  limitOf(source: ExternalSource): ExternalLimit | null {
    return this.#inForce[source]?.limit ?? null;
  }

  /** Takes a limit, or with null its release. Rejects with `store.unavailable` when it cannot be stored: then nothing changed. */
  async set(source: ExternalSource, limit: ExternalLimit | null, by: string): Promise<void> {
    const before = this.#inForce[source];
    // A source that repeats itself lives; that is no change, and not worth a line of the log.
    if (before !== undefined && limit !== null && isSame(before.limit, limit) && !before.silent) {
      before.heardMs = this.#deps.time.monotonicMs();
      this.#deps.onChange();
      return;
    }
    if (before === undefined && limit === null) return;
    const entry = this.#entry(source, by, limit === null ? 'released' : 'set', limit);
    await this.#deps.store.commit([this.#write(source, limit), ...this.#logWrites(entry)]);
    this.#take(source, limit, entry);
  }

  /** Takes what the hardware says. It is obeyed also when it cannot be stored. */
  async setByHardware(limit: ExternalLimit | null): Promise<void> {
    try {
      await this.set('hardware', limit, 'hardware');
    } catch (error) {
      this.#deps.onProblem(`the external limit holds, but not over a restart: ${messageOf(error)}`);
      this.#take('hardware', limit, null);
    }
  }

  /** What holds now. Ends what is over, and puts the fail-safe value in the place of a source that fell silent. */
  now(): LimitsNow<SharedBound> {
    if (!this.enabled) return { bounds: [], nextMs: null };
    let nextMs: number | null = null;
    const bounds = sources.flatMap((source): readonly SharedBound[] => {
      const bound = this.#boundOf(source);
      nextMs = earlier(nextMs, bound.nextMs);
      return bound.bounds;
    });
    return { bounds, nextMs };
  }

  /** All that was told is in effect at the hardware. */
  effective(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const effectiveMs = this.#deps.clock.nowMs();
    this.#deps.store.commitLater(pending.map((entry) => this.#logWrite({ ...entry, effectiveMs })));
  }

  /** The log, the oldest first. */
  async log(): Promise<readonly ExternalLimitEntry[]> {
    const { store, station } = this.#deps;
    const documents = await store.readDocuments(station, collection);
    return [...documents]
      .flatMap(([key, value]) => (key.startsWith(logPrefix) ? (entryFromJson(value) ?? []) : []))
      .toSorted((one, other) => one.seq - other.seq);
  }

  #boundOf(source: ExternalSource): LimitsNow<SharedBound> {
    const { clock, params, time } = this.#deps;
    const inForce = this.#inForce[source];
    if (inForce === undefined) return { bounds: [], nextMs: null };
    const { limit } = inForce;
    const nowMs = clock.nowMs();
    if (limit.untilMs !== null && nowMs >= limit.untilMs) {
      this.#end(source, limit);
      return { bounds: [], nextMs: null };
    }
    const timeoutMs = params.get('charging.externalLimitTimeout') * 1000;
    const silentMs = time.monotonicMs() - inForce.heardMs;
    if (timeoutMs > 0 && silentMs >= timeoutMs) {
      this.#fallSilent(source, inForce);
      const amount = params.get('charging.externalLimitFailSafe') * 1000;
      const { untilMs } = limit;
      return { bounds: [{ source: { kind: 'failSafe' }, unit: 'W', amount, untilMs }], nextMs: untilMs };
    }
    const nextMs = earlier(limit.untilMs, timeoutMs > 0 ? nowMs + timeoutMs - silentMs : null);
    return { bounds: [{ source: { kind: 'external' }, ...limit }], nextMs };
  }

  #take(source: ExternalSource, limit: ExternalLimit | null, entry: ExternalLimitEntry | null): void {
    if (limit === null) delete this.#inForce[source];
    else this.#inForce[source] = { limit, heardMs: this.#deps.time.monotonicMs(), silent: false };
    if (entry !== null) this.#pending = [...this.#pending, entry];
    this.#deps.onChange();
  }

  #end(source: ExternalSource, limit: ExternalLimit): void {
    delete this.#inForce[source];
    this.#noteLater(this.#entry(source, '', 'ended', limit), [this.#write(source, null)]);
  }

  #fallSilent(source: ExternalSource, inForce: InForce): void {
    if (inForce.silent) return;
    inForce.silent = true;
    const { params, onProblem } = this.#deps;
    const watts = params.get('charging.externalLimitFailSafe');
    onProblem(
      `the source of the external limit (${source}) is silent: the fail-safe value of ${watts} W holds until it speaks`,
    );
    const limit = { unit: 'W', amount: watts * 1000, untilMs: inForce.limit.untilMs } as const;
    this.#noteLater(this.#entry(source, '', 'failSafe', limit), []);
  }

  /** What time brought about would come about again after a power cut. */
  #noteLater(entry: ExternalLimitEntry, writes: readonly Write[]): void {
    this.#pending = [...this.#pending, entry];
    this.#deps.store.commitLater([...writes, ...this.#logWrites(entry)]);
  }

  #entry(
    source: ExternalSource,
    by: string,
    event: ExternalLimitEntry['event'],
    limit: ExternalLimit | null,
  ): ExternalLimitEntry {
    this.#lastSeq += 1;
    return { seq: this.#lastSeq, atMs: this.#deps.clock.nowMs(), source, by, event, limit, effectiveMs: null };
  }

  #write(key: ExternalSource, limit: ExternalLimit | null): Write {
    const { station } = this.#deps;
    return limit === null
      ? { op: 'deleteDocument', station, collection, key }
      : { op: 'putDocument', station, collection, key, value: limitToJson(limit) };
  }

  #logWrites(entry: ExternalLimitEntry): readonly Write[] {
    const { station } = this.#deps;
    const key = `${logPrefix}${entry.seq - keptEntries}`;
    return [
      this.#logWrite(entry),
      ...(entry.seq > keptEntries ? [{ op: 'deleteDocument', station, collection, key } as const] : []),
    ];
  }

  #logWrite(entry: ExternalLimitEntry): Write {
    const { station } = this.#deps;
    return { op: 'putDocument', station, collection, key: `${logPrefix}${entry.seq}`, value: entryToJson(entry) };
  }
}

function isSame(one: ExternalLimit, other: ExternalLimit): boolean {
  return one.unit === other.unit && one.amount === other.amount && one.untilMs === other.untilMs;
}
