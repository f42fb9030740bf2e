import type { ConfigurationProblem } from './configuration-entry.ts';
import { readEnvironment } from './environment.ts';
import type { EnvironmentInput } from './environment.ts';
import type { ParameterOverrides } from './overrides.ts';
import type { StationGroup } from './station-groups.ts';

export type { ConfigurationProblem } from './configuration-entry.ts';

/** What environment and configuration file say. */
export interface Configuration {
  /** For every station: environment over file. */
  readonly shared: ParameterOverrides;
  /** Empty: one station, whose identity is a parameter like others. */
  readonly stations: readonly StationGroup[];
  readonly problems: readonly ConfigurationProblem[];
  /** Names that look like ours but are not. */
  readonly warnings: readonly string[];
}

/** Where the configuration comes from. */
export interface ConfigurationInput extends EnvironmentInput {
  readonly file?: { readonly name: string; readonly text: string };
}

/** Reads environment and file; never throws for what they contain. The YAML parser is loaded only when there is a file. */
export async function readConfiguration(input: ConfigurationInput): Promise<Configuration> {
  const environment = readEnvironment(input);
  if (input.file === undefined) {
    const { pinned, defaults, problems, warnings } = environment;
    return { shared: { pinned, defaults }, stations: [], problems, warnings };
  }
  const { readConfigurationFile } = await import('./configuration-file.ts');
  const file = readConfigurationFile(input.file.name, input.file.text);
  const shared: ParameterOverrides = {
    pinned: new Map([...file.pinned, ...environment.pinned]),
    defaults: new Map([...file.defaults, ...environment.defaults]),
  };
  return {
    shared,
    stations: file.stations,
    problems: [...environment.problems, ...file.problems],
    warnings: [...environment.warnings, ...file.warnings],
  };
}
