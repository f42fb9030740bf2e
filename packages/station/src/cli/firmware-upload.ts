import { createReadStream, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, showAnswer } from './answers.ts';
import { flag, textOption, type CommandCall } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { columns } from './text-layout.ts';

/** `kerbside firmware upload FILE`: sends an image, and installs it when that is asked for. */
export async function uploadFirmware(call: CommandCall, name: string): Promise<number> {
  const file = resolve(call.io.workingFolder, name);
  const length = lengthOf(file);
  const headers = proofOf(call);
  const { client, path } = await chooseStation(call);
  const answer = await client.upload(`${path}/firmware/uploads`, { pieces: createReadStream(file), length }, headers);
  const json = flag(call.options, 'json');
  const id = isRecord(answer.body) ? say(answer.body['id']) : '';
  const code = showAnswer(answer, call.io, { json, show: (body) => uploadText(body) });
  return isSuccess(answer) && flag(call.options, 'install') ? installFirmware(call, id) : code;
}

/** `kerbside firmware install ID`. */
export async function installFirmware(call: CommandCall, id: string): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('POST', `${path}/firmware/uploads/${encodeURIComponent(id)}/install`);
  const show = (): string =>
    'It is being installed, and the station restarts into it; `kerbside firmware` tells how it goes.\n';
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show });
}

/** `kerbside firmware delete ID`. */
export async function deleteFirmware(call: CommandCall, id: string): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('DELETE', `${path}/firmware/uploads/${encodeURIComponent(id)}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: () => 'Deleted.\n' });
}

/** What was uploaded, as lines of the firmware. */
export function uploadRows(upload: Readonly<Record<string, unknown>>): [string, string][] {
  const { id, state, received, size, version, publisher, verified, refusal } = upload;
  if (state === 'receiving')
    return [['uploading', `${say(received)} of ${size === null ? 'unknown' : say(size)} bytes`]];
  const name = version === null ? 'of a version that it does not say' : say(version);
  const by = verified === true ? `signed by ${say(publisher)}` : 'not verified';
  const rows: [string, string][] = [['uploaded', `${name}, ${say(size)} bytes, ${by}; id ${say(id)}`]];
  if (isRecord(refusal)) rows.push(['', `cannot be installed: ${say(refusal['en'])}`]);
  return rows;
}

function uploadText(body: unknown): string {
  return isRecord(body) ? `${columns(uploadRows(body)).join('\n')}\n` : '';
}

function lengthOf(file: string): number {
  try {
    const found = statSync(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    throw new KerbsideError('command.usage', `${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  throw new KerbsideError('command.usage', `${file} is no file.`);
}

function proofOf({ io, options }: CommandCall): Readonly<Record<string, string>> {
  const read = (name: string): Buffer | null => {
    const value = textOption(options, name);
    if (value === undefined) return null;
    const file = resolve(io.workingFolder, value);
    try {
      return readFileSync(file);
    } catch (error) {
      throw new KerbsideError('command.usage', `${file} cannot be read: ${messageOf(error)}.`, { cause: error });
    }
  };
  const [signature, certificate] = [read('signature'), read('certificate')];
  return {
    ...(signature === null ? {} : { 'X-Kerbside-Signature': signatureText(signature) }),
    ...(certificate === null ? {} : { 'X-Kerbside-Certificate': certificate.toString('base64') }),
  };
}

/** A file with a signature holds its bytes, as OpenSSL writes them, or base64. */
function signatureText(bytes: Buffer): string {
  const text = bytes.toString('latin1').replaceAll(/\s/g, '');
  return /^[A-Za-z0-9+/]{16,}={0,2}$/.test(text) ? text : bytes.toString('base64');
}
