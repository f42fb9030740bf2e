import { logCsv } from '../api/limit-view.ts';
import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { limitText } from './limit-text.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';

/** `kerbside limits …`: what limits the connectors, the limit from outside, and its log. */
export async function runLimits(call: CommandCall): Promise<number> {
  const [word = 'show', value] = call.positionals;
  switch (word) {
    case 'show':
      return show(call);
    case 'set':
      return set(call, value);
    case 'release':
      return release(call);
    case 'export':
      return exportLog(call);
    default:
      throw new KerbsideError('command.usage', `limits knows no "${word}"; it is show, set, release or export.`);
  }
}

async function show(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const [station, external] = await Promise.all([client.ask('GET', path), client.ask('GET', `${path}/external-limit`)]);
  const json = flag(call.options, 'json');
  if (!isSuccess(external)) return showAnswer(external, call.io, { json, show: () => '' });
  const evses = isRecord(station.body) && Array.isArray(station.body['evses']) ? station.body['evses'] : [];
  const limits = evses.filter(isRecord).map(({ id, limitMilliamps, limitPhases, limitSource, limitUntilMs }) => ({
    id,
    limitMilliamps,
    limitPhases,
    limitSource,
    limitUntilMs,
  }));
  const body = { evses: limits, external: external.body };
  return showAnswer({ status: station.status, body }, call.io, {
    json,
    show: () =>
      [...limits.map((evse) => `EVSE ${say(evse.id)}  ${limitText(evse)}`), externalText(external.body), ''].join('\n'),
  });
}

async function set(call: CommandCall, value: string | undefined): Promise<number> {
  const match = /^(\d+(?:\.\d+)?)\s*([WA])$/i.exec(value ?? '');
  if (match === null)
    throw new KerbsideError('command.usage', 'Name the limit with its unit: kerbside limits set 4200W, or 16A');
  const until = textOption(call.options, 'until');
  const { client, path } = await chooseStation(call);
  const body = {
    [match[2]?.toUpperCase() === 'W' ? 'limitW' : 'limitA']: Number(match[1]),
    ...(until === undefined ? {} : { until }),
  };
  const answer = await client.ask('PUT', `${path}/external-limit`, body);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: (shown) => `${externalText(shown)}\n` });
}

async function release(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('DELETE', `${path}/external-limit`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: (shown) => `${externalText(shown)}\n` });
}

/** JSON with `--json`, otherwise comma-separated values. */
async function exportLog(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/external-limit/log`);
  const csv = (body: unknown): string => logCsv(Array.isArray(body) ? body.filter(isRecord) : []);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: csv });
}

function externalText(body: unknown): string {
  if (!isRecord(body)) return '';
  if (body['enabled'] !== true) return 'external limit: not obeyed (charging.externalLimitEnabled is off)';
  const sources = (['api', 'hardware'] as const).flatMap((source) => {
    const limit = body[source];
    if (!isRecord(limit)) return [];
    const amount = limit['limitW'] === null ? `${say(limit['limitA'])} A` : `${say(limit['limitW'])} W`;
    return `${amount} by ${source}${limit['until'] === null ? '' : ` until ${say(limit['until'])}`}`;
  });
  return `external limit: ${sources.length === 0 ? 'none' : sources.join('; ')}`;
}
