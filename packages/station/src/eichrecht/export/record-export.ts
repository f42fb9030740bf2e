import { transparencyXml, type TransparencyValue } from '@kerbside/ocmf';

import type { ArchivedRecord } from '../../transactions/signed-keeping.ts';
import { csvHead, csvLines } from './csv.ts';
import { isWhole, keyText } from './record-facts.ts';

/** In which form signed records leave the station. */
export const exportForms = {
  /** One record a line, exactly as the meter wrote it. */
  ocmf: { type: 'text/plain; charset=utf-8', ending: 'ocmf' },
  /** For the public transparency software (eichrecht.md E-30). */
  xml: { type: 'text/xml; charset=utf-8', ending: 'xml' },
  /** A table for people. */
  csv: { type: 'text/csv; charset=utf-8', ending: 'csv' },
} as const;

export type ExportForm = keyof typeof exportForms;

/** Whether a word names a form. */
export function isExportForm(word: string): word is ExportForm {
  return Object.hasOwn(exportForms, word);
}

const xmlOpen = '<values>\n';
const xmlClose = '</values>\n';

/**
 * The text of records that come in pages, piece by piece.
 * @param sessionId the number that all records of one session have in the XML; null: each session gets the number of its first record
 */
export async function* recordExport(
  pages: AsyncIterable<readonly ArchivedRecord[]>,
  form: ExportForm,
  sessionId: number | null = null,
): AsyncGenerator<string, undefined> {
  switch (form) {
    case 'csv':
      yield csvHead;
      for await (const page of pages) yield csvLines(page);
      return;
    case 'ocmf':
      for await (const page of pages) yield page.map(({ blob }) => `${blob.data}\n`).join('');
      return;
    case 'xml':
      yield* xmlExport(pages, sessionId);
  }
}

async function* xmlExport(
  pages: AsyncIterable<readonly ArchivedRecord[]>,
  sessionId: number | null,
): AsyncGenerator<string, undefined> {
  const empty = transparencyXml([]);
  yield empty.slice(0, empty.indexOf(xmlOpen) + xmlOpen.length);
  const ids = new Map<string, number>();
  for await (const page of pages) {
    const values = page.flatMap((record) => valueOf(record, page, sessionId ?? idIn(ids, record)) ?? []);
    const text = transparencyXml(values);
    yield text.slice(text.indexOf(xmlOpen) + xmlOpen.length, text.lastIndexOf(xmlClose));
  }
  yield xmlClose;
}

function idIn(ids: Map<string, number>, { transaction, number }: ArchivedRecord): number {
  if (transaction === null) return number;
  const id = ids.get(transaction) ?? number;
  ids.set(transaction, id);
  return id;
}

/** The software compares begins and ends; what the meter signed in between is not for it. */
function valueOf(
  record: ArchivedRecord,
  page: readonly ArchivedRecord[],
  transactionId: number,
): TransparencyValue | null {
  const { context, blob, meterSerial, evse } = record;
  const whole = isWhole(record);
  if (!whole && context !== 'Transaction.Begin' && context !== 'Transaction.End') return null;
  const own = (other: ArchivedRecord): boolean => other.meterSerial === meterSerial && other.evse === evse;
  const key = blob.publicKey || (page.find((other) => own(other) && other.blob.publicKey !== '')?.blob.publicKey ?? '');
  return {
    transactionId,
    context: whole ? null : context,
    format: blob.encoding,
    data: blob.data.trim(),
    publicKey: key === '' ? null : keyText(key),
  };
}

/** A file name from words of anybody: letters, digits and a few signs. */
export function safeFileName(words: readonly string[], ending: string): string {
  const safe = words
    .map((word) => word.replaceAll(/[^A-Za-z0-9._-]+/g, '_').replace(/^[._]+/, ''))
    .filter((word) => word !== '');
  return `${safe.join('-').slice(0, 100)}.${ending}`;
}

/** The number of a session in the XML: the backend's id where it is a number, else that of the archive. */
export function sessionIdOf(backendTransaction: string | null, number: number): number {
  const usable = backendTransaction !== null && /^[1-9]\d{0,8}$/.test(backendTransaction);
  return usable ? Number(backendTransaction) : number;
}
