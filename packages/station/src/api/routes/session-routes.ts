import {
  exportForms,
  isExportForm,
  recordExport,
  safeFileName,
  sessionIdOf,
  type ExportForm,
} from '../../eichrecht/export/record-export.ts';
import { logbookExport } from '../../eichrecht/export/logbook-export.ts';
import type { ArchivedRecord } from '../../transactions/signed-keeping.ts';
import type { ApiArchives } from '../archives-port.ts';
import { badPage, pageOf, pageParameters } from '../page-query.ts';
import { ok, refuse, type FileReply, type Reply } from '../refusals.ts';
import type { Route, RouteParameter, StationCall } from '../route.ts';
import { ref } from '../schemas.ts';
import { entryView, recordView, sessionView } from '../session-view.ts';
import { toJson } from '../to-json.ts';
import { stationRoute } from './station-route.ts';

const transaction: RouteParameter = {
  name: 'transaction',
  in: 'path',
  description: 'The key of the transaction in this station, as the list of sessions gives it; percent-encoded.',
  schema: { type: 'string' },
};

const form: RouteParameter = {
  name: 'form',
  in: 'query',
  description:
    'ocmf (default): one record a line, exactly as the meter wrote it. xml: begins and ends for the public transparency software. csv: a table with the fields of each record.',
  schema: { enum: Object.keys(exportForms) },
};

/** So many records are read for a file at once. */
const filePage = 200;

/** Sessions, signed records and the legal logbook. */
export const sessionRoutes: readonly Route[] = [
  stationRoute({
    method: 'GET',
    path: '/sessions',
    id: 'listSessions',
    tag: 'sessions',
    summary: 'Sessions that are over, the newest first',
    description: 'Cards are shown whole: sessions are billed by them. A running transaction stands in the status.',
    access: 'operator',
    parameters: pageParameters('before'),
    responses: { 200: { description: 'Some sessions.', schema: ref('Sessions') } },
    handle: (call) => listSessions(call),
  }),
  stationRoute({
    method: 'GET',
    path: '/sessions/{transaction}',
    id: 'getSession',
    tag: 'sessions',
    summary: 'One session with its signed records',
    access: 'operator',
    parameters: [transaction],
    responses: { 200: { description: 'The session.', schema: ref('SessionWithRecords') } },
    handle: (call) => getSession(call),
  }),
  stationRoute({
    method: 'GET',
    path: '/sessions/{transaction}/records',
    id: 'exportSession',
    tag: 'sessions',
    summary: 'The signed records of one session as a file',
    produces: 'text/plain',
    access: 'operator',
    parameters: [transaction, form],
    responses: { 200: { description: 'The file.', schema: { type: 'string' } } },
    handle: (call) => exportSession(call),
  }),
  stationRoute({
    method: 'GET',
    path: '/signed-records',
    id: 'exportSignedRecords',
    tag: 'sessions',
    summary: 'All signed records of the station as a file, or some of them',
    produces: 'text/plain',
    access: 'operator',
    parameters: [form, ...pageParameters('after')],
    responses: { 200: { description: 'The file.', schema: { type: 'string' } } },
    handle: (call) => exportAll(call),
  }),
  stationRoute({
    method: 'POST',
    path: '/signed-records/check',
    id: 'checkSignedRecords',
    tag: 'sessions',
    summary: 'Check every signed record, the numbering of each meter, and the logbook',
    description:
      'Damage that is found keeps sessions that need signed data from beginning, and is written into the logbook.',
    access: 'operator',
    responses: { 200: { description: 'What was found.', schema: ref('RecordCheck') } },
    handle: async ({ station: { archives } }) => {
      const { records, problems, gaps } = await archives.signed.check();
      return ok(toJson({ records, problems: [...problems, ...(await archives.logbook.check())], gaps }));
    },
  }),
  stationRoute({
    method: 'GET',
    path: '/logbook',
    id: 'getLogbook',
    tag: 'sessions',
    summary: 'The legal logbook, the newest entries first',
    description: 'Nobody can change or remove its entries; their numbers have no gap.',
    access: 'operator',
    parameters: pageParameters('before'),
    responses: { 200: { description: 'Some entries.', schema: ref('Logbook') } },
    handle: (call) => getLogbook(call),
  }),
  stationRoute({
    method: 'GET',
    path: '/logbook/export',
    id: 'exportLogbook',
    tag: 'sessions',
    summary: 'The whole legal logbook as a table (CSV), the oldest entry first',
    produces: 'text/plain',
    access: 'operator',
    responses: { 200: { description: 'The file.', schema: { type: 'string' } } },
    handle: ({ station }) => {
      return file(logbookExport(station.archives.logbook.pages()), 'csv', [station.name, 'logbook']);
    },
  }),
];

