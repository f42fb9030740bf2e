import { bytesOfBase64 } from './bytes.ts';
import { csvRows } from './csv-rows.ts';
import { OcmfError } from './ocmf-error.ts';
import { readTransparencyXml } from './transparency-xml.ts';

/** A signed record within a text, exactly as it was signed. */
export interface FoundRecord {
  readonly data: string;
  /** Such as `OCMF`. */
  readonly format: string;
  /** As it stands beside the record; null when there is none. */
  readonly publicKey: string | null;
  /** Such as `Transaction.Begin`; null when the text does not say it. */
  readonly context: string | null;
  /** The transaction that the text names; null when it names none. */
  readonly transaction: string | null;
}

type Place = Pick<FoundRecord, 'context' | 'transaction'>;

const nowhere: Place = { context: null, transaction: null };
/** Deeper than any message or file that carries records. */
const maxDepth = 24;

/**
 * Finds the signed records in a text: OCMF, one or several; the XML of the public transparency software; JSON with records of this
 * station or with signed values in the form of OCA, such as a StopTransaction; lines of such JSON; a table with the columns `data`
 * and `publicKey`; or one of them in base64.
 * @throws OcmfError when there is none
 */
export function findRecords(text: string): readonly FoundRecord[] {
  const plain = text.trim();
  const records = recordsIn(plain);
  if (records.length > 0) return records;
  const bytes = bytesOfBase64(plain.replaceAll(/\s/g, ''));
  const inside = bytes === null ? [] : recordsIn(new TextDecoder().decode(bytes).trim());
  if (inside.length > 0) return inside;
  throw new OcmfError(
    'There is no signed record in it: it is neither OCMF nor XML of the transparency software, and no JSON or table with records.',
  );
}

function recordsIn(text: string): readonly FoundRecord[] {
  if (text.startsWith('OCMF|')) return ocmfTexts(text).map((data) => found(data, nowhere));
  if (text.startsWith('<')) return ofXml(text);
  if (text.startsWith('{') || text.startsWith('[')) return ofJsonText(text);
  return ofTable(text);
}

/** Each begins a line; what stands between its bars may have lines of its own. */
function ocmfTexts(text: string): readonly string[] {
  return text.split(/^\s*(?=OCMF\|)/m).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

function found(data: string, place: Place, format = 'OCMF', publicKey: string | null = null): FoundRecord {
  return { data, format, publicKey: publicKey === '' ? null : publicKey, ...place };
}

function ofXml(text: string): readonly FoundRecord[] {
  return readTransparencyXml(text).map(({ transactionId, context, format, data, publicKey }) =>
    found(data, { context, transaction: transactionId === 0 ? null : String(transactionId) }, format, publicKey),
  );
}

function ofJsonText(text: string): readonly FoundRecord[] {
  const whole = parsed(text);
  if (whole !== undefined) return ofJson(whole, nowhere, 0);
  return text.split('\n').flatMap((line) => ofJson(parsed(line), nowhere, 0));
}

/** Looks everywhere in a JSON value; what stands around a record says of which transaction it is. */
function ofJson(value: unknown, place: Place, depth: number): readonly FoundRecord[] {
  if (depth > maxDepth) return [];
  if (typeof value === 'string') return ofString(value, place, depth);
  if (Array.isArray(value)) return value.flatMap((each) => ofJson(each, place, depth + 1));
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  const here = placeOf(fields, place);
  return ofObject(fields, here) ?? Object.values(fields).flatMap((each) => ofJson(each, here, depth + 1));
}

function ofString(text: string, place: Place, depth: number): readonly FoundRecord[] {
  if (text.startsWith('OCMF|')) return [found(text, place)];
  return /^[{[]/.test(text) ? ofJson(parsed(text), place, depth + 1) : [];
}

/** A signed value in the form of OCA, or a record as this station lists it; null for any other object. */
function ofObject(fields: Readonly<Record<string, unknown>>, place: Place): readonly FoundRecord[] | null {
  const { signedMeterData, encodingMethod, data, encoding } = fields;
  const publicKey = textOf(fields['publicKey']);
  if (typeof signedMeterData === 'string') {
    const bytes = bytesOfBase64(signedMeterData);
    if (bytes === null) throw new OcmfError('A signed value (signedMeterData) is not written in base64.');
    return [found(new TextDecoder().decode(bytes), place, textOf(encodingMethod) ?? 'OCMF', publicKey)];
  }
  if (typeof data !== 'string' || (typeof encoding !== 'string' && !data.startsWith('OCMF|'))) return null;
  return [found(data, place, textOf(encoding) ?? 'OCMF', publicKey)];
}

function placeOf(fields: Readonly<Record<string, unknown>>, around: Place): Place {
  const { transaction, transactionId, context } = fields;
  const named = transaction ?? transactionId;
  return {
    context: textOf(context) ?? around.context,
    transaction: textOf(named) ?? (typeof named === 'number' ? String(named) : around.transaction),
  };
}

function ofTable(text: string): readonly FoundRecord[] {
  const [head = [], ...rows] = csvRows(text);
  const at = (name: string): number => head.indexOf(name);
  if (at('data') === -1) return [];
  return rows.flatMap((row) => {
    const cell = (name: string): string | null => row[at(name)] || null;
    const data = cell('data');
    const place = { context: cell('context'), transaction: cell('transaction') };
    return data === null ? [] : [found(data, place, cell('encoding') ?? 'OCMF', cell('publicKey'))];
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
