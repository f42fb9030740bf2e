/** The kinds of physical connections that a parameter can name. */
export const bearerKinds = ['ethernet', 'wlan', 'gsm'] as const;

/** One kind of physical connection. */
export type BearerKind = (typeof bearerKinds)[number];

/** Words by kind of connection: name patterns, or name servers. A kind that is not named has none. */
export type WordsByBearer = Readonly<Partial<Record<BearerKind, readonly string[]>>>;

/** What was read, or why it cannot be. */
export type WordsRead =
  | { readonly ok: true; readonly words: WordsByBearer }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads `ethernet=eth*,en*; wlan=wlan*`: groups between semicolons, each the kind and after `=` its words, separated by commas
 * or spaces.
 */
export function readWordsByBearer(text: string): WordsRead {
  const words: Partial<Record<BearerKind, readonly string[]>> = {};
  for (const group of text.split(';').map((part) => part.trim())) {
    if (group === '') continue;
    const [name = '', rest, ...more] = group.split('=');
    const kind = bearerKinds.find((candidate) => candidate === name.trim().toLowerCase());
    if (kind === undefined || rest === undefined || more.length > 0)
      return { ok: false, reason: `“${group}” is not of the form KIND=WORD,WORD with ${bearerKinds.join(', ')}.` };
    if (words[kind] !== undefined) return { ok: false, reason: `${kind} is named twice.` };
    words[kind] = rest.match(/[^\s,]+/g) ?? [];
  }
  return { ok: true, words };
}

/** The same in the one form in which it is stored and shown. */
export function writeWordsByBearer(words: WordsByBearer): string {
  const groups = bearerKinds.flatMap((kind) => (words[kind]?.length ? [`${kind}=${words[kind].join(',')}`] : []));
  return groups.join('; ');
}
