import { element } from './dom.ts';
import type { Texts } from './texts.ts';

/** Asks for the token; `wrong` says that the last one was refused. */
export function tokenForm(words: Texts, wrong: boolean, onToken: (token: string) => void): HTMLElement {
  const input = element('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'off',
    required: '',
    'aria-describedby': 'token-help',
  });
  const form = element(
    'form',
    { class: 'token' },
    element('label', { for: 'token' }, words.tokenAsked),
    input,
    element('button', { type: 'submit' }, words.open),
    element('p', { id: 'token-help' }, words.tokenHelp),
    wrong ? element('p', { class: 'warning', role: 'alert' }, words.tokenWrong) : null,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onToken(input.value.trim());
  });
  return form;
}
