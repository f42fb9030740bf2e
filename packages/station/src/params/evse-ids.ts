/** A list as it is stored, or why it is refused. */
type IdsResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Country, operator, E, and the number of the outlet; separators are allowed (DIN SPEC 91286, ISO 15118-2 annex H). */
const evseId = /^[A-Z]{2}\*?[A-Z\d]{3}\*?E[A-Z\d](?:\*?[A-Z\d]){0,30}$/i;
const longest = 37;

/** Reads EVSE IDs, one for each connector in their order; a place may be empty. */
export function parseEvseIds(text: string): IdsResult {
  const ids = text.split(',').map((id) => id.trim());
  const wrong = ids.find((id) => id !== '' && (id.length > longest || !evseId.test(id)));
  if (wrong !== undefined) {
    return {
      ok: false,
      reason: `"${wrong}" is no EVSE ID; one is such as DE*ABC*E12345*1, with at most 37 characters.`,
    };
  }
  const used = ids.filter((id) => id !== '');
  if (new Set(used).size < used.length) return { ok: false, reason: 'Two connectors cannot have the same EVSE ID.' };
  return { ok: true, text: ids.join(',').replace(/,+$/, '') };
}

/** The EVSE ID of a connector (from 1) in a stored list; null when it has none. */
export function evseIdAt(stored: string, connector: number): string | null {
  const id = stored.split(',')[connector - 1];
  return id === undefined || id === '' ? null : id;
}
