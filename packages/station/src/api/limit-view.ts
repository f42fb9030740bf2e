import type { JsonObject } from '../core/json.ts';
import type { ExternalLimit, ExternalLimitEntry } from '../smartcharging/external-limit.ts';

/** What the API says of an external limit: in watts or amperes, times as ISO 8601 texts. */
export function limitView(limit: ExternalLimit | null): JsonObject {
  if (limit === null) return { limitW: null, limitA: null, until: null };
  const { unit, amount, untilMs } = limit;
  return {
    limitW: unit === 'W' ? amount / 1000 : null,
    limitA: unit === 'A' ? amount / 1000 : null,
    until: timeText(untilMs),
  };
}

/** An entry of the log as the API says it. */
export function entryView({ seq, atMs, source, by, event, limit, effectiveMs }: ExternalLimitEntry): JsonObject {
  return { seq, at: timeText(atMs), source, by, event, ...limitView(limit), effective: timeText(effectiveMs) };
}

const columns = ['seq', 'at', 'source', 'by', 'event', 'limitW', 'limitA', 'until', 'effective'] as const;

/** The log, as `entryView` makes it, as comma-separated values (RFC 4180) with a line of headings. */
export function logCsv(entries: readonly Readonly<Record<string, unknown>>[]): string {
  const rows = entries.map((entry) => columns.map((column) => cell(entry[column])).join(','));
  return [columns.join(','), ...rows, ''].join('\r\n');
}

/** What begins like a formula would be one in a spreadsheet. */
function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