async function listSessions({ station: { archives }, query }: StationCall): Promise<Reply> {
  const page = pageOf(query, 'before');
  if (page === null) return badPage('before');
  const { sessions: found, next } = await archives.sessions.page(page);
  const sessions = await Promise.all(
    found.map(async (session) =>
      sessionView(session, (await archives.signed.of(session.transaction)).length, archives),
    ),
  );
  return ok({ sessions, next });
}

async function getSession({ station: { archives }, path }: StationCall): Promise<Reply> {
  const session = await archives.sessions.of(path('transaction'));
  if (session === null) return unknownSession(path('transaction'));
  const records = await archives.signed.of(session.transaction);
  const view = sessionView(session, records.length, archives);
  return ok(toJson({ ...(view as object), signedRecords: records.map(recordView) }));
}

async function exportSession({ station, path, query }: StationCall): Promise<Reply | FileReply> {
  const wanted = formOf(query);
  if (wanted === null) return badForm();
  const { archives } = station;
  const key = path('transaction');
  const [session, records] = await Promise.all([archives.sessions.of(key), archives.signed.of(key)]);
  const [first] = records;
  if (session === null && first === undefined) return unknownSession(key);
  const backendId = session?.backendTransaction ?? archives.backendTransaction(key);
  const id = sessionIdOf(backendId, session?.number ?? first?.number ?? 1);
  return file(recordExport(inPages([records]), wanted, id), wanted, [station.name, 'session', key]);
}

function exportAll({ station, query }: StationCall): Reply | FileReply {
  const wanted = formOf(query);
  if (wanted === null) return badForm();
  const page = pageOf(query, 'after');
  if (page === null) return badPage('after');
  const limit = query('limit') === undefined ? Infinity : page.limit;
  const pages = recordPages(station.archives, page.after ?? 0, limit);
  return file(recordExport(pages, wanted), wanted, [station.name, 'signed-records']);
}

async function getLogbook({ station: { archives }, query }: StationCall): Promise<Reply> {
  const page = pageOf(query, 'before');
  if (page === null) return badPage('before');
  const found = await archives.logbook.read(page);
  const next = found.length === page.limit ? (found.at(-1)?.number ?? null) : null;
  return ok({ entries: found.map(entryView), next: next === 1 ? null : next });
}

/** The records from one on, so many at most; never all of them in memory. */
async function* recordPages(
  archives: ApiArchives,
  from: number,
  most: number,
): AsyncGenerator<readonly ArchivedRecord[], undefined> {
  let left = most;
  for (let after: number | null = from; after !== null && left > 0;) {
    const { records, next }: Awaited<ReturnType<ApiArchives['signed']['page']>> = await archives.signed.page(
      after,
      Math.min(filePage, left),
    );
    yield records;
    left -= records.length;
    after = next;
  }
  return undefined;
}

async function* inPages<T>(pages: readonly T[]): AsyncGenerator<T, undefined> {
  yield* pages;
  return undefined;
}

function file(text: AsyncIterable<string>, wanted: ExportForm, words: readonly string[]): FileReply {
  return {
    status: 200,
    file: text,
    contentType: exportForms[wanted].type,
    name: safeFileName(words, exportForms[wanted].ending),
  };
}

function formOf(query: StationCall['query']): ExportForm | null {
  const word = query('form') ?? 'ocmf';
  return isExportForm(word) ? word : null;
}

function badForm(): Reply {
  return refuse('api.badRequest', `form is one of ${Object.keys(exportForms).join(', ')}.`);
}

function unknownSession(key: string): Reply {
  return refuse('api.unknownSession', `There is no session "${key}" in the archive.`);
}
