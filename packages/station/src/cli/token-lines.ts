import { join } from 'node:path';

import { setupName } from '../api/access/account.ts';
import { tokenFileName } from '../api/token-file.ts';
import type { DaemonOptions } from '../daemon/daemon.ts';
import type { CliIo } from './cli-io.ts';

/** How a daemon tells a person what it has made just now: once, beside the log and not in it. */
export function tellSecrets(dataFolder: string, io: CliIo): Pick<DaemonOptions, 'onFreshTokens' | 'onFreshPasswords'> {
  return {
    onFreshTokens: (tokens) => tellTokens(tokens, dataFolder, io),
    onFreshPasswords: (passwords) => tellPasswords(passwords, io),
  };
}

function tellTokens(
  tokens: { readonly operator?: string; readonly manufacturer?: string },
  dataFolder: string,
  io: CliIo,
): void {
  const lines = Object.entries(tokens).map(([role, token]) => `  ${role.padEnd(12)}  ${token}`);
  const place = join(dataFolder, tokenFileName);
  io.err(`Tokens for the HTTP API were made; this is told once, and they are kept in ${place}:\n${lines.join('\n')}\n`);
}

/** The passwords of the first accounts are kept nowhere. */
function tellPasswords(passwords: Readonly<Record<string, string>>, io: CliIo): void {
  const { [setupName]: setup, ...others } = passwords;
  const lines = Object.entries(others).map(([user, password]) => `  ${user.padEnd(12)}  ${password}`);
  io.err(
    `Accounts for the page were made; each has to change this password, which is told once, at the first sign-in:\n${lines.join('\n')}\n`,
  );
  if (setup === undefined) return;
  io.err(
    `To set this device up, for 30 minutes or until a backend has accepted it:\n  ${setupName.padEnd(12)}  ${setup}\n`,
  );
}
