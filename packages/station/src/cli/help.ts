import type { CommandRow, OptionRow } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { columns } from './text-layout.ts';

/** The overview: what there is, how to begin, how commands end. */
export function overview(commands: readonly CommandRow[]): string {
  return lines([
    'Kerbside speaks OCPP for an EV charging station.',
    '',
    'Usage: kerbside COMMAND [OPTIONS]',
    '',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Begin with `kerbside demo`; `kerbside help COMMAND` says more of a command.',
    'Commands speak to the daemon of the same data folder over a local socket; no token is needed there.',
    '',
    'Exit codes:',
    ...columns(Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning])),
  ]);
}

/** The whole help of a command. */
export async function commandHelp(row: CommandRow): Promise<string> {
  const more = await row.more?.();
  const { options } = row;
  return lines([
    `kerbside ${row.name}: ${row.summary}`,
    '',
    ...row.usage.map((usage, index) => `${index === 0 ? 'Usage:' : '      '} kerbside ${usage}`),
    ...(row.description.length === 0 ? [] : ['', ...row.description]),
    ...(options.length === 0
      ? []
      : ['', 'Options:', ...columns(options.map((option) => [spelling(option), option.description]))]),
    ...(more === undefined ? [] : ['', ...more.help]),
    ...(row.examples.length === 0 ? [] : ['', 'Examples:', ...row.examples.map((example) => `  ${example}`)]),
  ]);
}

function spelling({ name, short, value }: OptionRow): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

function lines(parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}
