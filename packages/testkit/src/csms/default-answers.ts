import type { JsonObject } from '@kerbside/station';

import { say } from '../say.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BackendSettings } from './backend-settings.ts';

/** A CALL of a station, with what is needed to answer it. */
export interface AnswerContext {
  readonly identity: string;
  readonly messageId: string;
  readonly action: string;
  readonly payload: JsonObject;
  /** The backend's wall clock. */
  readonly nowMs: number;
  readonly settings: BackendSettings;
  readonly ledger: Ledger;
  /** The transaction id that a rule wants given. */
  readonly transactionId?: number;
}

type Answer = (context: AnswerContext) => JsonObject;

const empty: Answer = () => ({});
const accepted: Answer = () => ({ status: 'Accepted' });

/** What a backend answers to each action that a station may send in 1.6, when no rule says otherwise. */
const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['Authorize', ({ payload, ...context }) => ({ idTagInfo: idTagInfo(payload['idTag'], context) })],
  ['BootNotification', answerBoot],
  ['DataTransfer', accepted],
  ['DiagnosticsStatusNotification', empty],
  ['FirmwareStatusNotification', empty],
  ['Heartbeat', ({ nowMs }) => ({ currentTime: timestamp(nowMs) })],
  ['LogStatusNotification', empty],
  ['MeterValues', answerMeterValues],
  ['SecurityEventNotification', empty],
  ['SignCertificate', accepted],
  ['SignedFirmwareStatusNotification', empty],
  ['StartTransaction', answerStart],
  ['StatusNotification', empty],
  ['StopTransaction', answerStop],
]);

/** The usual answer, transaction messages booked; `undefined` for an action that a station may not send. */
export function defaultAnswer(context: AnswerContext): JsonObject | undefined {
  return answers.get(context.action)?.(context);
}

/** A wall time as OCPP writes it. */
export function timestamp(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

function answerBoot({ nowMs, settings }: AnswerContext): JsonObject {
  return { status: 'Accepted', currentTime: timestamp(nowMs), interval: settings.heartbeatInterval };
}

function answerStart(context: AnswerContext): JsonObject {
  const { payload, settings, ledger, identity } = context;
  const info = idTagInfo(payload['idTag'], context);
  const busy =
    settings.concurrentTx &&
    ledger.transactions(identity).some((one) => one.stops.length === 0 && one.idTag === payload['idTag']);
  const { transactionId = 0 } = book(context, 'StartTransaction');
  return {
    idTagInfo: busy && info['status'] === 'Accepted' ? { ...info, status: 'ConcurrentTx' } : info,
    transactionId,
  };
}

function answerMeterValues(context: AnswerContext): JsonObject {
  book(context, 'MeterValues');
  return {};
}

function answerStop(context: AnswerContext): JsonObject {
  book(context, 'StopTransaction');
  const { idTag } = context.payload;
  return idTag === undefined ? {} : { idTagInfo: idTagInfo(idTag, context) };
}

function book(
  context: AnswerContext,
  action: 'StartTransaction' | 'MeterValues' | 'StopTransaction',
): { transactionId?: number } {
  const { ledger, identity, messageId, payload, nowMs, transactionId } = context;
  return ledger.book({
    action,
    identity,
    messageId,
    payload,
    atMs: nowMs,
    ...(transactionId === undefined ? {} : { transactionId }),
  });
}

function idTagInfo(idTag: unknown, { settings }: Pick<AnswerContext, 'settings'>): JsonObject {
  const wanted = say(idTag).toLowerCase();
  const known = Object.entries(settings.idTags).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return known === undefined ? { status: settings.unknownIdTag } : { ...known, status: known.status ?? 'Accepted' };
}
