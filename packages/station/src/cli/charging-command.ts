import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { columns } from './text-layout.ts';
import { durationText, wallText } from './time-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `kerbside charging …`: the charging profiles that a backend installed, and what follows from them. */
export async function runCharging(call: CommandCall): Promise<number> {
  const [word = 'profiles', evse] = call.positionals;
  switch (word) {
    case 'profiles':
      return show(call, 'charging-profiles', profilesText);
    case 'schedule':
      return show(call, `charging-schedule?${scheduleQuery(call, evse)}`, scheduleText);
    default:
      throw new KerbsideError('command.usage', `charging knows no "${word}"; it is profiles or schedule.`);
  }
}

async function show(call: CommandCall, address: string, text: (body: unknown) => string): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/${address}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: text });
}

function scheduleQuery({ options }: CommandCall, evse: string | undefined): string {
  const query = new URLSearchParams();
  if (evse !== undefined) query.set('evse', evse);
  for (const name of ['hours', 'unit'] as const) {
    const wanted = textOption(options, name);
    if (wanted !== undefined) query.set(name, wanted);
  }
  return query.toString();
}

/** Installed profiles for people, one after another. */
export function profilesText(body: unknown): string {
  const profiles = Array.isArray(body) ? body.filter(isRecord) : [];
  if (profiles.length === 0) return 'No charging profile is installed.\n';
  return `${profiles.map(profileText).join('\n\n')}\n`;
}

function profileText(profile: Fields): string {
  const { id, evse, purpose, stackLevel, kind, unit, durationSeconds } = profile;
  const place = evse === 0 ? (purpose === 'ChargePointMaxProfile' ? 'the station' : 'every EVSE') : `EVSE ${say(evse)}`;
  const times = (['validFrom', 'validTo', 'start'] as const).flatMap((name) => {
    const value = profile[name];
    return typeof value === 'string' ? [`${timeNames[name]} ${wallText(Date.parse(value))}`] : [];
  });
  const length = typeof durationSeconds === 'number' ? [`for ${durationText(durationSeconds * 1000)}`] : [];
  const head = `${say(purpose)} ${say(id)} for ${place}, level ${say(stackLevel)}, ${[say(kind), ...times, ...length].join(', ')}`;
  return [head, ...periodLines(profile, say(unit), (seconds) => `+${durationText(seconds * 1000)}`)].join('\n');
}

const timeNames = { validFrom: 'valid from', validTo: 'valid to', start: 'starting' } as const;

/** The limits to come, for people. */
export function scheduleText(body: unknown): string {
  if (!isRecord(body)) return '';
  const startMs = Date.parse(say(body['start']));
  const place = body['evse'] === 0 ? 'the whole station' : `EVSE ${say(body['evse'])}`;
  const head = `What the charging profiles allow ${place}, for ${durationText(Number(body['durationSeconds']) * 1000)}:`;
  const lines = periodLines(body, say(body['unit']), (seconds) => wallText(startMs + seconds * 1000));
  return [head, ...lines, ''].join('\n');
}

function periodLines(body: Fields, unit: string, when: (seconds: number) => string): readonly string[] {
  const periods = Array.isArray(body['periods']) ? body['periods'].filter(isRecord) : [];
  return columns(
    periods.map(({ startSeconds, limit, phases }) => [
      when(Number(startSeconds)),
      `${say(limit)} ${unit}${typeof phases === 'number' ? ` on ${phases} ${phases === 1 ? 'phase' : 'phases'}` : ''}`,
    ]),
  );
}
