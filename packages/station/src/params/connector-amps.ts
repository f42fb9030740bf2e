/** A list as it is stored, or why it is refused. */
type AmpsResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** No station draws more on one phase. */
const mostAmps = 1_000;

/**
 * Reads `16` (every connector), `1:16,2:10` (by connector; 0 is the whole station), or both together, as `16,2:10`; writes it as it is
 * read back. Whole amperes; 0 allows nothing.
 */
export function parseConnectorAmps(text: string): AmpsResult {
  const found = new Map<number | null, number>();
  for (const item of text.split(',').map((each) => each.trim())) {
    if (item === '') continue;
    const match = /^(?:(\d{1,4})\s*:\s*)?(\d{1,4})$/.exec(item);
    const amps = Number(match?.[2]);
    if (match === null || amps > mostAmps) {
      const reason = `"${item}" is neither whole amperes (0 to ${mostAmps}) nor connector:amperes, such as 2:16.`;
      return { ok: false, reason };
    }
    found.set(match[1] === undefined ? null : Number(match[1]), amps);
  }
  return { ok: true, text: written(found) };
}

/** What a stored list says of one connector, 0 for the station; null = nothing. The word for all is about connectors only. */
export function operatorAmpsAt(stored: string, connector: number): number | null {
  if (stored === '') return null;
  const entries = entriesOf(stored);
  return entries.get(connector) ?? (connector === 0 ? null : (entries.get(null) ?? null));
}

/** The list with another limit for one connector; '' takes it out. */
export function withAmpsAt(stored: string, connector: number, amps: string): string {
  const entries = entriesOf(stored);
  if (amps === '') entries.delete(connector);
  else entries.set(connector, Number(amps));
  return written(entries);
}

function entriesOf(stored: string): Map<number | null, number> {
  if (stored === '') return new Map();
  return new Map(
    stored.split(',').map((item) => {
      const split = item.indexOf(':');
      return split < 0 ? [null, Number(item)] : [Number(item.slice(0, split)), Number(item.slice(split + 1))];
    }),
  );
}

function written(entries: ReadonlyMap<number | null, number>): string {
  return [...entries]
    .toSorted(([one], [other]) => (one ?? -1) - (other ?? -1))
    .map(([connector, amps]) => (connector === null ? String(amps) : `${connector}:${amps}`))
    .join(',');
}
