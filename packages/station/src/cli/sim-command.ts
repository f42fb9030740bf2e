import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import type { JsonObject } from '../core/json.ts';
import { createSystemTime } from '../core/system-time.ts';
import { isSuccess, refusalText, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { readAction } from './sim-syntax.ts';
import { chooseStation } from './station-choice.ts';
import { simulatorText } from './simulator-text.ts';
import { say } from './say.ts';

/** `kerbside sim …`: one action, or a scenario. */
export async function runSim(call: CommandCall): Promise<number> {
  const [word, ...rest] = call.positionals;
  if (word === 'play') return play(call, rest[0]);
  const action = word === 'do' ? await readJsonAction(call, rest[0]) : readAction(call.positionals, call.options);
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('POST', `${path}/simulator`, action);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: simulatorText });
}

async function readJsonAction({ io }: CommandCall, text: string | undefined): Promise<JsonObject> {
  const source = text === '-' ? await io.readInput() : (text ?? '');
  try {
    const value: unknown = JSON.parse(source);
    // What JSON.parse makes is JSON.
    if (isRecord(value)) return value as JsonObject;
  } catch {
    // The same message says it.
  }
  throw new KerbsideError(
    'command.usage',
    `An action is written like this: kerbside sim do '{"action": "plug", "evse": 1}'`,
  );
}

async function play(call: CommandCall, file: string | undefined): Promise<number> {
  const { io } = call;
  if (file === undefined) throw new KerbsideError('command.usage', 'Name the scenario file: kerbside sim play FILE');
  const [{ parseScenario }, { playScenario }] = await Promise.all([
    import('../drivers/scenario-file.ts'),
    import('../drivers/scenario-player.ts'),
  ]);
  const scenario = parseScenario(readScenario(resolve(io.workingFolder, file)), file);
  const { client, path } = await chooseStation(call);
  const over = new AbortController();
  const stopListening = io.onStopSignal(() => over.abort());
  let refused = 0;
  io.out(`Playing "${scenario.name}"${scenario.loop && !flag(call.options, 'once') ? '; Ctrl-C ends it' : ''}.\n`);
  try {
    const simulate = async (action: JsonObject): Promise<JsonObject> => {
      const answer = await client.ask('POST', `${path}/simulator`, action);
      if (!isSuccess(answer)) throw new KerbsideError('simulator.refused', refusalText(answer.body).trim());
      return {};
    };
    const options = {
      scenario,
      time: createSystemTime(),
      simulate,
      ...(flag(call.options, 'once') ? { loop: false } : {}),
    };
    await playScenario(
      {
        ...options,
        onStep: (step, problem) => {
          if (problem !== null) refused += 1;
          io.out(`${stepText(step.action)}${problem === null ? '' : `: refused: ${problem}`}\n`);
        },
      },
      over.signal,
    );
  } finally {
    stopListening();
  }
  return refused === 0 ? exitCodes.ok.code : exitCodes.refused.code;
}

/** An action for people, such as `plug evse 1`. */
export function stepText(action: JsonObject): string {
  const { action: name, ...parameters } = action;
  return [say(name), ...Object.entries(parameters).map(([key, value]) => `${key} ${say(value)}`)].join(' ');
}

function readScenario(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new KerbsideError('command.usage', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
