import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isSuccess, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import type { DaemonClient } from './daemon-client.ts';
import { exitCodes } from './exit-codes.ts';

/** Brings a file from the daemon, piece by piece: into a file of its own, or to standard output. Gives back the exit code. */
export async function download(
  call: CommandCall,
  client: DaemonClient,
  path: string,
  file: string | undefined,
): Promise<number> {
  const target = file === undefined ? null : resolve(call.io.workingFolder, file);
  const sink = target === null ? toOutput(call) : toFile(target);
  try {
    const answer = await client.download(path, sink.take);
    if (!isSuccess(answer)) return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: () => '' });
  } finally {
    sink.close();
  }
  if (target !== null) call.io.err(`Written to ${target}.\n`);
  return exitCodes.ok.code;
}

/** Where the pieces of a file go. */
interface Sink {
  readonly take: (piece: Uint8Array) => void;
  readonly close: () => void;
}

function toOutput(call: CommandCall): Sink {
  const decoder = new TextDecoder();
  return { take: (piece) => call.io.out(decoder.decode(piece, { stream: true })), close: () => undefined };
}

/** The file is made with the first piece: a refusal leaves none. */
function toFile(target: string): Sink {
  let descriptor: number | null = null;
  const take = (piece: Uint8Array): void => {
    try {
      descriptor ??= openSync(target, 'w', 0o600);
      for (let at = 0; at < piece.length;) at += writeSync(descriptor, piece, at);
    } catch (error) {
      throw new KerbsideError('command.usage', `${target} cannot be written: ${messageOf(error)}`, { cause: error });
    }
  };
  return { take, close: () => (descriptor === null ? undefined : closeSync(descriptor)) };
}
