import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { runAction } from './action-words.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { DaemonClient } from './daemon-client.ts';
import { dataFolderOf } from './data-folder.ts';
import { say } from './say.ts';
import { wallText } from './time-text.ts';

/** `kerbside https …`: the certificate that browsers are shown. */
export function runHttps(call: CommandCall): Promise<number> {
  return runAction(call, 'https', {
    show: { words: [], run: (show) => ask(show, 'GET') },
    install: { words: ['CERTIFICATE', 'KEY'], run: install },
    renew: { words: [], run: (renew) => ask(renew, 'DELETE') },
  });
}

async function install(call: CommandCall): Promise<number> {
  const [certificate = '', key = ''] = call.positionals.map((file) => readText(resolve(call.io.workingFolder, file)));
  return ask(call, 'PUT', { certificate, key });
}

async function ask({ io, options }: CommandCall, method: 'GET' | 'PUT' | 'DELETE', body?: unknown): Promise<number> {
  const client = new DaemonClient(dataFolderOf(options, io));
  const answer = await client.ask(method, '/api/v1/tls', body);
  return showAnswer(answer, io, { json: flag(options, 'json'), show: httpsText });
}

function httpsText(body: unknown): string {
  const certificate = isRecord(body) ? body['certificate'] : undefined;
  if (!isRecord(body) || !isRecord(certificate)) return 'The page is served over plain HTTP (api.tls = off).\n';
  const problems = Array.isArray(body['problems']) ? body['problems'] : [];
  const names = Array.isArray(certificate['names']) ? certificate['names'].map(say).join(', ') : '';
  return `${[
    body['origin'] === 'made' ? 'The device has made its certificate itself.' : 'The certificate was brought.',
    `  subject      ${say(certificate['subject'])}`,
    `  issuer       ${say(certificate['issuer'])}`,
    `  names        ${names}`,
    `  valid        ${wallText(Number(certificate['validFromMs']))} to ${wallText(Number(certificate['validToMs']))}`,
    `  fingerprint  ${say(certificate['fingerprint'])}`,
    ...problems.map(say),
  ].join('\n')}\n`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KerbsideError('command.usage', `${file} cannot be read: ${messageOf(error)}.`);
  }
}
