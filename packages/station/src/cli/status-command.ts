import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { columns } from './text-layout.ts';
import { clientOf } from './station-choice.ts';
import { statusText } from './status-text.ts';
import { say } from './say.ts';

/** `kerbside status`: one station in full, several as a list. */
export async function runStatus(call: CommandCall): Promise<number> {
  const json = flag(call.options, 'json');
  const client = clientOf(call);
  const named = textOption(call.options, 'station');
  const process = named === undefined ? await client.ask('GET', '/api/v1/stations') : null;
  const name = named ?? onlyStation(process?.body);
  if (name === null && process !== null) return showAnswer(process, call.io, { json, show: processText });
  const answer = await client.ask('GET', `/api/v1/stations/${encodeURIComponent(name ?? '')}`);
  return showAnswer(answer, call.io, { json, show: statusText });
}

function stationsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  return isRecord(body) && Array.isArray(body['stations']) ? body['stations'].filter(isRecord) : [];
}

function onlyStation(body: unknown): string | null {
  const [first, ...others] = stationsOf(body);
  return first === undefined || others.length > 0 ? null : say(first['name']);
}

function processText(body: unknown): string {
  const stations = stationsOf(body);
  const problems =
    isRecord(body) && Array.isArray(body['configurationProblems']) ? body['configurationProblems'].map(say) : [];
  if (stations.length === 0) {
    return [
      'Safe mode: no station runs until these problems are solved.',
      ...problems.map((text) => `  ${text}`),
      '',
    ].join('\n');
  }
  const rows = columns(
    stations.map(({ name, ready, link, registration, simulated }) => [
      say(name),
      `${ready === true ? 'ready' : 'not ready'}; link ${say(link)}; registration ${say(registration)}${simulated === true ? '; simulated' : ''}`,
    ]),
  );
  return `${rows.join('\n')}\n`;
}
