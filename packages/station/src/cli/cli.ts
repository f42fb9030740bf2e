import { parseArgs } from 'node:util';

import { errorCatalogue, KerbsideError, messageOf } from '../core/errors.ts';
import type { CliIo } from './cli-io.ts';
import type { CommandCall, CommandRow, OptionRow } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes, exitOfError } from './exit-codes.ts';

const helpOption: OptionRow = {
  name: 'help',
  type: 'boolean',
  short: 'h',
  description: 'Show the help of the command.',
};

/** Runs a command line (without node and script) and gives back the exit code. Never throws. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const json = argv.includes('--json');
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return fail(error, io, json);
  }
}

async function dispatch(argv: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    io.err((await import('./help.ts')).overview(commands));
    return exitCodes.usage.code;
  }
  const row = commands.find((candidate) => candidate.name === aliases[name] || candidate.name === name);
  if (row === undefined)
    throw new KerbsideError('command.usage', `There is no command "${name}".${await nearest(name)}`);
  const call = await readCall(row, rest, io);
  if (call.options['help'] === true) {
    io.out(await (await import('./help.ts')).commandHelp(row));
    return exitCodes.ok.code;
  }
  const { run } = await row.load();
  return run(call);
}

const aliases: Readonly<Record<string, string>> = {
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
};

async function readCall(row: CommandRow, argv: readonly string[], io: CliIo): Promise<CommandCall> {
  const more = await row.more?.();
  const rows = [...row.options, ...(more?.options ?? []), helpOption];
  const options = Object.fromEntries(
    rows.map(({ name, type, short }) => [name, short === undefined ? { type } : { type, short }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    return { io, positionals, options: values, commands };
  } catch (error) {
    // Only the first sentence: what follows speaks of programming.
    const [problem = ''] = messageOf(error).split('. ', 1);
    throw new KerbsideError(
      'command.usage',
      `${problem.replace(/\.$/, '')}. \`kerbside help ${row.name}\` lists the options.`,
    );
  }
}

async function nearest(name: string): Promise<string> {
  const { didYouMean } = await import('../params/names.ts');
  const near = didYouMean(
    name,
    commands.map((row) => row.name),
  );
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

function fail(thrown: unknown, io: CliIo, json: boolean): number {
  const error = thrown instanceof KerbsideError ? thrown : new KerbsideError('internal.bug', messageOf(thrown));
  const { code, message } = error;
  const { title, remedy } = errorCatalogue[code];
  if (json) io.out(`${JSON.stringify({ code, title: title.en, detail: message, remedy: remedy.en })}\n`);
  else io.err(`${message}\n${remedy.en}\n`);
  return exitCodes[exitOfError[code]].code;
}
