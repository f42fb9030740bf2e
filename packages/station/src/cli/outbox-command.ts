import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import { flag, type CommandCall } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { columns } from './text-layout.ts';
import { wallText } from './time-text.ts';

/** `kerbside outbox …`: what waits for the backend, and what it did not take. */
export async function runOutbox(call: CommandCall): Promise<number> {
  const [word = 'show', number, ...others] = call.positionals;
  if (others.length > 0) throw usage('Too many words; `kerbside help outbox` shows how.');
  switch (word) {
    case 'show':
      return ask(call, 'GET', '', outboxText);
    case 'dead-letters':
      return ask(call, 'GET', '/dead-letters', lettersText);
    case 'resend':
      return ask(call, 'POST', `/dead-letters/${number === undefined ? '' : `${seqOf(number)}/`}resend`, resent);
    case 'delete':
      return ask(call, 'DELETE', `/dead-letters/${seqOf(number)}`, deletedText, {
        confirm: flag(call.options, 'confirm'),
      });
    default:
      throw usage(`outbox knows no "${word}"; it is dead-letters, resend or delete.`);
  }
}

async function ask(
  call: CommandCall,
  method: 'GET' | 'POST' | 'DELETE',
  part: string,
  show: (body: unknown) => string,
  body?: unknown,
): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask(method, `${path}/outbox${part}`, body);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show });
}

function usage(text: string): KerbsideError {
  return new KerbsideError('command.usage', text);
}

function seqOf(text: string | undefined): string {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return text;
  throw usage('Name the number of one message, as `kerbside outbox dead-letters` shows it.');
}

function resent(): string {
  return 'Tried again as soon as nothing else waits.\n';
}

function deletedText(body: unknown): string {
  return isRecord(body) ? `${say(body['deleted'])} deleted.\n` : '';
}

function outboxText(body: unknown): string {
  if (!isRecord(body)) return '';
  const { waiting, inFlight, parked, bytes, bound, nextRetryMs, attempts, lastError, oldestMs } = body;
  const { transaction, event, state } = isRecord(waiting) ? waiting : {};
  const rows: [string, string][] = [
    [
      'waiting',
      `${say(transaction)} of transactions, ${say(event)} events, ${say(state)} statuses; ${say(bytes)} bytes, at most ${say(bound)} messages`,
    ],
    [
      'in flight',
      isRecord(inFlight)
        ? `${say(inFlight['action'])}, for ${Math.round(Number(inFlight['ageMs']) / 1000)} s`
        : 'nothing',
    ],
  ];
  if (typeof oldestMs === 'number') rows.push(['oldest', wallText(oldestMs)]);
  if (typeof lastError === 'string') rows.push(['last error', `${lastError} (${say(attempts)} times)`]);
  if (typeof nextRetryMs === 'number') rows.push(['next try', wallText(nextRetryMs)]);
  if (body['storeBlocked'] === true) rows.push(['', 'nothing is sent: the database takes no answers']);
  rows.push([
    'dead letters',
    `${say(parked)}${Number(parked) > 0 ? '; `kerbside outbox dead-letters` shows them' : ''}`,
  ]);
  return `${columns(rows).join('\n')}\n`;
}

function lettersText(body: unknown): string {
  const letters = Array.isArray(body) ? body.filter(isRecord) : [];
  if (letters.length === 0) return 'The backend took everything.\n';
  const rows = letters.map(({ seq, transaction, fact, parkedAtMs, failed, lastError }): [string, string] => {
    const what = isRecord(fact) ? say(fact['kind']) : 'unreadable';
    const of = transaction === null ? '' : ` of ${say(transaction)}`;
    return [
      say(seq),
      `${what}${of}, set aside ${wallText(Number(parkedAtMs))} after ${say(failed)} attempts: ${say(lastError)}`,
    ];
  });
  return `${columns(rows).join('\n')}\n`;
}
