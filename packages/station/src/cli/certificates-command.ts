import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { wallText } from './time-text.ts';

const actions: Readonly<Record<string, (call: CommandCall) => Promise<number>>> = {
  list: listRoots,
  install: installRoot,
  delete: deleteRoot,
  csr: requestCertificate,
  own: installOwn,
};

/** `kerbside certificates …`: the root certificates of a station, and its own. */
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
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: certificatesText });
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

async function requestCertificate(call: CommandCall): Promise<number> {
  const [file, ...others] = call.positionals;
  if (others.length > 0) throw usage('Name one file, or none for standard output: kerbside certificates csr [FILE]');
  const { client, path } = await chooseStation(call);
  const [commonName, organization] = [textOption(call.options, 'name'), textOption(call.options, 'organization')];
  const subject = {
    ...(commonName === undefined ? {} : { commonName }),
    ...(organization === undefined ? {} : { organization }),
  };
  const answer = await client.ask('POST', `${path}/certificates/csr`, subject);
  const pem = (body: unknown): string => (isRecord(body) ? say(body['pem']) : '');
  if (file === undefined || !isSuccess(answer))
    return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: pem });
  const target = resolve(call.io.workingFolder, file);
  try {
    writeFileSync(target, pem(answer.body));
  } catch (error) {
    throw usage(`${target} cannot be written: ${messageOf(error)}.`);
  }
  call.io.err(`Written to ${target}.\n`);
  return exitCodes.ok.code;
}

async function installOwn(call: CommandCall): Promise<number> {
  const [file, ...others] = call.positionals;
  if (file === undefined || others.length > 0)
    throw usage('Name one file in PEM, or - for standard input: kerbside certificates own FILE');
  const pem = file === '-' ? await call.io.readInput() : readText(resolve(call.io.workingFolder, file));
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('PUT', `${path}/certificates/own`, { pem });
  const show = (body: unknown): string =>
    isRecord(body) && body['installed'] === false ? 'It was in use before.\n' : 'Installed.\n';
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show });
}

/** The certificates for people: roots, the own one, and what is wrong. */
export function certificatesText(body: unknown): string {
  if (!isRecord(body)) return '';
  const own = isRecord(body['own']) ? [ownText(body['own'])] : [];
  const awaited = body['awaited'] === true ? ['A backend was asked for a certificate of the station.'] : [];
  const problems = Array.isArray(body['problems']) ? body['problems'].map((problem) => `! ${say(problem)}`) : [];
  return [rootsText(body), ...[...own, ...awaited, ...problems].map((text) => `${text}\n`)].join('');
}

function ownText(own: Readonly<Record<string, unknown>>): string {
  const notes = [
    own['used'] === true ? 'the link logs in with it' : 'not used below security profile 3',
    ...(own['used'] === true && own['proven'] !== true ? ['no backend has let it in yet'] : []),
  ];
  return [
    `The certificate of the station (${notes.join('; ')})`,
    `  subject      ${say(own['subject'])}`,
    `  issuer       ${say(own['issuer'])}`,
    `  valid        ${wallText(Number(own['validFromMs']))} to ${wallText(Number(own['validToMs']))}`,
    `  fingerprint  ${say(own['fingerprint'])}`,
  ].join('\n');
}

/** The roots for people. */
function rootsText(body: unknown): string {
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
