import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { wallText } from './time-text.ts';

/** `kerbside security-check`: what could let strangers in or energy out. */
export async function checkSecurity(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/security-check`);
  const show = (body: unknown): string => findingsText(isRecord(body) ? body['findings'] : []);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show });
}

/** `kerbside report`: the commissioning report. */
export async function showReport(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/report`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: reportText });
}

function findingsText(findings: unknown): string {
  const lines = rows(findings).map(({ level, text, remedy }) => {
    const what = `${say(level).padEnd(7)}  ${english(text)}`;
    return level === 'ok' || english(remedy) === '' ? `${what}\n` : `${what}\n         ${english(remedy)}\n`;
  });
  return lines.join('');
}

function reportText(body: unknown): string {
  if (!isRecord(body)) return '';
  const changed = rows(body['changed']).map(({ id, to }) => `  ${say(id)} = ${to === '' ? '(not set)' : say(to)}\n`);
  const connectors = rows(body['connectors']).map((each) => `  ${say(each['id'])}: ${say(each['status'])}\n`);
  return [
    `Commissioning report, ${wallText(Number(body['madeMs']))}, by ${say(body['madeBy'])}, Kerbside ${say(body['version'])}\n`,
    `\nStation\n${factsText(body['station'])}`,
    `\nBackend\n${factsText(body['backend'])}`,
    `\nCharging points\n${connectors.join('')}`,
    `\nSet differently from the factory\n${changed.length === 0 ? '  nothing\n' : changed.join('')}`,
    `\nSecurity\n${findingsText(body['security'])}`,
  ].join('');
}

function factsText(facts: unknown): string {
  if (!isRecord(facts)) return '';
  return Object.entries(facts)
    .map(([name, value]) => `  ${name}: ${value === null || value === '' ? '–' : say(value)}\n`)
    .join('');
}

function rows(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function english(text: unknown): string {
  return isRecord(text) ? say(text['en']) : '';
}
