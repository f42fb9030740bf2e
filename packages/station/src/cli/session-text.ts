import { isRecord } from '../core/json.ts';
import { say } from './say.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Sessions for people, one a line. */
export function sessionsText(body: unknown): string {
  const sessions = recordsIn(body, 'sessions');
  if (sessions.length === 0) return 'No session so far.\n';
  const lines = sessions.map((session) => {
    const { number, transaction, endedAt, evse, idToken, records } = session;
    const signed = records === 0 ? '' : `, ${countOf(records, 'signed record')}`;
    const marks = `${billingText(session)}${signed}, ${stateText(session)}`;
    const what = `connector ${say(evse)}  ${energyText(session)}  ${cardText(idToken)}`;
    return `${say(number)}  ${timeText(endedAt)}  ${what}  ${marks}\n    ${say(transaction)}`;
  });
  const next = isRecord(body) && body['next'] !== null ? `More with --before ${say(body['next'])}.\n` : '';
  return `${lines.join('\n')}\n${next}`;
}

/** One session with its signed records for people. */
export function sessionText(body: unknown): string {
  if (!isRecord(body)) return '';
  const rows: readonly (readonly [string, string])[] = [
    ['Session', `${say(body['number'])}, ${stateText(body)}`],
    [
      'Transaction',
      `${say(body['transaction'])}, at the backend ${body['transactionId'] === null ? 'unknown' : say(body['transactionId'])}`,
    ],
    [
      'Place',
      `connector ${say(body['evse'])}${body['meterSerial'] === null ? '' : `, meter ${say(body['meterSerial'])}${testText(body)}`}`,
    ],
    [
      'Card',
      `${body['idToken'] === '' ? 'none' : say(body['idToken'])}${body['stopIdToken'] === null ? '' : `, stopped by ${say(body['stopIdToken'])}`}`,
    ],
    ['Time', `${timeText(body['startedAt'])} to ${timeText(body['endedAt'])}, ended by ${say(body['reason'])}`],
    ['Register', `${say(body['meterStartWh'])} Wh to ${say(body['meterStopWh'])} Wh: ${energyText(body)}`],
    ['Billing', billingText(body)],
  ];
  const head = rows.map(([name, text]) => `${name.padEnd(12)}${text}`);
  const records = recordsIn(body, 'signedRecords').map(
    (record) =>
      `\n${say(record['number'])}  ${say(record['context'])}  ${say(record['pagination'])}  ${say(record['state'])}${testText(record)}\n${say(record['data'])}`,
  );
  return `${[...head, ...(records.length === 0 ? ['No signed records.'] : records)].join('\n')}\n`;
}

/** What a check of the signed records found, for people. */
export function checkText(body: unknown): string {
  if (!isRecord(body)) return '';
  const problems = Array.isArray(body['problems']) ? body['problems'].map(say) : [];
  const gaps = recordsIn(body, 'gaps').map(({ evse, meterSerial, from, to }) => {
    const which = from === to ? say(from) : `${say(from)} to ${say(to)}`;
    return `Meter ${say(meterSerial)} at EVSE ${say(evse)}: ${which} missing.`;
  });
  const all = [...problems, ...gaps];
  const verdict = all.length === 0 ? 'Nothing is wrong.' : `${countOf(all.length, 'finding')}:`;
  return `${[`${countOf(body['records'], 'signed record')} checked. ${verdict}`, ...all].join('\n')}\n`;
}

function recordsIn(body: unknown, name: string): readonly Fields[] {
  const list = isRecord(body) ? body[name] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function billingText({ billing, problem, free }: Fields): string {
  const text = billing === 'unbillable' ? `unbillable: ${say(problem)}` : say(billing);
  return free === true ? `free of charge, ${text}` : text;
}

function cardText(idToken: unknown): string {
  return idToken === '' ? 'no card' : `card ${say(idToken)}`;
}

function stateText({ state }: Fields): string {
  switch (state) {
    case 'waiting':
      return 'not delivered yet';
    case 'givenUp':
      return 'could not be delivered';
    case 'kept':
      return 'told to no backend';
    default:
      return say(state);
  }
}

function testText({ test }: Fields): string {
  return test === true ? ' (TEST ONLY)' : '';
}

function energyText({ energyWh }: Fields): string {
  return typeof energyWh === 'number' ? `${(energyWh / 1000).toFixed(3)} kWh` : '';
}

function timeText(iso: unknown): string {
  return say(iso)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}

function countOf(count: unknown, what: string): string {
  return `${say(count)} ${what}${count === 1 ? '' : 's'}`;
}
