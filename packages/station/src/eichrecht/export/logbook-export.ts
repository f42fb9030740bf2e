import type { LogbookEntry } from '../logbook.ts';
import { csvLine } from './csv-line.ts';

/** The legal logbook as a table, piece by piece; the oldest entry first. */
export async function* logbookExport(pages: AsyncIterable<readonly LogbookEntry[]>): AsyncGenerator<string, undefined> {
  yield csvLine(['number', 'at', 'estimated', 'evse', 'kind', 'by', 'text', 'detail']);
  for await (const page of pages) yield page.map(lineOf).join('');
  return undefined;
}

function lineOf({ number, atMs, estimated, evse, kind, by, text, detail }: LogbookEntry): string {
  const at = new Date(atMs).toISOString();
  return csvLine([String(number), at, estimated ? 'estimated' : '', String(evse), kind, by, text, detail ?? '']);
}
