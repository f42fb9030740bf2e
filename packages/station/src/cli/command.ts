import type { CliIo } from './cli-io.ts';

/** One option of a command. */
export interface OptionRow {
  readonly name: string;
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for the value in the help, such as `DIR`. */
  readonly value?: string;
  readonly description: string;
}

/** The options as they were given: texts, and true for flags. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** What a command gets. */
export interface CommandCall {
  readonly io: CliIo;
  readonly positionals: readonly string[];
  readonly options: OptionValues;
  /** The table that the command stands in. */
  readonly commands: readonly CommandRow[];
}

/** Carries a command out and says with which code to end. */
export type RunCommand = (call: CommandCall) => Promise<number>;

/** What is loaded for a command when it is called. */
export interface CommandModule {
  readonly run: RunCommand;
}

/** One command; help and dispatch are made from the table. */
export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  /** The lines that say how to call it, without `kerbside`. */
  readonly usage: readonly string[];
  readonly description: readonly string[];
  readonly options: readonly OptionRow[];
  readonly examples: readonly string[];
  /** Options and further help that follow from a table elsewhere; the help says itself which options there are. */
  readonly more?: () => Promise<{ readonly options: readonly OptionRow[]; readonly help: readonly string[] }>;
  readonly load: () => Promise<CommandModule>;
}

/** The value of a text option. */
export function textOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a flag is set. */
export function flag(options: OptionValues, name: string): boolean {
  return options[name] === true;
}
