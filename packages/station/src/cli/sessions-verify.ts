import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { curves, findRecords, OcmfError, readPublicKey, type Curve, type FoundRecord } from '@kerbside/ocmf';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isSuccess, refusalText } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { exitCodes, exitOfStatus } from './exit-codes.ts';
import { judgeRecords, type Judged } from './record-verdicts.ts';
import { chooseStation } from './station-choice.ts';
import { verdictText } from './verdict-text.ts';

/** No file with records of a session is longer. */
const MOST_BYTES = 64 * 2 ** 20;

/** `kerbside sessions verify …`: whether signed records are as the meter signed them. Files need no daemon. */
export async function verifySessions(call: CommandCall, names: readonly string[]): Promise<number> {
  if (names.length === 0) {
    const message =
      'Name what to verify: kerbside sessions verify FILE, - for standard input, or a transaction of the daemon.';
    throw new KerbsideError('command.usage', message);
  }
  const key = keyOf(call);
  const judged: (readonly [string, Judged])[] = [];
  for (const name of names) {
    const found = await recordsOf(call, name);
    if (typeof found === 'number') return found;
    judged.push([name, await judgeRecords(found, key)]);
  }
  if (flag(call.options, 'json')) call.io.out(`${JSON.stringify(jsonOf(judged), null, 2)}\n`);
  else call.io.out(judged.map(([name, one]) => textFor(name, one, names.length > 1, call.io.isTerminal)).join('\n'));
  return judged.every(([, { ok }]) => ok) ? exitCodes.ok.code : exitCodes.notVerified.code;
}

function textFor(name: string, judged: Judged, isNamed: boolean, isColoured: boolean): string {
  return `${isNamed ? `== ${name}\n` : ''}${verdictText(judged, isColoured)}`;
}

/** The records that a name stands for, or the code to end with after the daemon refused. */
async function recordsOf(call: CommandCall, name: string): Promise<readonly FoundRecord[] | number> {
  if (name === '-') return recordsIn(await call.io.readInput(), 'standard input');
  const path = resolve(call.io.workingFolder, name);
  return existsSync(path) ? recordsIn(fileText(path), path) : recordsOfDaemon(call, name);
}

function recordsIn(text: string, where: string): readonly FoundRecord[] {
  try {
    return findRecords(text);
  } catch (error) {
    if (!(error instanceof OcmfError)) throw error;
    throw new KerbsideError('command.usage', `${where} cannot be verified. ${error.message}`, { cause: error });
  }
}

function fileText(path: string): string {
  const problem = (why: string, cause?: unknown): KerbsideError =>
    new KerbsideError('command.usage', `${path} cannot be read: ${why}`, { cause });
  try {
    if (statSync(path).size > MOST_BYTES) throw problem(`it is longer than ${MOST_BYTES / 2 ** 20} MB.`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw error instanceof KerbsideError ? error : problem(messageOf(error), error);
  }
}

async function recordsOfDaemon(call: CommandCall, name: string): Promise<readonly FoundRecord[] | number> {
  try {
    const { client, path } = await chooseStation(call);
    const answer = await client.ask('GET', `${path}/sessions/${encodeURIComponent(name)}`);
    if (isSuccess(answer)) return recordsIn(JSON.stringify(answer.body), `The session ${name}`);
    call.io.err(refusalText(answer.body));
    return exitCodes[exitOfStatus(answer.status)].code;
  } catch (error) {
    if (!(error instanceof KerbsideError) || error.code !== 'daemon.unreachable') throw error;
    call.io.err(`There is no file ${name}, and no daemon that could have a session of that name. ${error.message}\n`);
    return exitCodes.notFound.code;
  }
}

/** The key of `--key`: what stands in a file of that name, or the text itself. Throws `command.usage` when it is no key. */
function keyOf(call: CommandCall): string | null {
  const given = textOption(call.options, 'key');
  if (given === undefined) return null;
  const path = resolve(call.io.workingFolder, given);
  const isFile = given !== '' && existsSync(path);
  const key = (isFile ? fileText(path) : given).trim();
  const problem = keyProblem(key);
  if (problem === null) return key;
  const message = isFile
    ? `${path} holds no public key. ${problem}`
    : `--key is neither a file nor a public key. ${problem}`;
  throw new KerbsideError('command.usage', message);
}

function keyProblem(key: string): string | null {
  const reasons = [null, ...curves].map((curve: Curve | null) => {
    try {
      readPublicKey(key, curve);
      return null;
    } catch (error) {
      if (error instanceof OcmfError) return error.message;
      throw error;
    }
  });
  // A bare point is a key of the curve that the record names.
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

function jsonOf(judged: readonly (readonly [string, Judged])[]): unknown {
  return {
    ok: judged.every(([, { ok }]) => ok),
    sources: judged.map(([source, { ok, records, sessions }]) => ({
      source,
      ok,
      records: records.map(({ found, ocmf, verdict, keyFrom }) => ({
        transaction: found.transaction,
        context: found.context,
        format: found.format,
        ...verdict,
        keyFrom,
        fields: ocmf?.fields ?? null,
        flags: ocmf?.flags ?? null,
        readings: ocmf?.readings ?? null,
        method: ocmf?.signature.method ?? null,
        data: found.data,
      })),
      sessions,
    })),
  };
}
