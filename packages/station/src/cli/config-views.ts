import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, refusalText, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { exitCodes, exitOfStatus } from './exit-codes.ts';
import { chooseStation } from './station-choice.ts';
import { wallText } from './time-text.ts';
import { say } from './say.ts';

/** `config list [WORD…]`: what the words mean stands first. */
export async function listParameters(call: CommandCall): Promise<number> {
  const words = call.positionals.join(' ');
  const { client, path } = await chooseStation(call);
  const query = words === '' ? '' : `?search=${encodeURIComponent(words)}`;
  return showAnswer(await client.ask('GET', `${path}/parameters${query}`), call.io, {
    json: flag(call.options, 'json'),
    show: listText,
  });
}

/** `config get NAME…`: of one parameter only the value, for scripts. */
export async function getParameters(call: CommandCall): Promise<number> {
  const names = call.positionals;
  if (names.length === 0) throw new KerbsideError('command.usage', 'Name the parameter: kerbside config get NAME');
  const { client, path } = await chooseStation(call);
  const views: unknown[] = [];
  for (const name of names) {
    const answer = await client.ask('GET', `${path}/parameters/${encodeURIComponent(name)}`);
    if (!isSuccess(answer)) {
      if (flag(call.options, 'json')) call.io.out(`${JSON.stringify(answer.body, null, 2)}\n`);
      else call.io.err(refusalText(answer.body));
      return exitCodes[exitOfStatus(answer.status)].code;
    }
    views.push(answer.body);
  }
  const [first] = views;
  if (flag(call.options, 'json')) call.io.out(`${JSON.stringify(views.length === 1 ? first : views, null, 2)}\n`);
  else if (isRecord(first) && views.length === 1) {
    call.io.out(`${say(first['value'])}\n`);
    const { pending } = first;
    // Beside the output, so that a script gets nothing but the value in force.
    if (isRecord(pending))
      call.io.err(`${shown(pending['value'])} is stored and takes effect ${waitText(pending['until'])}.\n`);
  } else call.io.out(listText(views));
  return exitCodes.ok.code;
}

/** `config explain NAME`. */
export async function explainParameter(call: CommandCall): Promise<number> {
  const [name] = call.positionals;
  if (name === undefined) throw new KerbsideError('command.usage', 'Name the parameter: kerbside config explain NAME');
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/parameters/${encodeURIComponent(name)}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: explanation });
}

/** `config history`. */
export async function showHistory(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const show = (body: unknown): string =>
    rows(body)
      .map((entry) => {
        const when = wallText(Number(entry['atMs']));
        const who = `${say(entry['source'])} (${say(entry['who'])})`;
        return `${say(entry['number']).padStart(4)}  ${when}  ${say(entry['id'])}: ${shown(entry['old'])} → ${shown(entry['new'])}  by ${who}\n`;
      })
      .join('');
  return showAnswer(await client.ask('GET', `${path}/parameters/history`), call.io, {
    json: flag(call.options, 'json'),
    show,
  });
}

/** `config apply`. */
export async function applyEndpoint(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('POST', `${path}/endpoint/apply`, { confirmed: flag(call.options, 'confirmed') });
  const show = (): string => 'The staged address is applied; `kerbside status` shows whether it proves itself.\n';
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show });
}

function listText(body: unknown): string {
  const lines = rows(body).map((view): readonly [string, string, string] => {
    const pending = isRecord(view['pending'])
      ? ` → ${shown(view['pending']['value'])} (${waitText(view['pending']['until'])})`
      : '';
    return [say(view['id']), `${shown(view['value'])}${unitOf(view)}${pending}`, sourceOf(view)];
  });
  const widths = [0, 1].map((column) => Math.max(0, ...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(([id, value, source]) =>
      `${id.padEnd(widths[0] ?? 0)}  ${value.padEnd(Math.min(widths[1] ?? 0, 40))}  ${source}`.trimEnd(),
    )
    .join('\n')
    .concat('\n');
}

function explanation(body: unknown): string {
  if (!isRecord(body)) return '';
  const row = isRecord(body['row']) ? body['row'] : {};
  const text = (name: string): string => (isRecord(row[name]) ? say(row[name]['en']) : '');
  const key = body['key'] === null ? '' : ` · OCPP key ${say(body['key'])}`;
  const effective = body['effective'] === body['value'] ? '' : `In force: ${shown(body['effective'])}${unitOf(body)}`;
  const obstacle = say(body['notWritableBecause']);
  const chain = rows(body['provenance']).map((link) => {
    const when = link['atMs'] === undefined ? '' : `, ${wallText(Number(link['atMs']))}`;
    const mark = link['inForce'] === true ? '→' : ' ';
    return `  ${mark} ${say(link['layer']).padEnd(8)}  ${shown(link['value'])}  (${say(link['where'])}${when})`;
  });
  const lines = [
    `${say(body['id'])}: ${text('label')}${key}`,
    text('purpose'),
    text('info'),
    '',
    'Where the value comes from, the strongest first:',
    ...chain,
    ...(effective === '' ? [] : [effective]),
    `Environment variable: ${say(body['environment'])}`,
    `Scope: ${scopeText(row['scope'], body['connector'])}`,
    ...(obstacle === '' ? [] : [obstacle]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Whose value it is, where there are several connectors. */
function scopeText(scope: unknown, connector: unknown): string {
  if (typeof connector === 'number')
    return `individual, this is connector ${connector}; \`_2\` behind the name is connector 2`;
  return scope === 'notRelevant' ? 'the station as a whole' : say(scope);
}

function rows(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(body) ? body.filter(isRecord) : [];
}

function shown(value: unknown): string {
  return value === '' ? '(not set)' : say(value);
}

function waitText(until: unknown): string {
  return until === 'restart' ? 'at the next start' : 'after `config apply`';
}

function unitOf(view: Readonly<Record<string, unknown>>): string {
  const unit = isRecord(view['row']) ? view['row']['unit'] : undefined;
  return typeof unit === 'string' && view['value'] !== '' ? ` ${unit}` : '';
}

function sourceOf(view: Readonly<Record<string, unknown>>): string {
  const link = rows(view['provenance']).find((each) => each['inForce'] === true);
  return link === undefined || link['layer'] === 'factory' ? '' : `${say(link['layer'])}: ${say(link['where'])}`;
}
