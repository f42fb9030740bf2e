import type { IdTokenAnswer } from './id-token-answer.ts';

/** One line of an update; without an answer it takes the identifier off the list (OCPP 1.6 §7.2). */
export interface LocalListLine {
  readonly idToken: string;
  readonly answer: IdTokenAnswer | null;
}

/** What a backend sends: a whole list, or what changes in it (OCPP 1.6 §5.15). */
export interface LocalListUpdate {
  readonly kind: 'full' | 'differential';
  readonly version: number;
  readonly lines: readonly LocalListLine[];
}

/** An entry of the list, spelled as the backend sent it. */
export interface LocalListEntry {
  readonly idToken: string;
  readonly answer: IdTokenAnswer;
}

/** The list as it is; entries by their identifiers in lower case. */
export interface LocalListContent {
  readonly version: number;
  readonly entries: ReadonlyMap<string, LocalListEntry>;
}

/** The most that a list may hold. */
export interface LocalListLimits {
  /** Lines in one message (`SendLocalListMaxLength`). */
  readonly lines: number;
  /** Entries in the list that results (`LocalAuthListMaxLength`). */
  readonly entries: number;
}

/** What an update does to a list, or why it does nothing. */
export type LocalListPlan =
  | {
      readonly kind: 'accepted';
      /** The version afterwards: 0 when nobody is left (L-03). */
      readonly version: number;
      /** Entries that are new or different, by their keys. */
      readonly put: ReadonlyMap<string, LocalListEntry>;
      /** Keys of entries that go. */
      readonly dropped: readonly string[];
    }
  | { readonly kind: 'failed' | 'versionMismatch'; readonly reason: string };

/** The key of an identifier in the list: letter case does not count. */
export function localListKey(idToken: string): string {
  return idToken.toLowerCase();
}

/**
 * Decides what an update does (L-01, L-02). All of it is done or nothing: an identifier that is named twice, an empty one, too
 * many lines or entries, and a whole list with a line that says nothing about its identifier make it fail. A difference has to
 * be newer than the list, a whole list only has a version above 0; the list that is empty has version 0.
 */
export function planLocalListUpdate(
  list: LocalListContent,
  update: LocalListUpdate,
  limits: LocalListLimits,
): LocalListPlan {
  const { kind, version, lines } = update;
  if (version <= 0) return failed(`version ${version} is not above 0`);
  if (kind === 'differential' && version <= list.version) {
    return { kind: 'versionMismatch', reason: `version ${version} is not newer than ${list.version}` };
  }
  if (lines.length > limits.lines) return failed(`${lines.length} entries in a message, ${limits.lines} are allowed`);
  const put = new Map<string, LocalListEntry>();
  const named = new Set<string>();
  for (const { idToken, answer } of lines) {
    const key = localListKey(idToken);
    if (key === '') return failed('an identifier is empty');
    if (named.has(key)) return failed('an identifier is named twice');
    named.add(key);
    if (answer === null && kind === 'full') return failed('an entry of a whole list has no idTagInfo');
    if (answer !== null && !isSame(list.entries.get(key), { idToken, answer })) put.set(key, { idToken, answer });
  }
  const dropped = kind === 'full' ? missing(list, named) : deletions(list, lines);
  const added = [...put.keys()].filter((key) => !list.entries.has(key)).length;
  const length = list.entries.size + added - dropped.length;
  if (length > limits.entries) return failed(`the list would have ${length} entries, ${limits.entries} are allowed`);
  return { kind: 'accepted', version: length === 0 ? 0 : version, put, dropped };
}

function missing({ entries }: LocalListContent, named: ReadonlySet<string>): readonly string[] {
  return [...entries.keys()].filter((key) => !named.has(key));
}

/** What is not in the list need not be taken off it. */
function deletions({ entries }: LocalListContent, lines: readonly LocalListLine[]): readonly string[] {
  const unsaid = lines.filter(({ answer }) => answer === null).map(({ idToken }) => localListKey(idToken));
  return unsaid.filter((key) => entries.has(key));
}

function isSame(before: LocalListEntry | undefined, now: LocalListEntry): boolean {
  return (
    before !== undefined &&
    before.idToken === now.idToken &&
    before.answer.status === now.answer.status &&
    before.answer.expiryMs === now.answer.expiryMs &&
    before.answer.parentIdToken === now.answer.parentIdToken
  );
}

function failed(reason: string): LocalListPlan {
  return { kind: 'failed', reason };
}
