import { text, type Fields } from './data.ts';
import { element } from './dom.ts';
import type { SessionFormat } from './session-format.ts';
import type { SessionTexts } from './session-texts.ts';

const colours: Readonly<Record<string, string>> = {
  signed: 'good',
  unbillable: 'bad',
  delivered: 'good',
  waiting: 'open',
  givenUp: 'bad',
};

/** What is to be seen of a session at a glance: billing, delivery, and whether it is only a test. */
export function badges(session: Fields, words: SessionTexts, format: SessionFormat): HTMLElement {
  const [billing, state] = [text(session['billing']), text(session['state'])];
  return element(
    'span',
    { class: 'badges' },
    badge(format.billing(session), colours[billing] ?? ''),
    ' ',
    badge(format.delivery(session), colours[state] ?? ''),
    ' ',
    session['free'] === true ? badge(words.free, '') : null,
    ' ',
    session['test'] === true ? testBadge(words) : null,
  );
}

/** Marks what a simulation or a test component made. */
export function testBadge(words: SessionTexts): HTMLElement {
  const mark = badge(words.test, 'open');
  mark.title = words.testHelp;
  return mark;
}

function badge(word: string, kind: string): HTMLElement {
  return element('span', { class: 'badge', 'data-kind': kind }, word);
}
