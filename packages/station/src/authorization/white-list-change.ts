/** A card on the operator's own list. */
export interface WhiteListEntry {
  /** As the operator spelled it; compared without letter case. */
  readonly idToken: string;
  /** For people; '' when there is none. */
  readonly note: string;
  /** Until when it counts, wall time in ms since 1970; null: for ever. */
  readonly expiryMs: number | null;
}

/** What an operator does to the list: all of it or nothing. */
export type WhiteListChange =
  | { readonly kind: 'add'; readonly entry: WhiteListEntry }
  | { readonly kind: 'remove'; readonly idToken: string }
  | { readonly kind: 'replace'; readonly entries: readonly WhiteListEntry[] };

/** The most that the list may hold. */
export interface WhiteListLimits {
  readonly entries: number;
  /** The longest identifier that a backend can be told. */
  readonly idTokenLength: number;
}

/** What a change does to the list, or why it does nothing. */
export type WhiteListPlan =
  | {
      readonly kind: 'accepted';
      readonly put: ReadonlyMap<string, WhiteListEntry>;
      /** Keys of entries that go. */
      readonly dropped: readonly string[];
    }
  | { readonly kind: 'known' | 'unknown' | 'refused'; readonly reason: string };

/** The longest note, in characters: a full list fits into one request of 1 MiB. */
export const longestNote = 80;

/** The key of an identifier in the list: letter case does not count. */
export function whiteListKey(idToken: string): string {
  return idToken.toLowerCase();
}

/** Decides what a change does to the list. */
export function planWhiteListChange(
  list: ReadonlyMap<string, WhiteListEntry>,
  change: WhiteListChange,
  limits: WhiteListLimits,
): WhiteListPlan {
  switch (change.kind) {
    case 'add':
      return planAddition(list, change.entry, limits);
    case 'remove': {
      const key = whiteListKey(change.idToken);
      if (!list.has(key)) return { kind: 'unknown', reason: `The card "${change.idToken}" is not on the white list.` };
      return { kind: 'accepted', put: new Map(), dropped: [key] };
    }
    case 'replace':
      return planReplacement(list, change.entries, limits);
  }
}

function planAddition(
  list: ReadonlyMap<string, WhiteListEntry>,
  entry: WhiteListEntry,
  limits: WhiteListLimits,
): WhiteListPlan {
  const problem = problemOf(entry, limits);
  if (problem !== null) return { kind: 'refused', reason: `The card cannot be listed: ${problem}.` };
  const key = whiteListKey(entry.idToken);
  const known = list.get(key);
  if (known !== undefined) {
    const spelled = known.idToken === entry.idToken ? '' : ` as "${known.idToken}"; letter case does not count`;
    return { kind: 'known', reason: `The card "${entry.idToken}" is on the white list already${spelled}.` };
  }
  if (list.size >= limits.entries) return tooLong(list.size + 1, limits);
  return { kind: 'accepted', put: new Map([[key, entry]]), dropped: [] };
}

function planReplacement(
  list: ReadonlyMap<string, WhiteListEntry>,
  entries: readonly WhiteListEntry[],
  limits: WhiteListLimits,
): WhiteListPlan {
  if (entries.length > limits.entries) return tooLong(entries.length, limits);
  const named = new Map<string, WhiteListEntry>();
  for (const [index, entry] of entries.entries()) {
    const problem = problemOf(entry, limits);
    if (problem !== null) return { kind: 'refused', reason: `Entry ${index + 1} cannot be listed: ${problem}.` };
    const key = whiteListKey(entry.idToken);
    if (named.has(key)) {
      const reason = `The card "${entry.idToken}" is named twice, also by entry ${index + 1}; letter case does not count.`;
      return { kind: 'refused', reason };
    }
    named.set(key, entry);
  }
  const put = new Map([...named].filter(([key, entry]) => !isSame(list.get(key), entry)));
  return { kind: 'accepted', put, dropped: [...list.keys()].filter((key) => !named.has(key)) };
}

function problemOf({ idToken, note, expiryMs }: WhiteListEntry, { idTokenLength }: WhiteListLimits): string | null {
  if (idToken.length < 1 || idToken.length > idTokenLength)
    return `an identifier has 1 to ${idTokenLength} characters, "${idToken.slice(0, 40)}" has ${idToken.length}`;
  if (idToken.trim() !== idToken) return `the identifier "${idToken}" begins or ends with a space`;
  if (!isPrintable(idToken)) return 'the identifier contains control characters';
  if (note.length > longestNote) return `a note has at most ${longestNote} characters`;
  if (!isPrintable(note)) return 'the note contains control characters';
  return expiryMs === null || Number.isSafeInteger(expiryMs) ? null : 'the expiry is not a point in time';
}

function isPrintable(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}

function tooLong(length: number, { entries }: WhiteListLimits): WhiteListPlan {
  const reason = `The white list would have ${length} entries, ${entries} are allowed (authorization.whiteListMaxLength).`;
  return { kind: 'refused', reason };
}

function isSame(before: WhiteListEntry | undefined, now: WhiteListEntry): boolean {
  return (
    before !== undefined &&
    before.idToken === now.idToken &&
    before.note === now.note &&
    before.expiryMs === now.expiryMs
  );
}
