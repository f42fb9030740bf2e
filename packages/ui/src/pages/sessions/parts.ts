import { element } from './dom.ts';
import type { SessionTexts } from './session-texts.ts';

/** One line of a list of facts: its name, its value, and what stands behind the value in small letters. */
export interface Fact {
  readonly name: string;
  readonly value: string | Node;
  /** What the value means, or null when it speaks for itself. */
  readonly meaning?: string | null;
  /** The key under which the record has it, such as `MS`. */
  readonly key?: string;
}

/** A list of facts; those without a value are left out. */
export function factList(facts: readonly Fact[]): HTMLElement {
  const shown = facts.filter(({ value }) => value !== '');
  return element('dl', {}, ...shown.flatMap((fact) => [nameOf(fact), valueOf(fact)]));
}

function nameOf({ name, key }: Fact): HTMLElement {
  return element('dt', {}, name, ...(key === undefined ? [] : [' ', element('code', {}, key)]));
}

function valueOf({ value, meaning = null }: Fact): HTMLElement {
  return element(
    'dd',
    {},
    value,
    ...(meaning === null || meaning === value ? [] : [' ', element('span', { class: 'meaning' }, meaning)]),
  );
}

/** What is there for those who want to know more; closed until they ask, or open from the begin. */
export function more(title: string, isOpen: boolean, ...content: readonly HTMLElement[]): HTMLElement {
  return element('details', isOpen ? { open: '' } : {}, element('summary', {}, title), ...content);
}

/** The same, whose content is made when it is opened first. */
export function moreLater(title: string, make: () => readonly HTMLElement[]): HTMLElement {
  const details = more(title, false);
  details.addEventListener('toggle', () => details.append(...make()), { once: true });
  return details;
}

/** A text exactly as it is, with a button that copies it. */
export function copyable(text: string, label: string, words: SessionTexts): HTMLElement {
  const said = element('span', { role: 'status' });
  const button = element('button', { type: 'button' }, words.copy);
  const exact = element('pre', { class: 'exact', role: 'group', tabindex: '0', 'aria-label': label }, text);
  button.addEventListener('click', () => void copy(exact, text).then((done) => say(done)));
  const say = (done: boolean): void => {
    said.textContent = done ? words.copied : words.notCopied;
  };
  return element('div', {}, exact, element('p', {}, button, ' ', said));
}

/** A page that came over plain HTTP has no clipboard: then the text is selected, to be copied by hand. */
async function copy(shown: HTMLElement, text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return false;
  }
}
