import { isRecord } from '../core/json.ts';
import { durationText, wallText } from './time-text.ts';
import { limitText } from './limit-text.ts';
import { say } from './say.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The whole state of a station for people. */
export function statusText(body: unknown): string {
  if (!isRecord(body)) return '';
  const outbox = fields(body['outbox']);
  const lines = [
    `${say(body['name'])}${body['simulated'] === true ? ' (simulated hardware)' : ''}: ${say(body['vendor'])} ${say(body['model'])}`,
    `  link          ${linkText(fields(body['link']))}`,
    ...silenceLines(fields(body['silence'])),
    ...securityLines(fields(body['security'])),
    `  bearer        ${bearerText(fields(body['bearer']))}`,
    `  registration  ${say(body['registration'])}`,
    `  clock         ${clockText(fields(body['clock']))}`,
    `  store         ${storeText(fields(body['store']))}`,
    `  outbox        ${say(outbox['waiting'])} waiting, ${say(outbox['parked'])} parked${headText(outbox)}`,
    ...(body['blocked'] === null ? [] : [`  blocked       ${say(body['blocked'])}`]),
    ...freeLines(body['freeCharging']),
    ...list(body['evses']).map(evseText),
    ...(Array.isArray(body['notReady']) ? body['notReady'].map((reason) => `  not ready: ${say(reason)}`) : []),
    ...list(body['problems'])
      .slice(-5)
      .map((problem) => `  problem at ${wallText(Number(problem['atMs']))}: ${say(problem['text'])}`),
  ];
  return `${lines.join('\n')}\n`;
}

function fields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function linkText(link: Fields): string {
  const reason = link['reason'] === '' || link['reason'] === undefined ? '' : `: ${say(link['reason'])}`;
  switch (link['kind']) {
    case 'open':
      return `open since ${wallText(Number(link['sinceMs']))}, ${say(link['subProtocol'])}, ${say(link['url'])}`;
    case 'connecting':
      return `connecting (${say(link['stage'])}, attempt ${say(link['attempt'])}) to ${say(link['url'])}${reason}`;
    default:
      return `${say(link['kind'])}${reason}`;
  }
}

function freeLines(mode: unknown): readonly string[] {
  return typeof mode === 'string' ? [`  free          charging is free of charge, mode ${mode}`] : [];
}

function silenceLines({ text, remedy }: Fields): readonly string[] {
  return text === undefined ? [] : [`                ${say(text)}`, `                ${say(remedy)}`];
}

function securityLines(security: Fields): readonly string[] {
  const { profile, certificateAwaited } = security;
  if (profile === undefined) return [];
  const certificate = fields(security['certificate']);
  const awaited = certificateAwaited === true ? '; a certificate was asked for' : '';
  const lines = [`  security      profile ${say(profile)}${awaited}`];
  if (certificate['subject'] === undefined) return lines;
  const used =
    certificate['used'] === true ? (certificate['proven'] === true ? 'used' : 'used, not proven yet') : 'not used';
  const validity = `valid ${wallText(Number(certificate['validFromMs']))} to ${wallText(Number(certificate['validToMs']))}`;
  return [
    ...lines,
    `  certificate   ${say(certificate['subject'])}, by ${say(certificate['issuer'])}; ${validity}; ${used}`,
  ];
}

function bearerText(bearer: Fields): string {
  const name = bearer['name'];
  if (name === undefined || name === 'none') return `none: ${say(bearer['reason'])}`;
  const where = [bearer['interface'], bearer['address']].filter((part) => typeof part === 'string').join(', ');
  const bound = where === '' ? '' : ` (${where}), routing by source address: ${say(bearer['policyRouting'])}`;
  return `${say(name)}${bound}; ${say(bearer['reason'])}`;
}

function clockText(clock: Fields): string {
  return `${wallText(Number(clock['nowMs']))} (${clock['source'] === 'none' ? 'not valid yet' : `from the ${say(clock['source'])}`})`;
}

function storeText(store: Fields): string {
  return store['problem'] === '' ? say(store['health']) : `${say(store['health'])}: ${say(store['problem'])}`;
}

function headText(outbox: Fields): string {
  const head = fields(outbox['head']);
  const error = head['lastError'];
  const due = outbox['nextDueInMs'];
  const next = typeof due === 'number' && due > 0 ? `; next attempt in ${durationText(due)}` : '';
  return typeof error === 'string' && error !== '' ? `; the first was refused: ${error}${next}` : next;
}

function evseText(evse: Fields): string {
  const transaction = fields(evse['transaction']);
  const energy = Number(transaction['lastWh']) - Number(transaction['meterStartWh']);
  const charging =
    evse['transaction'] === null || evse['transaction'] === undefined
      ? ''
      : `; ${sessionName(transaction)}, ${energy} Wh since ${wallText(Number(transaction['startedMs']))}`;
  const error = evse['errorCode'] === 'NoError' ? '' : ` (${say(evse['errorCode'])})`;
  return `  EVSE ${say(evse['id'])}        ${say(evse['status'])}${error}; pilot ${say(evse['pilot'])}; contactor ${say(evse['contactor'])}; limit ${limitText(evse)}${reservationText(fields(evse['reservation']))}${charging}`;
}

function sessionName({ told, backendId }: Fields): string {
  return told === false ? 'session told to no backend' : `transaction ${say(backendId ?? '(id not known yet)')}`;
}

function reservationText({ id, expiryMs }: Fields): string {
  return id === undefined ? '' : `; reserved until ${wallText(Number(expiryMs))} (reservation ${say(id)})`;
}
