import type { SummaryShape } from '../../net/shapes.ts';

/** Which stations are shown. */
export type StationFilter = 'all' | 'faulted' | 'offline' | 'charging' | 'waiting';

const tests: Readonly<Record<StationFilter, (summary: SummaryShape) => boolean>> = {
  all: () => true,
  faulted: ({ evses = [] }) => evses.some(({ status }) => status === 'Faulted'),
  offline: ({ link }) => link !== undefined && link.kind !== 'open' && link.kind !== 'disabled',
  charging: ({ evses = [] }) => evses.some(({ status }) => status === 'Charging'),
  waiting: ({ outbox }) => outbox !== undefined && outbox.waiting + outbox.parked > 0,
};

/** The stations that a person looks for, in the order of the names. Words that are searched for may stand anywhere. */
export function foundStations(
  names: readonly string[],
  summaries: ReadonlyMap<string, SummaryShape>,
  { search, filter }: { readonly search: string; readonly filter: StationFilter },
): readonly SummaryShape[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  return names
    .map((name) => summaries.get(name) ?? { name, notReady: [] })
    .filter((summary) => tests[filter](summary) && matches(summary, wanted));
}

function matches(summary: SummaryShape, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const { name, notReady, link, evses = [] } = summary;
  const text = [
    name,
    ...notReady,
    link?.reason ?? '',
    ...evses.map(({ status, errorCode }) => `${status} ${errorCode}`),
  ]
    .join(' ')
    .toLowerCase();
  return wanted.every((word) => text.includes(word));
}
