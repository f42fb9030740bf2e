import { messageOf } from '../core/errors.ts';
import { catalogue, parameterIds } from './catalogue.ts';
import type { ConfigurationProblem, SourceValues } from './configuration-entry.ts';
import { readEntry } from './configuration-entry.ts';
import { didYouMean, environmentName } from './names.ts';
import type { Override } from './overrides.ts';
import { readOverrideId, splitNumber, type ValueId } from './value-id.ts';

const prefix = 'KERBSIDE_';
const defaultPrefix = 'KERBSIDE_DEFAULT_';
const fileSuffix = '_FILE';

/** Where environment values come from. */
export interface EnvironmentInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Reads the file that a `…_FILE` variable names; throws when it cannot. */
  readonly readFile: (path: string) => string;
  /** KERBSIDE_ variables that are not parameters, such as `KERBSIDE_DATA`. */
  readonly otherNames?: readonly string[];
}

interface Variable {
  readonly id: ValueId;
  readonly kind: 'pinned' | 'defaults';
  /** The variable names a file that holds the secret. */
  readonly isFile: boolean;
}

/** Every variable that means something: pinned and default values, secrets also as `…_FILE`. */
const variables: ReadonlyMap<string, Variable> = new Map(
  parameterIds.flatMap((id) => {
    const pinned = environmentName(id);
    const fallback = `${defaultPrefix}${pinned.slice(prefix.length)}`;
    const direct: readonly (readonly [string, Variable])[] = [
      [pinned, { id, kind: 'pinned', isFile: false }],
      [fallback, { id, kind: 'defaults', isFile: false }],
    ];
    if (catalogue[id].secret !== true) return direct;
    return [
      ...direct,
      [`${pinned}${fileSuffix}`, { id, kind: 'pinned', isFile: true }] as const,
      [`${fallback}${fileSuffix}`, { id, kind: 'defaults', isFile: true }] as const,
    ];
  }),
);

/** What the environment gives. */
export interface EnvironmentValues extends SourceValues {
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly string[];
}

/** Reads `KERBSIDE_…` and `KERBSIDE_DEFAULT_…`; a name that is none of ours is warned of, with the one that was probably meant. */
export function readEnvironment(input: EnvironmentInput): EnvironmentValues {
  const values = { pinned: new Map<ValueId, Override>(), defaults: new Map<ValueId, Override>() };
  const problems: ConfigurationProblem[] = [];
  const warnings: string[] = [];
  for (const [name, text] of Object.entries(input.environment)) {
    if (!name.startsWith(prefix) || text === undefined || input.otherNames?.includes(name) === true) continue;
    const variable = variables.get(name) ?? ofConnector(name);
    if (variable === undefined) {
      warnings.push(unknownVariable(name, input.otherNames ?? []));
      continue;
    }
    const problem = readVariable(name, text, variable, values, input.readFile);
    if (problem !== undefined) problems.push({ where: name, problem });
  }
  return { ...values, problems, warnings };
}

/** `KERBSIDE_CHARGING_OPERATOR_CURRENT_LIMIT_2` is about connector 2 alone. */
function ofConnector(name: string): Variable | undefined {
  const split = splitNumber(name);
  const variable = split === undefined ? undefined : variables.get(split.name);
  const id = variable === undefined ? undefined : readOverrideId(`${variable.id}_${split?.connector ?? 1}`);
  return variable === undefined || id === undefined || variable.isFile ? undefined : { ...variable, id };
}

function unknownVariable(name: string, otherNames: readonly string[]): string {
  const near = didYouMean(name, [...variables.keys(), ...otherNames]);
  return `${name} means nothing to Kerbside.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

function readVariable(
  name: string,
  text: string,
  variable: Variable,
  values: Readonly<Record<'pinned' | 'defaults', Map<ValueId, Override>>>,
  readFile: EnvironmentInput['readFile'],
): string | undefined {
  let content = text;
  if (variable.isFile) {
    try {
      content = readFile(text).replace(/\r?\n$/, '');
    } catch (error) {
      return `The file ${text} cannot be read: ${messageOf(error)}`;
    }
  }
  const entry = readEntry(variable.id, content, 'environment', name);
  if (!entry.ok) return entry.problem;
  if (values[variable.kind].has(variable.id)) return `${name} and its _FILE form are both set. Leave one out.`;
  values[variable.kind].set(variable.id, entry.override);
  return undefined;
}
