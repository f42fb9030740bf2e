import type { Localized } from '../../words/localized.ts';
import type { Effect } from './parameter-shapes.ts';

/** What would become of one change. */
export interface CheckedChange {
  readonly id: string;
  readonly ok: boolean;
  readonly code: string | null;
  /** Why it is refused, or what to mind about it, in the language of the request. */
  readonly reason: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly effect: Effect | null;
}

/** What would become of changes together. */
export interface Checked {
  readonly outcomes: readonly CheckedChange[];
  readonly strongest: Exclude<Effect, 'fixed'> | null;
  readonly confirmations: readonly { readonly id: string; readonly kind: string; readonly text: string }[];
}

/** Where the settings of the backend address stand. */
export interface EndpointStanding {
  readonly kind: 'settled' | 'staged' | 'trying';
  readonly staged: readonly string[];
  readonly waiting: boolean;
  readonly trial: {
    readonly of: 'endpoint' | 'credentials';
    readonly sinceMs: number;
    readonly attempts: number;
    readonly rejected: boolean;
  } | null;
  readonly hasLastGood: boolean;
  readonly rolledBack: { readonly atMs: number; readonly reason: string } | null;
  /** Counts up with every change of a parameter. */
  readonly changes: number;
  readonly rollbackSeconds: number;
}

/** One change of the past. */
export interface HistoryShape {
  readonly number: number;
  readonly atMs: number;
  readonly id: string;
  readonly who: string;
  readonly source: string;
  readonly old: string;
  readonly new: string;
}

/** What an import made, or would make, of one parameter. */
export interface ImportedShape {
  readonly kind: 'applied' | 'unchanged' | 'refused' | 'unknown';
  readonly name: string;
  readonly id?: string;
  readonly reason?: string;
  readonly warning?: string;
}

/** A difference between two sets of settings. */
export interface DifferenceShape {
  readonly id: string;
  readonly key: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** A task that sets several parameters together. */
export interface PresetShape {
  readonly name: string;
  readonly title: Localized;
  readonly text: Localized;
  readonly changes: Readonly<Record<string, unknown>>;
}

/** One finding of the security check. */
export interface FindingShape {
  readonly id: string;
  readonly level: 'ok' | 'notice' | 'warning' | 'danger';
  readonly text: Localized;
  readonly remedy: Localized;
  readonly parameter?: string | null;
}

/** Changes that wait until no transaction runs. */
export interface ScheduledShape {
  readonly changes: Readonly<Record<string, unknown>>;
}
