import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { download } from './download.ts';
import { pageQuery } from './page-options.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';

/** `kerbside logbook`: what happened to what the law is about. */
export async function runLogbook(call: CommandCall): Promise<number> {
  const [word = 'show', file] = call.positionals;
  switch (word) {
    case 'show':
      return show(call);
    case 'export': {
      const { client, path } = await chooseStation(call);
      return download(call, client, `${path}/logbook/export`, file);
    }
    default:
      throw new KerbsideError('command.usage', `logbook knows no "${word}"; it is show or export.`);
  }
}

async function show(call: CommandCall): Promise<number> {
  const query = pageQuery(call, 50);
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/logbook?${query}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: logbookText });
}

/** Entries for people, one a line. */
export function logbookText(body: unknown): string {
  const entries = isRecord(body) && Array.isArray(body['entries']) ? body['entries'].filter(isRecord) : [];
  if (entries.length === 0) return 'The logbook has no entry yet.\n';
  const lines = entries.map(({ number, at, estimated, kind, evse, by, text, detail }) => {
    const time = `${say(at)
      .replace('T', ' ')
      .replace(/\.\d+Z$/, 'Z')}${estimated === true ? ' (estimated)' : ''}`;
    const place = evse === 0 ? 'station' : `EVSE ${say(evse)}`;
    const more = detail === null || detail === undefined ? '' : ` (${say(detail)})`;
    return `${say(number)}  ${time}  ${place}  ${say(kind)}, by ${say(by)}: ${say(text)}${more}`;
  });
  const next = isRecord(body) && typeof body['next'] === 'number' ? `More with --before ${body['next']}.\n` : '';
  return `${lines.join('\n')}\n${next}`;
}
