/** An id as it is stored, or why it is refused. */
type IdResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Country, operator, E, and the number of the outlet; separators are allowed (DIN SPEC 91286, ISO 15118-2 annex H). */
const evseId = /^[A-Z]{2}\*?[A-Z\d]{3}\*?E[A-Z\d](?:\*?[A-Z\d]){0,30}$/i;
const longest = 37;

/** Reads an EVSE ID. */
export function parseEvseId(text: string): IdResult {
  const id = text.trim();
  if (id.length <= longest && evseId.test(id)) return { ok: true, text: id };
  return {
    ok: false,
    reason: `"${id}" is no EVSE ID; one is such as DE*ABC*E12345*1, with at most ${longest} characters.`,
  };
}
