import { isRecord } from '../core/json.ts';
import { durationText, wallText } from './time-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The whole state of a station for people. */
export function statusText(body: unknown): string {
  if (!isRecord(body)) return '';
  const outbox = fields(body['outbox']);
  const lines = [
    `${String(body['name'])}${body['simulated'] === true ? ' (simulated hardware)' : ''}: ${String(body['vendor'])} ${String(body['model'])}`,
    `  link          ${linkText(fields(body['link']))}`,
    `  registration  ${String(body['registration'])}`,
    `  clock         ${clockText(fields(body['clock']))}`,
    `  store         ${storeText(fields(body['store']))}`,
    `  outbox        ${String(outbox['waiting'])} waiting, ${String(outbox['parked'])} parked${headText(outbox)}`,
    ...(body['blocked'] === null ? [] : [`  blocked       ${String(body['blocked'])}`]),
    ...list(body['evses']).map(evseText),
    ...(Array.isArray(body['notReady']) ? body['notReady'].map((reason) => `  not ready: ${String(reason)}`) : []),
    ...list(body['problems'])
      .slice(-5)
      .map((problem) => `  problem at ${wallText(Number(problem['atMs']))}: ${String(problem['text'])}`),
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
  const reason = link['reason'] === '' || link['reason'] === undefined ? '' : `: ${String(link['reason'])}`;
  switch (link['kind']) {
    case 'open':
      return `open since ${wallText(Number(link['sinceMs']))}, ${String(link['subProtocol'])}, ${String(link['url'])}`;
    case 'connecting':
      return `connecting (${String(link['stage'])}, attempt ${String(link['attempt'])}) to ${String(link['url'])}${reason}`;
    default:
      return `${String(link['kind'])}${reason}`;
  }
}

function clockText(clock: Fields): string {
  return `${wallText(Number(clock['nowMs']))} (${clock['source'] === 'none' ? 'not valid yet' : `from the ${String(clock['source'])}`})`;
}

function storeText(store: Fields): string {
  return store['problem'] === '' ? String(store['health']) : `${String(store['health'])}: ${String(store['problem'])}`;
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
      : `; transaction ${String(transaction['backendId'] ?? '(id not known yet)')}, ${energy} Wh since ${wallText(Number(transaction['startedMs']))}`;
  const error = evse['errorCode'] === 'NoError' ? '' : ` (${String(evse['errorCode'])})`;
  return `  EVSE ${String(evse['id'])}        ${String(evse['status'])}${error}; pilot ${String(evse['pilot'])}; contactor ${String(evse['contactor'])}${charging}`;
}
