import type { JsonObject, Time } from '@kerbside/station';

import { mergePayload } from '../script/payload-pattern.ts';
import type { Behaviour, SentCall } from '../script/rule.ts';
import type { BackendLine, Reply } from './backend-line.ts';
import { timestamp } from './default-answers.ts';
import { replyText } from './reply-text.ts';

/** What a scripted reply is made from. */
export interface ScriptedCall {
  readonly line: BackendLine;
  readonly messageId: string;
  readonly behaviour: Behaviour;
  readonly time: Time;
  readonly nowMs: number;
  /** The usual reply, booked; called at most once. */
  readonly usual: (transactionId?: number) => Reply;
}

/** Plays what a rule wants instead of, before and after the usual reply. */
export async function scriptedReply(call: ScriptedCall): Promise<Reply> {
  const { line, behaviour, time } = call;
  for (const sent of sentCalls(behaviour, 'before')) sendRaw(line, sent);
  if (behaviour.garbage?.when === 'before') line.send(behaviour.garbage.text);
  const reply = wantedReply(call);
  if (behaviour.delay !== undefined) await wait(time, behaviour.delay.ms);
  if (endInstead(behaviour)) {
    if (behaviour.garbage !== undefined && (behaviour.garbage.when ?? 'instead') === 'instead')
      line.send(behaviour.garbage.text);
    return { kind: 'none', after: () => afterReply(call, undefined) };
  }
  const text = replyText(call.messageId, reply);
  if (behaviour.lateAnswer !== undefined && text !== undefined) {
    time.after(behaviour.lateAnswer.ms, () => {
      line.send(text);
      afterReply(call, text);
    });
    return { kind: 'none' };
  }
  return { ...reply, after: () => afterReply(call, text) };
}

/** Plays what a rule wants of a connection that has just opened. */
export function playOnOpen(line: BackendLine, behaviour: Behaviour): void {
  if (behaviour.ignorePings !== undefined) line.ignorePings();
  if (behaviour.garbage !== undefined) line.send(behaviour.garbage.text);
  for (const sent of listOf(behaviour.send)) sendRaw(line, sent);
  endLine(line, behaviour);
}

function wantedReply({ behaviour, usual, nowMs }: ScriptedCall): Reply {
  const { callError, noAnswer, answer, boot } = behaviour;
  if (callError !== undefined) {
    if (callError.booked === true) usual();
    return { kind: 'error', code: callError.code, description: callError.description ?? '' };
  }
  if (noAnswer?.booked === false) return { kind: 'none' };
  const wantedId = (answer?.merge ?? answer?.replace)?.['transactionId'];
  const reply = usual(typeof wantedId === 'number' ? wantedId : undefined);
  if (noAnswer !== undefined) return { kind: 'none' };
  if (boot !== undefined) return { kind: 'result', payload: { ...boot, currentTime: timestamp(nowMs) } };
  if (answer?.replace !== undefined) return { kind: 'result', payload: answer.replace, scripted: true };
  if (answer?.merge !== undefined && reply.kind === 'result') {
    return { kind: 'result', payload: mergePayload(reply.payload, answer.merge), scripted: true };
  }
  return reply;
}

/** Whether something stands in the place of the answer. */
function endInstead({ close, drop, halfOpen, garbage }: Behaviour): boolean {
  return [close, drop, halfOpen, garbage].some((one) => one !== undefined && (one.when ?? 'instead') === 'instead');
}

function afterReply({ line, behaviour }: ScriptedCall, text: string | undefined): void {
  const { duplicateAnswer, garbage } = behaviour;
  const copies = text === undefined || duplicateAnswer === undefined ? 0 : (duplicateAnswer.times ?? 1);
  for (let copy = 0; copy < copies && text !== undefined; copy += 1) line.send(text);
  if (garbage?.when === 'after') line.send(garbage.text);
  for (const sent of sentCalls(behaviour, 'after')) sendRaw(line, sent);
  endLine(line, behaviour);
}

function endLine(line: BackendLine, { close, drop, halfOpen }: Behaviour): void {
  if (halfOpen !== undefined) line.halfOpen();
  if (close !== undefined) line.close(close.code, close.reason ?? '');
  if (drop !== undefined) line.destroy();
}

function sentCalls({ send }: Behaviour, when: 'before' | 'after'): readonly SentCall[] {
  return listOf(send).filter((sent) => (sent.when ?? 'after') === when);
}

function listOf(send: Behaviour['send']): readonly SentCall[] {
  if (send === undefined) return [];
  return isList(send) ? send : [send];
}

function isList(send: SentCall | readonly SentCall[]): send is readonly SentCall[] {
  return Array.isArray(send);
}

const scriptedCallTimeoutMs = 30_000;

function sendRaw(line: BackendLine, { action, payload = {} }: SentCall): void {
  // Nobody waits for it: what the station makes of it is in the frames, and the checker judges it.
  line.call(action, payload, { timeoutMs: scriptedCallTimeoutMs, raw: true }).catch(ignore);
}

function ignore(): void {
  // See sendRaw.
}

function wait(time: Time, ms: number): Promise<void> {
  return new Promise((resolve) => {
    time.after(ms, resolve);
  });
}

/** What the station sent, with the answer that it gets, for `ScriptedCall.usual`. */
export function usualReply(payload: JsonObject | undefined, action: string): Reply {
  return payload === undefined
    ? { kind: 'error', code: 'NotImplemented', description: `A station may not send ${action}.` }
    : { kind: 'result', payload };
}
