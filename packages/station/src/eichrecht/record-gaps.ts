import type { ArchivedRecord } from '../transactions/signed-keeping.ts';
import { parsePagination } from './pagination.ts';

/** Records that a meter numbered and the archive does not have. */
export interface RecordGap {
  readonly evse: number;
  readonly meterSerial: string;
  /** The first and the last missing one, as the meter writes it. */
  readonly from: string;
  readonly to: string;
}

interface Line {
  readonly evse: number;
  readonly meterSerial: string;
  readonly context: string;
  /** Numbers that are there, as ranges in order. */
  readonly ranges: [number, number][];
}

/** Finds the gaps in the numbering of each meter; takes the records in any order, and keeps ranges of them only. */
export class GapFinder {
  readonly #lines = new Map<string, Line>();

  take({ evse, meterSerial, pagination }: Pick<ArchivedRecord, 'evse' | 'meterSerial' | 'pagination'>): void {
    const page = parsePagination(pagination);
    if (page === null) return;
    const { context, number } = page;
    const name = `${evse} ${context} ${meterSerial}`;
    const line = this.#lines.get(name) ?? { evse, meterSerial, context, ranges: [] };
    this.#lines.set(name, line);
    addTo(line.ranges, number);
  }

  /** What is missing between the lowest and the highest number of each meter. */
  gaps(): readonly RecordGap[] {
    return [...this.#lines.values()].flatMap(({ evse, meterSerial, context, ranges }) =>
      ranges.slice(1).map(([first], at) => {
        const [, before = 0] = ranges[at] ?? [];
        return { evse, meterSerial, from: `${context}${before + 1}`, to: `${context}${first - 1}` };
      }),
    );
  }
}

/** Nearly always the newest range grows by one. */
function addTo(ranges: [number, number][], number: number): void {
  let at = ranges.length - 1;
  while (at >= 0 && (ranges[at]?.[0] ?? 0) > number) at--;
  const before = ranges[at];
  const after = ranges[at + 1];
  if (before !== undefined && number <= before[1]) return;
  const joinsBefore = before !== undefined && number === before[1] + 1;
  const joinsAfter = after !== undefined && number === after[0] - 1;
  if (joinsBefore && joinsAfter) {
    before[1] = after[1];
    ranges.splice(at + 1, 1);
  } else if (joinsBefore) before[1] = number;
  else if (joinsAfter) after[0] = number;
  else ranges.splice(at + 1, 0, [number, number]);
}
