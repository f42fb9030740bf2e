import { curves, readPublicKey, type Curve } from '@kerbside/ocmf';

import { element } from './dom.ts';
import { messageOf } from './session-api.ts';
import type { RecordDeps } from './deps.ts';

/** Asks for the key that is printed on the meter; empty, the keys that came with the records are taken again. */
export function keyForm({ words }: RecordDeps, id: string, onKey: (typed: string | null) => void): HTMLElement {
  const names = { input: `${id}-key`, help: `${id}-key-help`, problem: `${id}-key-problem` };
  const input = element('textarea', {
    id: names.input,
    rows: '3',
    spellcheck: 'false',
    autocapitalize: 'off',
    autocomplete: 'off',
    'aria-describedby': `${names.help} ${names.problem}`,
  });
  const problem = element('p', { id: names.problem, class: 'warning', role: 'alert' });
  const form = element(
    'form',
    { class: 'key-form' },
    element('label', { for: names.input }, words.keyPrinted),
    input,
    element('p', { id: names.help, class: 'meaning' }, words.keyPrintedHelp),
    problem,
    element('button', { type: 'submit' }, words.keyCheck),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = input.value.trim();
    problem.textContent = typed === '' ? '' : problemOf(typed, words.keyUnreadable);
    if (problem.textContent === '') onKey(typed === '' ? null : typed);
  });
  return form;
}

/** '' when it can be read; a bare point fits the curve of its length. */
function problemOf(key: string, sentence: string): string {
  const reasons = [null, ...curves].map((curve) => reasonOf(key, curve));
  return reasons.includes(null) ? '' : `${sentence}: ${reasons[0] ?? ''}`;
}

function reasonOf(key: string, curve: Curve | null): string | null {
  try {
    readPublicKey(key, curve);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
