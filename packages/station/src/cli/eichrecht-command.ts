import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `kerbside eichrecht …`: how calibration law stands, and what people on site may do about a block. */
export async function runEichrecht(call: CommandCall): Promise<number> {
  const [word = 'status', connector, cause] = call.positionals;
  switch (word) {
    case 'status':
      return status(call);
    case 'release':
      return act(call, 'release', { evse: connectorOf(connector, word), cause: causeOf(cause) });
    case 'commission':
      return act(call, 'commission', { evse: connectorOf(connector, word) });
    default:
      throw new KerbsideError('command.usage', `eichrecht knows no "${word}"; it is status, release or commission.`);
  }
}

async function status(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/eichrecht`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: eichrechtText });
}

async function act(call: CommandCall, what: 'release' | 'commission', request: Fields): Promise<number> {
  const reason = textOption(call.options, 'reason')?.trim() ?? '';
  if (reason === '')
    throw new KerbsideError(
      'command.usage',
      'Say why, for the legal logbook: --reason "what happened and who decided it"',
    );
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('POST', `${path}/eichrecht/${what}`, { ...request, reason });
  const said =
    what === 'release' ? 'Released; the legal logbook says so.\n' : 'Commissioned; the legal logbook says so.\n';
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: () => said });
}

function connectorOf(value: string | undefined, word: string): number {
  if (value === undefined || !/^\d{1,4}$/.test(value))
    throw new KerbsideError('command.usage', `Name the connector: kerbside eichrecht ${word} 1 …`);
  return Number(value);
}

function causeOf(value: string | undefined): string {
  if (value === undefined)
    throw new KerbsideError(
      'command.usage',
      'Name the cause, as kerbside eichrecht status shows it: … release 1 undelivered',
    );
  return value;
}

/** How it stands, for people. */
export function eichrechtText(body: unknown): string {
  if (!isRecord(body)) return '';
  const archive = isRecord(body['archive']) ? body['archive'] : {};
  const stored = `signed records: ${say(archive['records'])} of ${say(archive['capacity'])}, ${say(archive['undelivered'])} not delivered`;
  return [...list(body['connectors']).flatMap(connectorLines), stored, ''].join('\n');
}

function connectorLines(connector: Fields): readonly string[] {
  const { evse, applies, undelivered } = connector;
  const law = applies === true ? 'calibration law applies' : 'calibration law does not apply';
  const waiting = Number(undelivered) > 0 ? `; ${say(undelivered)} messages with signed data are not delivered` : '';
  return [
    `connector ${say(evse)}: ${law}${waiting}`,
    ...meterLines(connector['meter']),
    ...list(connector['blocks']).flatMap(blockLines),
  ];
}

function meterLines(meter: unknown): readonly string[] {
  if (!isRecord(meter)) return ['  meter      gives no answer, or does not sign'];
  const { serial, condition, clock, pagination, test, publicKey, component } = meter;
  const only = test === true ? ', for tests only' : '';
  const part = isRecord(component)
    ? [`  component  ${say(component['name'])} ${say(component['version'])}, ${say(component['checksum'])}`]
    : [];
  return [
    `  meter      ${say(serial)}${only}: ${say(condition)}, clock ${say(clock)}, last record ${say(pagination)}`,
    `  key        ${publicKey === null ? 'none' : say(publicKey)}`,
    ...part,
  ];
}

function blockLines({ cause, since, sentence, detail, remedy, releasableBy }: Fields): readonly string[] {
  const exactly = typeof detail === 'string' ? ` (${detail})` : '';
  const by = releasableBy === 'nobody' ? 'ends by itself' : `may be released by the ${say(releasableBy)}`;
  return [
    `  blocked    ${say(cause)} since ${say(since)}: ${say(sentence)}${exactly}`,
    `             ${say(remedy)} (${by})`,
  ];
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
