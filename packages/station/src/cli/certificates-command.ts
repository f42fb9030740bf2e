import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { wallText } from './time-text.ts';

const actions: Readonly<Record<string, (call: CommandCall) => Promise<number>>> = {
  list: listRoots,
  install: installRoot,
  delete: deleteRoot,
};

/** `kerbside certificates …`: the root certificates of a station. */
export async function runCertificates(call: CommandCall): Promise<number> {
  const [word = '', ...positionals] = call.positionals;
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (action !== undefined) return action({ ...call, positionals });
  const problem = word === '' ? 'Say what to do.' : `"${word}" cannot be done with certificates.`;
  throw usage(`${problem} Known are ${Object.keys(actions).join(', ')}.`);
}

async function listRoots(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/certificates`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: rootsText });
}

async function installRoot(call: CommandCall): Promise<number> {
  const [file, ...others] = call.positionals;
  if (file === undefined || others.length > 0)
    throw usage('Name one file in PEM, or - for standard input: kerbside certificates install FILE');
  const certificate = file === '-' ? await call.io.readInput() : readText(resolve(call.io.workingFolder, file));
  const kind = flag(call.options, 'manufacturer') ? 'manufacturer' : 'centralSystem';
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('POST', `${path}/certificates`, { kind, certificate });
  const show = (body: unknown): string =>
    isRecord(body) && body['installed'] === false ? 'It was installed before.\n' : 'Installed.\n';
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show });
}

async function deleteRoot(call: CommandCall): Promise<number> {
  const [fingerprint, ...others] = call.positionals;
  if (fingerprint === undefined || others.length > 0)
    throw usage('Name one fingerprint, or its first digits: kerbside certificates delete FINGERPRINT');
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('POST', `${path}/certificates/delete`, { fingerprint });
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: () => 'Deleted.\n' });
}

/** The roots for people. */
export function rootsText(body: unknown): string {
  const roots = isRecord(body) && Array.isArray(body['roots']) ? body['roots'].filter(isRecord) : [];
  if (roots.length === 0) return 'No root certificate is installed.\n';
  return `${roots.map(rootText).join('\n')}\n`;
}

function rootText(root: Readonly<Record<string, unknown>>): string {
  const notes = [
    root['kind'] === 'manufacturer' ? 'of the manufacturer' : 'for backends',
    ...(root['inUse'] === true ? ['verified the open link'] : []),
    ...(root['replacing'] === true ? ['waits for a link that it verifies, to replace the others'] : []),
  ];
  const subject = say(root['subject']);
  const issuer = say(root['issuer']);
  return [
    `${say(root['name'])} (${notes.join('; ')})`,
    `  subject      ${subject}`,
    `  issuer       ${issuer === subject ? 'itself' : issuer}`,
    `  valid        ${wallText(Number(root['validFromMs']))} to ${wallText(Number(root['validToMs']))}`,
    `  installed    ${wallText(Number(root['installedMs']))}`,
    `  fingerprint  ${say(root['fingerprint'])}`,
  ].join('\n');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usage(`${file} cannot be read: ${messageOf(error)}.`);
  }
}

function usage(text: string): KerbsideError {
  return new KerbsideError('command.usage', text);
}
