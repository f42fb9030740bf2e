import { isRecord } from '../core/json.ts';
import type { CliIo } from './cli-io.ts';
import type { DaemonAnswer } from './daemon-client.ts';
import { exitCodes, exitOfStatus } from './exit-codes.ts';
import { say } from './say.ts';

/** Whether the daemon did what was asked. */
export function isSuccess({ status }: DaemonAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Shows an answer: as JSON, or by `show`; a refusal with what to do. Gives back the exit code. */
export function showAnswer(
  answer: DaemonAnswer,
  io: CliIo,
  options: { readonly json: boolean; readonly show: (body: unknown) => string },
): number {
  if (options.json) io.out(`${JSON.stringify(answer.body, null, 2)}\n`);
  else if (isSuccess(answer)) io.out(options.show(answer.body));
  else io.err(refusalText(answer.body));
  return isSuccess(answer) ? exitCodes.ok.code : exitCodes[exitOfStatus(answer.status)].code;
}

/** What the daemon says of a refusal, for people. */
export function refusalText(body: unknown): string {
  if (!isRecord(body) || body['code'] === undefined) return 'The daemon refused without a reason.\n';
  return `${say(body['detail'])}\n${say(body['remedy'])}\n`;
}
