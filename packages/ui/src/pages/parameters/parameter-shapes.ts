import type { Role } from '../../net/shapes.ts';
import type { Localized } from '../../words/localized.ts';

/** When a changed value takes effect. */
export type Effect = 'live' | 'reconnect' | 'endpoint' | 'restart' | 'fixed';

/** What a value may be. */
export type ValueRule =
  | { readonly type: 'boolean' }
  | {
      readonly type: 'integer';
      readonly min: number;
      readonly max: number;
      readonly allowed?: readonly number[];
      readonly also?: readonly string[];
    }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | { readonly type: 'text'; readonly minLength: number; readonly maxLength: number; readonly format?: string }
  | { readonly type: 'list'; readonly values: readonly string[]; readonly maxItems: number }
  | { readonly type: 'measurands'; readonly maxItems: number; readonly intervals?: true };

/** A row of the catalogue, as far as the page reads it. */
export interface RowShape {
  readonly section: string;
  readonly label: Localized;
  readonly purpose: Localized;
  readonly info: Localized;
  readonly more?: Localized;
  readonly rule: ValueRule;
  readonly unit?: string;
  readonly effect: Effect;
  readonly write: Role;
  readonly scope: string;
  readonly secret?: true;
  readonly safety?: true;
  readonly example?: string;
}

/** One place where a value comes from. */
export interface ProvenanceShape {
  readonly layer: 'computed' | 'pinned' | 'staged' | 'stored' | 'default' | 'factory';
  readonly value: string;
  readonly where: string;
  readonly atMs?: number;
  readonly inForce: boolean;
}

/** One parameter, as the daemon tells it to this person. */
export interface ParameterView {
  readonly id: string;
  readonly connector: number | null;
  readonly key: string | null;
  readonly environment: string;
  readonly row: RowShape;
  readonly value: string;
  readonly effective: string;
  readonly default: string;
  readonly provenance: readonly ProvenanceShape[];
  readonly pending: { readonly value: string; readonly until: 'restart' | 'apply' } | null;
  readonly writable: boolean;
  readonly notWritableBecause: string;
}

/** The words before the first dot of an id: what a page of settings is about. */
export function categoryOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}

/** The parameter that a value belongs to: the values of connectors from the second on carry a number. */
export function parameterOf(view: { readonly id: string; readonly connector: number | null }): string {
  const { id, connector } = view;
  return connector === null || connector === 1 ? id : id.slice(0, -`_${connector}`.length);
}

/** The value as it is set, changes that wait for a restart or for the new backend address included. */
export function setValue(view: ParameterView): string {
  return view.pending?.value ?? view.value;
}
