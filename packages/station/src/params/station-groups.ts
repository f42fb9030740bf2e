import type { ConfigurationProblem, SourceValues } from './configuration-entry.ts';
import type { Override, OverrideValues, ParameterOverrides } from './overrides.ts';

/** Stations that have all but their identities in common: one entry of the configuration file, or what the command line asks for. */
export interface StationGroup {
  readonly identities: readonly string[];
  /** What they set besides their identities. */
  readonly values: SourceValues;
  /** Where a person finds the entry. */
  readonly where: string;
  readonly from: Override['from'];
  /** What keeps just these stations from running. */
  readonly problems: readonly ConfigurationProblem[];
}

/** One station of a process with several. */
export interface ConfiguredStation {
  readonly identity: string;
  /** The station's own over those of its group over the shared ones. */
  readonly overrides: ParameterOverrides;
  /** What keeps this station, and no other, from running. */
  readonly problems: readonly ConfigurationProblem[];
}

const nothing: OverrideValues = new Map();

/** Nothing but identities: stations like all others. */
export const noValues: SourceValues = { pinned: nothing, defaults: nothing };

/** The stations of some groups; what they have in common exists once. */
export function stationsOf(groups: readonly StationGroup[], shared: ParameterOverrides): readonly ConfiguredStation[] {
  return groups.flatMap((group) => {
    const hasValues = group.values.pinned.size + group.values.defaults.size > 0;
    const parent: ParameterOverrides = hasValues ? { ...group.values, parent: shared } : shared;
    return group.identities.map((identity): ConfiguredStation => {
      const own: Override = { value: identity, from: group.from, where: group.where };
      const overrides = { pinned: new Map([['backend.identity', own] as const]), defaults: nothing, parent };
      return { identity, overrides, problems: group.problems };
    });
  });
}
