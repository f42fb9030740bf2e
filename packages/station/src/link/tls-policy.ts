import type { X509Certificate } from 'node:crypto';

import { isValidAt, nameOf } from '../security/certificate-checks.ts';
import { findChain } from './certificate-chain.ts';
import { chainSpeaksFor } from './certificate-name.ts';
import type { TlsVerdict } from './tls-verdict.ts';
import type { TlsRequest } from './transport.ts';
import type { TrustAnchors } from './trust-anchors.ts';

/** Which of the three verdicts each level demands (parameters.md row 5a), and what a lesser level gives away. */
const levels: Record<
  TlsRequest['verification'],
  { readonly trust: boolean; readonly validity: boolean; readonly name: boolean; readonly warning: string }
> = {
  strict: { trust: true, validity: true, name: true, warning: '' },
  allowExpired: { trust: true, validity: false, name: true, warning: 'expired certificates are accepted' },
  skipHostName: { trust: true, validity: true, name: false, warning: 'the host name is not checked' },
  allowExpiredSkipHostName: {
    trust: true,
    validity: false,
    name: false,
    warning: 'expired certificates are accepted and the host name is not checked',
  },
  encryptOnly: { trust: false, validity: false, name: false, warning: 'anyone may pose as the backend' },
};

/** What became of a peer's chain at the level in force. */
export interface TlsJudgement {
  readonly accepted: boolean;
  readonly verdict: TlsVerdict;
  readonly warnings: readonly string[];
  /** The authority that was neither sent nor is trusted, as a distinguished name; null when that is not what is wrong. */
  readonly missingIssuer: string | null;
  /** The SHA-256 fingerprint of the trusted certificate at which the chain ends; null without trust. */
  readonly anchor: string | null;
  /** When the whole chain is valid, where the level demands validity. */
  readonly validity?: { readonly notBeforeMs: number; readonly notAfterMs: number };
}

/** What is judged: the certificates as the peer sent them (leaf first), and the host of the URL. */
export interface TlsPeer {
  readonly sent: readonly X509Certificate[];
  readonly host: string;
}

/** Judges trust, validity and name independently of each other, then applies the level (S-06, parameters.md 3–6). */
export function judgeTls(peer: TlsPeer, request: TlsRequest, anchors: TrustAnchors): TlsJudgement {
  const level = levels[request.verification];
  const { chain, trusted, problem, missingIssuer } = findChain(peer.sent, anchors, request.nowMs);
  const outdated = chain.flatMap((certificate) => outdatedText(certificate, request));
  const nameMatches = chainSpeaksFor(chain, peer.host);
  const problems = [
    ...(trusted ? [] : [`${problem}.`]),
    ...outdated,
    ...(nameMatches ? [] : [wrongName(chain[0], peer.host)]),
  ];
  const verdict = {
    trusted,
    valid: outdated.length === 0 && chain.length > 0,
    nameMatches,
    explanation: problems.join(' '),
  };
  const accepted =
    chain.length > 0 && (trusted || !level.trust) && (verdict.valid || !level.validity) && (nameMatches || !level.name);
  const warnings = accepted ? [...levelWarning(request), ...problems, ...provisional(chain, request)] : [];
  const anchor = trusted ? (chain.at(-1)?.fingerprint256 ?? null) : null;
  const judgement = { accepted, verdict, warnings, missingIssuer, anchor };
  return { ...judgement, ...(level.validity && chain.length > 0 ? { validity: windowOf(chain) } : {}) };
}

function levelWarning(request: TlsRequest): string[] {
  const { warning } = levels[request.verification];
  return warning === '' ? [] : [`The TLS verification is lowered to “${request.verification}”: ${warning}.`];
}

/** Without a valid clock only the end can be judged: the floor is a time that has certainly passed (parameters.md 5). */
function outdatedText(certificate: X509Certificate, request: TlsRequest): string[] {
  if (isValidAt(certificate, request.nowMs)) return [];
  const name = nameOf(certificate);
  const expired = certificate.validToDate.getTime() < request.nowMs;
  if (expired) return [`The certificate “${name}” expired on ${dayOf(certificate.validToDate)}.`];
  if (request.clockValid === false) return [];
  return [`The certificate “${name}” is valid only from ${dayOf(certificate.validFromDate)}; is the clock right?`];
}

function provisional(chain: readonly X509Certificate[], request: TlsRequest): string[] {
  if (request.clockValid !== false) return [];
  const early = chain.filter((certificate) => certificate.validFromDate.getTime() > request.nowMs);
  return early.map(
    (one) =>
      `The clock is not set; that “${nameOf(one)}” is valid from ${dayOf(one.validFromDate)} is believed for now.`,
  );
}

function wrongName(leaf: X509Certificate | undefined, host: string): string {
  const names = leaf?.subjectAltName ?? (leaf === undefined ? '' : nameOf(leaf));
  return `The certificate is not for “${host}” but for ${names === '' ? 'no name' : names}.`;
}

function windowOf(chain: readonly X509Certificate[]): { notBeforeMs: number; notAfterMs: number } {
  return {
    notBeforeMs: Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime())),
    notAfterMs: Math.min(...chain.map(({ validToDate }) => validToDate.getTime())),
  };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
