import type { Localized } from '../core/localized.ts';

/** Who may read or write a parameter; each role includes those before it. */
export type Role = 'viewer' | 'operator' | 'manufacturer';

/** Who asks for a change: the backend acts as operator, less what is local only (`backendWrite: 'never'`). */
export type ChangeSource = 'backend' | 'operator' | 'manufacturer';

/**
 * Whose value it is on a station of several connectors, in the words of the controllers that stations of two are made from:
 * `both`: one value, which counts for every connector alike. `individual`: each connector has a value of its own, the second under the
 * name with `_2`. `master`: one value, which the part that coordinates the station goes by, such as its link to the backend.
 * `notRelevant`: of the station as a whole, whatever connectors it has. `process`: of the daemon, set in its environment and
 * configuration file only.
 */
export type ParameterScope = 'both' | 'individual' | 'master' | 'notRelevant' | 'process';

/** When a changed value takes effect. `endpoint`: staged and applied together, then it has to prove itself. `fixed`: nobody changes it. */
export type Effect = 'live' | 'reconnect' | 'endpoint' | 'restart' | 'fixed';

/** What a value may be. */
export type ValueRule =
  | { readonly type: 'boolean' }
  /** `also` are words beside the numbers (such as `auto`), `allowed` single numbers outside min…max (such as 0 = off). */
  | {
      readonly type: 'integer';
      readonly min: number;
      readonly max: number;
      readonly allowed?: readonly number[];
      readonly also?: readonly string[];
    }
  /**
   * `refused`: words that people will try, with the reason why they are not taken. `numbered`: each word has the number of its place,
   * from 0, that old backends know it by (`compat.keyValueStyle`).
   */
  | {
      readonly type: 'choice';
      readonly values: readonly string[];
      readonly refused?: Readonly<Record<string, string>>;
      readonly numbered?: true;
    }
  | { readonly type: 'text'; readonly minLength: number; readonly maxLength: number; readonly format?: TextFormat }
  /** A comma-separated list of words out of `values`. */
  | { readonly type: 'list'; readonly values: readonly string[]; readonly maxItems: number }
  /** A comma-separated list of OCPP measurands, each alone or followed by a phase (`Current.Import.L1`). */
  | {
      readonly type: 'measurands';
      readonly maxItems: number;
      /** The energies of an interval may be asked for: the list belongs to the intervals of the clock. */
      readonly intervals?: true;
    };

/** Formats of text that have a check of their own. */
export type TextFormat =
  | 'hostName'
  | 'listenAddress'
  | 'urlPath'
  | 'identity'
  | 'password'
  | 'proxy'
  | 'token'
  | 'bearerPatterns'
  | 'nameServers'
  | 'phaseRotations'
  | 'evseId'
  | 'timeZone'
  | 'printable';

/** Where a text to be read comes from: over OCPP passwords are hexadecimal digits. */
export type TextOrigin = 'backend' | 'local';

export type { Localized };

/** A stored or effective value; null = not set. */
export type ParameterValue = boolean | number | string | readonly string[] | null;

/** One row of the catalogue: the single source for validation, keys, CLI, environment, API, UI, help and documentation. */
export interface ParameterRow {
  /** Section of the reference, such as `General Connectivity`. */
  readonly section: string;
  readonly label: Localized;
  readonly purpose: Localized;
  readonly info: Localized;
  /** What an expert wants to know besides. */
  readonly more?: Localized;
  readonly rule: ValueRule;
  /** Factory default; null = not set. A text that is not set is ''. */
  readonly default: ParameterValue;
  readonly unit?: 's' | 'd' | 'messages' | 'messages/s' | 'samples' | 'entries' | 'times' | 'items' | 'Wh' | 'A' | 'W';
  readonly effect: Effect;
  readonly read: Role;
  readonly write: Role;
  /** `never`: the backend may read but not write it, whatever its role (parameters.md section 3). */
  readonly backendWrite?: 'never';
  readonly scope: ParameterScope;
  /** No two connectors may have the same value of this individual parameter. */
  readonly distinct?: true;
  readonly source: 'seed' | 'family' | 'OCPP' | 'kerbside';
  /** The OCPP 1.6 key; `access` as the backend sees it. */
  readonly ocpp16?: { readonly key: string; readonly access: 'RW' | 'R' | 'W'; readonly standard: boolean };
  readonly ocpp2?: { readonly component: string; readonly variable: string };
  readonly secret?: true;
  /** People, law or the network depend on it: who changes it in the page types the value a second time. */
  readonly safety?: true;
  /** Effective at the next connection at once, but has to prove itself like an endpoint (password and its encoding). */
  readonly credentials?: true;
  /** Follows from others: why it cannot be set on site. Writing it, a backend asks for these others. */
  readonly derived?: string;
  readonly example?: string;
}
