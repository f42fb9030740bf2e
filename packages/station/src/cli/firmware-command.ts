import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import { flag, type CommandCall } from './command.ts';
import { deleteFirmware, installFirmware, uploadFirmware, uploadRows } from './firmware-upload.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { columns } from './text-layout.ts';
import { wallText } from './time-text.ts';

/** `kerbside firmware …`: which software runs, how its last update went, and what people bring. */
export async function runFirmware(call: CommandCall): Promise<number> {
  const [word = 'show', subject, ...others] = call.positionals;
  if (others.length > 0)
    throw new KerbsideError('command.usage', 'Too many words; `kerbside help firmware` shows how.');
  switch (word) {
    case 'show':
      return show(call);
    case 'upload':
      return uploadFirmware(call, wanted(subject, 'the file: kerbside firmware upload FILE'));
    case 'install':
      return installFirmware(call, wanted(subject, 'what to install: kerbside firmware install ID'));
    case 'delete':
      return deleteFirmware(call, wanted(subject, 'what to delete: kerbside firmware delete ID'));
    default:
      throw new KerbsideError('command.usage', `firmware knows no "${word}"; it is upload, install or delete.`);
  }
}

function wanted(value: string | undefined, what: string): string {
  if (value === undefined) throw new KerbsideError('command.usage', `Name ${what}`);
  return value;
}

async function show(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/firmware`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: firmwareText });
}

/** The firmware for people. */
export function firmwareText(body: unknown): string {
  if (!isRecord(body)) return '';
  const { version, slot, simulated, onTrial, update } = body;
  const name = version === '' ? 'of a version that nobody tells' : say(version);
  const place = slot === null ? '' : `, slot ${say(slot)}${simulated === true ? ' (simulated)' : ''}`;
  const trial = onTrial === true ? '; on trial until the backend is reached' : '';
  const rows: [string, string][] = [['firmware', `${name}${place}${trial}`]];
  if (isRecord(update)) rows.push(...updateRows(update));
  else rows.push(['update', slot === null ? 'nothing installs firmware here' : 'none so far']);
  if (isRecord(body['upload'])) rows.push(...uploadRows(body['upload']));
  const refusal = body['uploadRefusal'];
  if (slot !== null && isRecord(refusal)) rows.push(['upload', `not now: ${say(refusal['en'])}`]);
  return `${columns(rows).join('\n')}\n`;
}

function updateRows(update: Readonly<Record<string, unknown>>): [string, string][] {
  const { kind, requestId, by, phase, status, sinceMs, retrieveMs, installMs, failedDownloads, problem } = update;
  const number = requestId === null ? '' : ` ${say(requestId)}`;
  const stands = status === null ? say(phase) : `${say(phase)} (${say(status)})`;
  const rows: [string, string][] = [
    [
      'update',
      `${say(kind)}${number}: ${stands}, asked for at ${wallText(Number(sinceMs))}${typeof by === 'string' ? ` by ${by}` : ''}`,
    ],
  ];
  if (phase === 'scheduled' && typeof retrieveMs === 'number')
    rows.push(['', `download not before ${wallText(retrieveMs)}`]);
  if (phase !== 'over' && typeof installMs === 'number')
    rows.push(['', `installation not before ${wallText(installMs)}`]);
  if (Number(failedDownloads) > 0) rows.push(['', `${say(failedDownloads)} downloads have failed`]);
  if (typeof problem === 'string') rows.push(['', problem]);
  return rows;
}
