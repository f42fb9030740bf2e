import { isRecord, type Json } from '../core/json.ts';
import type { RateUnit } from './charging-profile.ts';

/** Who may limit the station from outside: over the HTTP API (an energy manager), or through the hardware (a contact, a control box). */
export type ExternalSource = 'api' | 'hardware';

/** What the grid operator or an energy manager allows all EVSEs together. */
export interface ExternalLimit {
  readonly unit: RateUnit;
  /** mA per phase, or mW of all phases together. */
  readonly amount: number;
  /** Wall time in ms at which it ends by itself; null = when its source says so. */
  readonly untilMs: number | null;
}

/**
 * One line of the log: what came, from whom, and since when it was in effect at the hardware. *ended*: its time was over; *failSafe*: its
 * source fell silent, and the fail-safe value holds instead.
 */
export interface ExternalLimitEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly source: ExternalSource;
  readonly by: string;
  readonly event: 'set' | 'released' | 'ended' | 'failSafe';
  readonly limit: ExternalLimit | null;
  readonly effectiveMs: number | null;
}

/** A limit as JSON for the store. */
export function limitToJson(limit: ExternalLimit): Json {
  return { ...limit };
}

/** Reads a stored limit; null when it is none. */
export function limitFromJson(value: unknown): ExternalLimit | null {
  if (!isRecord(value)) return null;
  const { unit, amount, untilMs } = value;
  if ((unit !== 'A' && unit !== 'W') || typeof amount !== 'number') return null;
  return { unit, amount, untilMs: typeof untilMs === 'number' ? untilMs : null };
}

const events: readonly ExternalLimitEntry['event'][] = ['set', 'released', 'ended', 'failSafe'];

/** An entry as JSON for the store. */
export function entryToJson(entry: ExternalLimitEntry): Json {
  return { ...entry, limit: entry.limit === null ? null : limitToJson(entry.limit) };
}

/** Reads a stored entry; null when it is none. */
export function entryFromJson(value: Json): ExternalLimitEntry | null {
  if (!isRecord(value)) return null;
  const { seq, atMs, source, by, effectiveMs } = value;
  const event = events.find((each) => each === value['event']);
  if (typeof seq !== 'number' || typeof atMs !== 'number' || event === undefined) return null;
  if (source !== 'api' && source !== 'hardware') return null;
  return {
    seq,
    atMs,
    source,
    by: typeof by === 'string' ? by : '',
    event,
    limit: limitFromJson(value['limit']),
    effectiveMs: typeof effectiveMs === 'number' ? effectiveMs : null,
  };
}
