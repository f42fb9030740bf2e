import { setValue, type ParameterView } from './parameter-shapes.ts';

/** A value that somebody has typed and not applied. */
interface DraftEntry {
  readonly value: string;
  /** What was set when the typing began: another value later is a change by somebody else. */
  readonly base: string;
  /** Never leaves the memory of the page. */
  readonly secret: boolean;
}

/** Everything that is typed and not applied, by the id of the value. */
export type Draft = ReadonlyMap<string, DraftEntry>;

/** Somebody else changed a value that is being edited here. */
export interface Conflict {
  readonly id: string;
  readonly base: string;
  readonly theirs: string;
  readonly mine: string;
}

/** No draft. */
export const emptyDraft: Draft = new Map();

/** The draft with a value typed; typing what is set anyway leaves none. */
export function withValue(draft: Draft, view: ParameterView, value: string): Draft {
  const secret = view.row.secret === true;
  const base = draft.get(view.id)?.base ?? setValue(view);
  if (value === setValue(view)) return without(draft, view.id);
  return new Map(draft).set(view.id, { value, base, secret });
}

/** The draft without a value. */
export function without(draft: Draft, id: string): Draft {
  const next = new Map(draft);
  next.delete(id);
  return next;
}

/** What the field shows: what was typed, else what is set. News from the station never replace what was typed. */
export function fieldValue(draft: Draft, view: ParameterView): string {
  return draft.get(view.id)?.value ?? setValue(view);
}

/** What the station says now, taken in: entries that it has already, and those of values that are gone, fall away. */
export function afterNews(draft: Draft, views: readonly ParameterView[]): Draft {
  const byId = new Map(views.map((view) => [view.id, view]));
  const kept = [...draft].filter(([id, { value, secret }]) => {
    const view = byId.get(id);
    return view !== undefined && (secret || value !== setValue(view));
  });
  return kept.length === draft.size ? draft : new Map(kept);
}

/** Where somebody else has changed what is being edited here. */
export function conflictsOf(draft: Draft, views: readonly ParameterView[]): readonly Conflict[] {
  return views.flatMap((view) => {
    const entry = draft.get(view.id);
    const theirs = setValue(view);
    if (entry === undefined || entry.secret || entry.base === theirs) return [];
    return [{ id: view.id, base: entry.base, theirs, mine: entry.value }];
  });
}

/** The draft after somebody decided to change a value although another has changed it meanwhile. */
export function insisting(draft: Draft, view: ParameterView): Draft {
  const entry = draft.get(view.id);
  return entry === undefined ? draft : new Map(draft).set(view.id, { ...entry, base: setValue(view) });
}

/** What the daemon is asked to change. */
export function changesOf(draft: Draft): Record<string, string> {
  return Object.fromEntries([...draft].map(([id, { value }]) => [id, value]));
}

/** The draft as a text that may be kept in the browser: without secrets. */
export function draftText(draft: Draft): string {
  return JSON.stringify(
    [...draft].filter(([, { secret }]) => !secret).map(([id, { value, base }]) => [id, value, base]),
  );
}

/** Reads what `draftText` wrote; whatever else the browser kept there counts as none. */
export function draftFrom(text: string | null): Draft {
  const list = parsed(text);
  if (!Array.isArray(list)) return emptyDraft;
  const entries = list.flatMap((entry: unknown): (readonly [string, DraftEntry])[] => {
    if (!Array.isArray(entry)) return [];
    const [id, value, base]: readonly unknown[] = entry;
    const whole = typeof id === 'string' && typeof value === 'string' && typeof base === 'string';
    return whole ? [[id, { value, base, secret: false }]] : [];
  });
  return new Map(entries);
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
