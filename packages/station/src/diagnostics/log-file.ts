import { Buffer } from 'node:buffer';

/** One line of a log; `atMs` null where the time is not known. */
export interface LogLine {
  readonly atMs: number | null;
  readonly text: string;
}

/** A part of a log file. */
export interface LogSection {
  readonly title: string;
  readonly lines: readonly LogLine[];
}

/** Which lines are wanted (ms since 1970); null = no bound. */
export interface LogPeriod {
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

/** Longer files are cut at their old end, so that no upload lasts for ever. */
const mostBytes = 8_000_000;

/** A log as text for people, one event a line; lines without a time always count. */
export function logFile(
  facts: readonly (readonly [string, string])[],
  sections: readonly LogSection[],
  period: LogPeriod,
): string {
  const head = facts.map(([name, value]) => `# ${name}: ${oneLine(value)}`);
  const body = sections.flatMap(({ title, lines }) => {
    return ['', `## ${title}`, ...logLines(lines, period, mostBytes / sections.length)];
  });
  return `${[...head, ...body].join('\n')}\n`;
}

/** The lines of a period as texts, at least one; of more than `bytes` the older ones are left out. */
export function logLines(lines: readonly LogLine[], period: LogPeriod, bytes: number): readonly string[] {
  const wanted = lines.filter(({ atMs }) => isWithin(atMs, period)).map(lineText);
  return wanted.length === 0 ? ['(nothing)'] : newest(wanted, bytes);
}

/** Whether something of a time belongs to a period; what has no time always does. */
function isWithin(atMs: number | null, { fromMs, untilMs }: LogPeriod): boolean {
  return atMs === null || ((fromMs === null || atMs >= fromMs) && (untilMs === null || atMs <= untilMs));
}

function lineText({ atMs, text }: LogLine): string {
  return atMs === null ? oneLine(text) : `${new Date(atMs).toISOString()} ${oneLine(text)}`;
}

function newest(lines: readonly string[], bytes: number): readonly string[] {
  let left = bytes;
  let first = lines.length;
  while (first > 0) {
    left -= Buffer.byteLength(lines[first - 1] ?? '') + 1;
    if (left < 0) break;
    first--;
  }
  return first === 0 ? lines : [`(${first} older lines left out)`, ...lines.slice(first)];
}

/** Nobody forges a line by what they send us. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/gu, ' ');
}
