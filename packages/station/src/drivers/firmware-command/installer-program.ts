import { spawn, type ChildProcess } from 'node:child_process';
import process from 'node:process';

import { KerbsideError } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import type { Time } from '../../core/time.ts';

/** What the program of a manufacturer can be asked, with the longest time that it may take. */
export const installerVerbs = {
  starting: { limitSeconds: 30 },
  install: { limitSeconds: 1_800 },
  restart: { limitSeconds: 60 },
  confirm: { limitSeconds: 60 },
  'roll-back': { limitSeconds: 60 },
  discard: { limitSeconds: 60 },
} as const;

/** One of the things that the program is asked for. */
export type InstallerVerb = keyof typeof installerVerbs;

/** What the program said on standard output; nothing is an empty object. */
export type ProgramAnswer = Readonly<Record<string, unknown>>;

/** What an ending of the program means; every other one is a refusal with its last words. */
const endings: Readonly<Record<number, string>> = {
  65: 'the image is not the one that was given, or not for this machine',
  75: 'it cannot be done now',
  126: 'the program may not be executed',
  127: 'the program, or one that it needs, was not found',
};
const unverifiedCode = 65;
const mostOutputBytes = 65_536;
/** A program that is told to end gets so long. */
const graceMs = 5_000;

/** The program as a process, one at a time. */
export class InstallerProgram {
  readonly #path: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #time: Time;

  /** @param deps.environment what the program is told beside what this process was, without the settings of Kerbside */
  constructor(deps: {
    readonly path: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly time: Time;
  }) {
    this.#path = deps.path;
    this.#environment = deps.environment;
    this.#time = deps.time;
  }

  /** Runs it to its end. Rejects with `firmware.refused` in its own words, or `firmware.unverified`. */
  async run(
    verb: InstallerVerb,
    { args = [], update = '' }: { readonly args?: readonly string[]; readonly update?: string } = {},
  ): Promise<ProgramAnswer> {
    const { limitSeconds } = installerVerbs[verb];
    const end = await this.#ended([verb, ...args], update, limitSeconds);
    const what = `The installer program ${this.#path} did not do "${verb}"`;
    if (end.problem !== null)
      throw new KerbsideError(
        end.code === unverifiedCode ? 'firmware.unverified' : 'firmware.refused',
        `${what}: ${end.problem}.`,
      );
    const answer = readAnswer(end.out);
    if (answer === undefined)
      throw new KerbsideError('firmware.refused', `${what}: what it printed is no JSON object.`);
    return answer;
  }

  #ended(args: readonly string[], update: string, limitSeconds: number): Promise<ProgramEnd> {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('KERBSIDE_'));
    const env = { ...Object.fromEntries(own), ...this.#environment, KERBSIDE_UPDATE: update };
    // A group of its own: what the program started ends with it when it takes too long.
    const child = spawn(this.#path, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const time = this.#time;
    let out = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out = (out + text).slice(-mostOutputBytes)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2_000)));
    return new Promise((resolve) => {
      let isLate = false;
      let cancel = time.after(limitSeconds * 1_000, () => {
        isLate = true;
        endGroup(child, 'SIGTERM');
        cancel = time.after(graceMs, () => endGroup(child, 'SIGKILL'));
      });
      const end = (code: number | null, why: string | null): void => {
        cancel();
        for (const output of [child.stdout, child.stderr]) output.destroy();
        const problem = why === null ? null : [why, lastLine(complaints)].filter(Boolean).join(': ');
        resolve({ out, code, problem });
      };
      const exited = (code: number | null, signal: NodeJS.Signals | null): void =>
        end(code, isLate ? `it took longer than ${limitSeconds} s` : whyOf(code, signal));
      child.once('error', (error) => end(null, `it cannot be started (${error.message})`));
      child.once('close', exited);
      // Something that it left behind, such as a reboot in a moment, may keep its output open.
      child.once('exit', (code, signal) => {
        cancel();
        cancel = time.after(graceMs, () => exited(code, signal));
      });
    });
  }
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

interface ProgramEnd {
  readonly out: string;
  readonly code: number | null;
  /** Null: it did what it was asked for. */
  readonly problem: string | null;
}

function whyOf(code: number | null, signal: NodeJS.Signals | null): string | null {
  if (code === 0) return null;
  if (code === null) return `it was ended by ${signal ?? 'something'}`;
  return endings[code] ?? `it ended with ${code}`;
}

function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').slice(0, 300).replace(/\.$/u, '');
}

function readAnswer(out: string): ProgramAnswer | undefined {
  if (out.trim() === '') return {};
  try {
    const answer: unknown = JSON.parse(out);
    return isRecord(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}
