import { bytesOfBase32, bytesOfBase64, bytesOfHex, hexOf } from './bytes.ts';
import { OcmfError } from './ocmf-error.ts';

/** One signed value as the public transparency software reads it. */
export interface TransparencyValue {
  /** The same whole number for begin and end of a session. */
  readonly transactionId: number;
  /** `Transaction.Begin`, `Transaction.End`; null for a record that has both. */
  readonly context: string | null;
  /** Such as `OCMF`. */
  readonly format: string;
  readonly data: string;
  /** Hex or base64; null when there is none. */
  readonly publicKey: string | null;
}

/** Writes the XML of the public transparency software; no blank stands around the data (eichrecht.md E-30). */
export function transparencyXml(values: readonly TransparencyValue[]): string {
  const items = values.map(({ transactionId, context, format, data, publicKey }) => {
    const place = context === null ? '' : ` context="${escaped(context)}"`;
    const key =
      publicKey === null || publicKey === ''
        ? ''
        : `\n    <publicKey encoding="${bytesOfHex(publicKey) === null ? 'base64' : 'hex'}">${escaped(publicKey)}</publicKey>`;
    return (
      `  <value transactionId="${transactionId}"${place}>\n` +
      `    <signedData format="${escaped(format)}" encoding="plain">${escaped(data)}</signedData>${key}\n  </value>\n`
    );
  });
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<values>\n${items.join('')}</values>\n`;
}

/**
 * Reads the values of such an XML. It reads that one form and is no reader of XML in general.
 * @throws OcmfError when there is no value in it, or one cannot be read
 */
export function readTransparencyXml(text: string): readonly TransparencyValue[] {
  const found = [
    ...text.replaceAll(/<!--.*?-->/gs, '').matchAll(/<value\b(?<attributes>[^>]*)>(?<body>.*?)<\/value>/gs),
  ];
  if (found.length === 0) throw new OcmfError('The text has no values in the form of the transparency software.');
  return found.map(({ groups }) => valueOf(groups?.['attributes'] ?? '', groups?.['body'] ?? ''));
}

function valueOf(attributes: string, body: string): TransparencyValue {
  const signed = elementOf(body, 'signedData');
  if (signed === null) throw new OcmfError('A value of the transparency software has no signed data.');
  const key = elementOf(body, 'publicKey');
  const data = decoded(signed.content, attributeOf(signed.attributes, 'encoding') ?? 'plain');
  return {
    transactionId: Number(/^\d{1,15}$/.exec(attributeOf(attributes, 'transactionId') ?? '')?.[0] ?? 0),
    context: attributeOf(attributes, 'context'),
    format: attributeOf(signed.attributes, 'format') ?? 'OCMF',
    data,
    publicKey: key === null ? null : keyOf(key),
  };
}

interface Element {
  readonly attributes: string;
  readonly content: string;
}

function elementOf(text: string, name: string): Element | null {
  const found = new RegExp(`<${name}\\b(?<attributes>[^>]*)>(?<content>.*?)</${name}>`, 's').exec(text)?.groups;
  if (found === undefined) return null;
  const content = found['content'] ?? '';
  const plain = /^\s*<!\[CDATA\[(?<data>.*)\]\]>\s*$/s.exec(content)?.groups?.['data'];
  return { attributes: found['attributes'] ?? '', content: plain ?? unescaped(content).trim() };
}

function attributeOf(attributes: string, name: string): string | null {
  const value = new RegExp(`\\b${name}\\s*=\\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')`).exec(attributes)?.groups;
  const text = value?.['double'] ?? value?.['single'];
  return text === undefined ? null : unescaped(text);
}

const decoders: ReadonlyMap<string, (text: string) => Uint8Array | null> = new Map([
  ['hex', bytesOfHex],
  ['base64', bytesOfBase64],
  ['base32', bytesOfBase32],
]);

function decoded(text: string, encoding: string): string {
  if (encoding === 'plain' || encoding === '') return text;
  const bytes = decoders.get(encoding)?.(text.replaceAll(/\s/g, '')) ?? null;
  if (bytes === null)
    throw new OcmfError(`The signed data are not written in ${encoding}, or that cannot be read here.`);
  return new TextDecoder().decode(bytes);
}

/** Hex and base64 are told apart by whoever reads the key. */
function keyOf({ attributes, content }: Element): string | null {
  if (content === '' || attributeOf(attributes, 'encoding') !== 'base32') return content || null;
  const bytes = bytesOfBase32(content.replaceAll(/\s/g, ''));
  return bytes === null ? content : hexOf(bytes);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}

function unescaped(text: string): string {
  return text
    .replaceAll(
      /&#(?:x(?<hex>[\da-f]+)|(?<decimal>\d+));/gi,
      (_, hex: string | undefined, digits: string | undefined) =>
        String.fromCodePoint(hex === undefined ? Number(digits) : Number.parseInt(hex, 16)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
