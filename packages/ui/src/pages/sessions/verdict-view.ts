import type { Finding, Verdict } from '@kerbside/ocmf';

import { element } from './dom.ts';
import type { RecordDeps } from './deps.ts';
import { findingText } from './finding-words.ts';
import type { SessionTexts } from './session-texts.ts';

/** How a judgement looks: right, wrong, or not to be told. */
export type VerdictKind = 'good' | 'bad' | 'open';

const marks: Readonly<Record<VerdictKind, string>> = { good: '✓', bad: '✗', open: '?' };

/** What kind of judgement a verdict about one record is. */
export function kindOf({ signature, ok, findings }: Verdict): VerdictKind {
  const isBroken = findings.some(({ severity }) => severity === 'error');
  if (signature === 'invalid' || isBroken) return 'bad';
  return ok ? 'good' : 'open';
}

/** What kind of judgement several make together. */
export function worstOf(kinds: readonly VerdictKind[]): VerdictKind {
  return kinds.find((kind) => kind === 'bad') ?? kinds.find((kind) => kind === 'open') ?? 'good';
}

/** A judgement in a box whose colour is never all that it says. */
export function verdictBox(kind: VerdictKind, sentence: string, ...more: readonly (Node | null)[]): HTMLElement {
  const mark = element('span', { class: 'mark', 'aria-hidden': 'true' }, marks[kind]);
  return element('div', { class: 'verdict', 'data-kind': kind }, element('p', {}, mark, ' ', sentence), ...more);
}

/** A verdict about one record in words. */
export function verdictView(verdict: Verdict, deps: RecordDeps): HTMLElement {
  return verdictBox(
    kindOf(verdict),
    sentenceOf(verdict, deps.words),
    // The technical line comes from the reader of records and is English.
    verdict.why === null ? null : element('p', { class: 'meaning', lang: 'en' }, verdict.why),
    findingList(verdict.findings, deps),
  );
}

/** What rules found; null when they found nothing. */
export function findingList(findings: readonly Finding[], { words, language }: RecordDeps): HTMLElement | null {
  const rows = findings.map((finding) => {
    const rule = `${finding.severity === 'error' ? words.rule : words.note} ${finding.code}`;
    return element('li', {}, findingText(finding, language), ' ', element('code', { class: 'meaning' }, rule));
  });
  return rows.length === 0 ? null : element('ul', {}, ...rows);
}

function sentenceOf(verdict: Verdict, words: SessionTexts): string {
  switch (verdict.signature) {
    case 'invalid':
      return words.invalid;
    case 'unverifiable':
      return words.unverifiable;
    case 'valid':
      return verdict.ok ? words.valid : words.broken;
  }
}
