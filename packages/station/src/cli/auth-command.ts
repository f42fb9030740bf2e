import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import { flag, textOption, type CommandCall } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { columns } from './text-layout.ts';
import { wallText } from './time-text.ts';

/** `kerbside auth …`: what the station knows of cards, and would decide. */
export async function runAuth(call: CommandCall): Promise<number> {
  const [word = 'cache', subject, ...others] = call.positionals;
  const { client, path } = await chooseStation(call);
  const json = flag(call.options, 'json');
  if (others.length > 0) throw usage('Too many words; `kerbside help auth` shows how.');
  if (word === 'cache' && subject === undefined) {
    const page = `offset=${number(call, 'offset', '0')}&limit=${number(call, 'limit', '100')}`;
    const answer = await client.ask('GET', `${path}/authorization/cache?${page}`);
    return showAnswer(answer, call.io, { json, show: cacheText });
  }
  if (word === 'cache' && subject === 'clear') {
    const answer = await client.ask('DELETE', `${path}/authorization/cache`);
    const show = (body: unknown): string => `${isRecord(body) ? say(body['forgotten']) : '0'} entries forgotten.\n`;
    return showAnswer(answer, call.io, { json, show });
  }
  if (word === 'decide' && subject !== undefined) {
    const answer = await client.ask('GET', `${path}/authorization/decide?idTag=${encodeURIComponent(subject)}`);
    return showAnswer(answer, call.io, { json, show: verdictText });
  }
  throw usage(
    word === 'decide'
      ? 'Name a card: kerbside auth decide CARD'
      : 'It is auth cache, auth cache clear, or auth decide CARD.',
  );
}

function usage(text: string): KerbsideError {
  return new KerbsideError('command.usage', text);
}

function number({ options }: CommandCall, name: string, otherwise: string): string {
  const text = textOption(options, name) ?? otherwise;
  if (!/^\d{1,9}$/.test(text)) throw usage(`--${name} is a whole number.`);
  return text;
}

function cacheText(body: unknown): string {
  if (!isRecord(body)) return '';
  const entries = Array.isArray(body['entries']) ? body['entries'].filter(isRecord) : [];
  const off = body['enabled'] === true ? '' : '; it does not count (AuthorizationCacheEnabled is off)';
  const rows = entries.map(({ idTag, status, expiryMs, parentIdToken, updatedMs }): [string, string] => {
    const until = typeof expiryMs === 'number' ? `, until ${wallText(expiryMs)}` : '';
    const group = typeof parentIdToken === 'string' ? `, group ${parentIdToken}` : '';
    return [say(idTag), `${say(status)}${until}${group}, said at ${wallText(Number(updatedMs))}`];
  });
  return [`${say(body['count'])} of ${say(body['size'])} entries${off}`, ...columns(rows), ''].join('\n');
}

function verdictText(body: unknown): string {
  if (!isRecord(body)) return '';
  const english = (text: unknown): string => (isRecord(text) ? say(text['en']) : '');
  const { otherwise } = body;
  const further = isRecord(otherwise) ? [`Without an answer: ${english(otherwise['text'])}`] : [];
  const backend = body['online'] === true ? 'can be asked' : 'cannot be asked now';
  return [english(body['text']), ...further, `Card ${say(body['idTag'])}; the backend ${backend}.`, ''].join('\n');
}
