import type { X509Certificate } from 'node:crypto';

import { isWeak, nameOf } from './certificate-checks.ts';

/** What is looked at. Times are wall times in ms since 1970. */
export interface WatchedCertificates {
  readonly nowMs: number;
  /** The station's own; null: it has none. */
  readonly own: X509Certificate | null;
  /** The link is to log in with the station's own (security profile 3). */
  readonly ownIsUsed: boolean;
  readonly roots: readonly X509Certificate[];
  /** Until when the certificates that verified the backend are valid; null: nobody knows. */
  readonly linkValidToMs: number | null;
}

/** A sentence in both languages. */
export interface CertificateProblem {
  readonly en: string;
  readonly de: string;
}

const dayMs = 86_400_000;
/** How long before its end a certificate is warned of. */
const warnedDays = 30;

/** What is wrong with certificates or ends within 30 days, each with what to do. */
export function certificateProblems(watched: WatchedCertificates): readonly CertificateProblem[] {
  const { own, ownIsUsed, roots } = watched;
  const problems: CertificateProblem[] = [];
  if (own === null && ownIsUsed)
    problems.push({
      en: 'The station is to log in with its own certificate and has none: make a request (CSR), have it signed, and install it.',
      de: 'Die Station soll sich mit ihrem eigenen Zertifikat anmelden und hat keines: einen Antrag (CSR) erstellen, signieren lassen und installieren.',
    });
  if (own !== null) problems.push(...problemsOf(own, watched.nowMs, ownTexts(own)));
  for (const root of roots) problems.push(...problemsOf(root, watched.nowMs, rootTexts(root)));
  return [...problems, ...linkProblems(watched)];
}

interface Named {
  readonly en: string;
  readonly de: string;
  /** What to do when it ends. */
  readonly renew: CertificateProblem;
}

function ownTexts(own: X509Certificate): Named {
  return {
    en: `The certificate of the station “${nameOf(own)}”`,
    de: `Das Zertifikat der Station „${nameOf(own)}“`,
    renew: {
      en: 'make a new request (CSR) and have it signed',
      de: 'einen neuen Antrag (CSR) erstellen und signieren lassen',
    },
  };
}

function rootTexts(root: X509Certificate): Named {
  return {
    en: `The installed root “${nameOf(root)}”`,
    de: `Das installierte Wurzelzertifikat „${nameOf(root)}“`,
    renew: {
      en: 'install its successor, and delete it then',
      de: 'den Nachfolger installieren und es danach löschen',
    },
  };
}

function problemsOf(certificate: X509Certificate, nowMs: number, { en, de, renew }: Named): CertificateProblem[] {
  const problems: CertificateProblem[] = [];
  const fromMs = certificate.validFromDate.getTime();
  const end = endOf(certificate.validToDate.getTime(), nowMs);
  if (end !== null) problems.push({ en: `${en} ${end.en}: ${renew.en}.`, de: `${de} ${end.de}: ${renew.de}.` });
  if (fromMs > nowMs)
    problems.push({
      en: `${en} is valid only from ${dayOf(fromMs)}: check the clock of the station.`,
      de: `${de} gilt erst ab ${dayOf(fromMs)}: die Uhr der Station prüfen.`,
    });
  if (isWeak(certificate))
    problems.push({
      en: `${en} uses a key or signature that is too weak: ${renew.en}.`,
      de: `${de} hat einen Schlüssel oder eine Signatur, die zu schwach ist: ${renew.de}.`,
    });
  return problems;
}

function linkProblems({ linkValidToMs, nowMs }: WatchedCertificates): readonly CertificateProblem[] {
  const end = linkValidToMs === null ? null : endOf(linkValidToMs, nowMs);
  if (end === null) return [];
  return [
    {
      en: `A certificate by which the backend is verified ${end.en}: ask the backend’s operator to renew it.`,
      de: `Ein Zertifikat, mit dem das Backend geprüft wird, ${end.de}: den Betreiber des Backends bitten, es zu erneuern.`,
    },
  ];
}

/** How it ends; null when that is more than 30 days away. */
function endOf(endMs: number, nowMs: number): CertificateProblem | null {
  if (endMs > nowMs + warnedDays * dayMs) return null;
  const day = dayOf(endMs);
  return endMs < nowMs
    ? { en: `ended on ${day}`, de: `ist am ${day} abgelaufen` }
    : { en: `ends on ${day}`, de: `läuft am ${day} ab` };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
