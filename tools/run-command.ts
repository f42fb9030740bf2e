import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { root } from './source-files.ts';

/** What a command printed and how it ended; `code` is null when it was killed or never started. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a Node program of a development dependency by its command name, in the folder of the repository. */
export async function runTool(packageName: string, command: string, args: readonly string[]): Promise<CommandResult> {
  return runNode([binOf(packageName, command), ...args], 5 * 60_000);
}

/** Runs Node with the arguments; output is collected, and after `limitMs` the program is ended. */
export async function runNode(args: readonly string[], limitMs: number): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: plainEnvironment(),
    });
    const parts: string[] = [];
    const limit = setTimeout(() => {
      parts.push(`ended after ${limitMs / 1000} s`);
      child.kill('SIGKILL');
    }, limitMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => parts.push(text));
    }
    child.on('error', (error) => parts.push(error.message));
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, output: parts.join('').trim() });
    });
  });
}

/** The environment without what would colour or fold the output of a tool. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...environment } = process.env;
  return { ...environment, NO_COLOR: '1' };
}

function binOf(packageName: string, command: string): string {
  const manifestPath = join(root, 'node_modules', packageName, 'package.json');
  const { bin } = createRequire(import.meta.url)(manifestPath) as { bin: string | Record<string, string> };
  const file = typeof bin === 'string' ? bin : bin[command];
  if (file === undefined) throw new Error(`${packageName} has no command ${command}`);
  return join(dirname(manifestPath), file);
}
