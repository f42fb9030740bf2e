import { X509Certificate } from 'node:crypto';

/** Certificates out of a PEM text, or why the text is not taken. */
export type PemReading =
  | { readonly ok: true; readonly certificates: readonly X509Certificate[] }
  | { readonly ok: false; readonly problem: string };

const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/gu;
const label = 'CERTIFICATE';
const lineLength = 64;

/**
 * Reads a PEM text (RFC 7468) that holds certificates and nothing else, in their order; at least one. White space around and inside
 * the blocks does not matter, whatever the ends of lines are.
 */
export function readPem(text: string): PemReading {
  const blocks = [...text.matchAll(block)];
  const others = text.replaceAll(block, '').replace(/^\uFEFF/u, '');
  if (blocks.length === 0) return refused('it holds no PEM certificate (-----BEGIN CERTIFICATE-----)');
  const foreign = blocks.find(([, name]) => name !== label)?.[1];
  if (foreign !== undefined) return refused(`it holds a block “${foreign}”; only certificates are taken`);
  if (others.trim() !== '') return refused('there is other text beside the certificate');
  const certificates: X509Certificate[] = [];
  for (const [, , base64 = ''] of blocks) {
    const certificate = parse(Buffer.from(base64, 'base64'));
    if (certificate === null) return refused('what stands between the PEM lines is no X.509 certificate');
    certificates.push(certificate);
  }
  return { ok: true, certificates };
}

/** A certificate as PEM, with lines of 64 characters and an end of line after each. */
export function toPem(certificate: X509Certificate): string {
  const lines = certificate.raw.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'gu')) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function parse(der: Buffer): X509Certificate | null {
  try {
    const certificate = new X509Certificate(der);
    // OpenSSL stops at the end of the certificate; what follows would be kept unseen.
    return certificate.raw.length === der.length ? certificate : null;
  } catch {
    return null;
  }
}

function refused(problem: string): PemReading {
  return { ok: false, problem };
}
