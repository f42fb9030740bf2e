import type { ErrorCode, ErrorRow } from '../core/errors.ts';
import { errorCatalogue, KerbsideError } from '../core/errors.ts';
import { isRecord, type Json, type JsonObject } from '../core/json.ts';
import type { Language } from './language.ts';
import { apiRefusals, type ApiRefusalCode } from './refusal-table.ts';

/** The HTTP status of each reason for which Kerbside refuses or fails. */
const statusOfError: Readonly<Record<ErrorCode, number>> = {
  'config.invalid': 400,
  'config.unknownParameter': 404,
  'config.refused': 422,
  'config.forbidden': 403,
  'config.pinned': 409,
  'config.confirm': 422,
  'config.changedSince': 409,
  'config.unknownChange': 404,
  'store.unavailable': 503,
  'store.corrupt': 500,
  'store.newer': 500,
  'store.locked': 503,
  'driver.lost': 503,
  'driver.refused': 409,
  'firmware.refused': 409,
  'firmware.unverified': 409,
  'firmware.unknown': 404,
  'driver.timeout': 504,
  'link.lost': 503,
  'endpoint.invalid': 422,
  'certificate.refused': 409,
  'certificate.unknown': 404,
  'access.refused': 422,
  'access.unknown': 404,
  'outbox.unknown': 404,
  'outbox.refused': 409,
  'outbox.confirm': 422,
  'whitelist.known': 409,
  'whitelist.unknown': 404,
  'whitelist.refused': 422,
  'eichrecht.noStart': 409,
  'eichrecht.notBlocked': 409,
  'eichrecht.refused': 409,
  'vendor.unknown': 404,
  'vendor.tooLong': 413,
  'simulator.refused': 409,
  'command.usage': 400,
  'daemon.unreachable': 503,
  'daemon.startFailed': 503,
  'daemon.tooManyStations': 503,
  'station.notRunning': 503,
  'internal.bug': 500,
};

/** The answer to a request, before it becomes a response of HTTP. */
export interface Reply {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is no JSON, such as a table for a spreadsheet. */
export interface TextReply {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
}

/** A file that is sent piece by piece, so that it is never whole in memory. */
export interface FileReply {
  readonly status: number;
  readonly file: AsyncIterable<string | Uint8Array>;
  readonly contentType: string;
  /** Under which it is saved: letters, digits, `.`, `_` and `-` only. */
  readonly name: string;
}

/** An answer that goes on: events as they happen (`text/event-stream`). */
export interface StreamReply {
  readonly status: number;
  readonly stream: ReadableStream<Uint8Array>;
}

/** An answer with a body and status 200, or another of success. */
export function ok(body: Json, status = 200): Reply {
  return { status, body };
}

/** The media type of a refusal (RFC 9457). */
export const problemType = 'application/problem+json';

/** The refusal of the HTTP side itself. */
export function refuse(code: ApiRefusalCode, detail: string, headers?: Readonly<Record<string, string>>): Reply {
  const { status } = apiRefusals[code];
  const reply: Reply = { status, body: problemBody(code, status, detail) };
  return headers === undefined ? reply : { ...reply, headers };
}

/** The answer for whatever was thrown; of a defect only that there is one is told. */
export function refusalOf(thrown: unknown): Reply {
  const error =
    thrown instanceof KerbsideError
      ? thrown
      : new KerbsideError('internal.bug', 'The request could not be carried out. The log of the daemon says more.');
  return refuseWith(error.code, error.message);
}

/** The refusal under a code of the catalogue; `more` are members of its own. */
export function refuseWith(code: ErrorCode, detail: string, more: JsonObject = {}): Reply {
  const status = statusOfError[code];
  return { status, body: { ...problemBody(code, status, detail), ...more } };
}

/** A refusal in a language: title and remedy change, the detail stays as whoever refused has said it. */
export function inLanguage(reply: Reply, language: Language): Reply {
  const { body } = reply;
  const row = isRecord(body) && isProblem(reply) ? rowOf(body['code']) : undefined;
  if (row === undefined || !isRecord(body)) return reply;
  return { ...reply, body: { ...body, title: row.title[language], remedy: row.remedy[language] } };
}

/** A code of a refusal, in both languages. */
export interface ProblemKind extends ErrorRow {
  readonly code: string;
  readonly type: string;
  readonly status: number;
}

/** Every code that a refusal can have, in the order of the codes. */
export function problemList(): readonly ProblemKind[] {
  const statuses: Readonly<Record<string, number>> = statusOfError;
  const own = Object.entries(errorCatalogue).map(([code, row]) => ({ ...row, code, status: statuses[code] ?? 500 }));
  const http = Object.entries(apiRefusals).map(([code, row]) => ({ ...row, code }));
  return [...own, ...http]
    .map(({ code, status, title, remedy }) => ({ code, type: `${typePrefix}${code}`, status, title, remedy }))
    .toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

/** Whether a reply is a refusal as this file makes them. */
export function isProblem({ status, body }: Reply): boolean {
  const type = isRecord(body) ? body['type'] : undefined;
  return status >= 400 && typeof type === 'string' && type.startsWith(typePrefix);
}

const typePrefix = 'urn:kerbside:problem:';

function problemBody(code: ErrorCode | ApiRefusalCode, status: number, detail: string): JsonObject {
  const { title, remedy } = rowOf(code) ?? errorCatalogue['internal.bug'];
  return { type: `${typePrefix}${code}`, title: title.en, status, detail, code, remedy: remedy.en };
}

function rowOf(code: unknown): ErrorRow | undefined {
  const rows: Readonly<Record<string, ErrorRow>> = { ...errorCatalogue, ...apiRefusals };
  return typeof code === 'string' && Object.hasOwn(rows, code) ? rows[code] : undefined;
}
