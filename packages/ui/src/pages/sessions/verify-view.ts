import { element } from './dom.ts';
import type { RecordDeps } from './deps.ts';
import { readPasted } from './pasted.ts';
import { messageOf } from './session-api.ts';
import { RecordsView } from './records-view.ts';

/** A file of a session has some kilobytes; a film dropped by mistake is not read. */
const mostBytes = 10_000_000;

/** Judges what somebody brings along, without any station. */
export class VerifyView {
  readonly root: HTMLElement;
  readonly #deps: RecordDeps;
  readonly #text: HTMLTextAreaElement;
  readonly #result: HTMLElement = element('div', { 'aria-live': 'polite' });

  constructor(deps: RecordDeps) {
    this.#deps = deps;
    const { words } = deps;
    this.#text = element('textarea', {
      id: 'pasted',
      rows: '8',
      spellcheck: 'false',
      autocapitalize: 'off',
      autocomplete: 'off',
      required: '',
    });
    const file = element('input', { id: 'file', type: 'file', accept: '.xml,.txt,.ocmf,.json,.csv,text/*' });
    const form = element(
      'form',
      { class: 'key-form' },
      element('p', {}, words.verifyHelp),
      element('label', { for: 'pasted' }, words.verifyText),
      this.#text,
      element('label', { for: 'file' }, words.verifyFile),
      file,
      element('button', { type: 'submit' }, words.verifyNow),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#verify();
    });
    file.addEventListener('change', () => void this.#take(file.files));
    this.#text.addEventListener('dragover', (event) => event.preventDefault());
    this.#text.addEventListener('drop', (event) => this.#drop(event));
    this.root = element('section', {}, element('h1', {}, words.verifyTitle), form, this.#result);
  }

  #drop(event: DragEvent): void {
    const { files = null } = event.dataTransfer ?? {};
    if (files === null || files.length === 0) return;
    event.preventDefault();
    void this.#take(files);
  }

  async #take(files: FileList | null): Promise<void> {
    const [file] = files ?? [];
    if (file === undefined) return;
    if (file.size > mostBytes) {
      this.#say(this.#deps.words.fileTooLarge);
      return;
    }
    this.#text.value = await file.text();
    this.#verify();
  }

  #verify(): void {
    try {
      const sessions = readPasted(this.#text.value);
      const views = sessions.map((sources, index) => {
        const set = { sources, meterKey: null, isComplete: false, id: `pasted-${index}` };
        return new RecordsView(this.#deps, set).root;
      });
      this.#result.replaceChildren(...views);
    } catch (error) {
      this.#say(`${this.#deps.words.nothingRead}: ${messageOf(error)}`);
    }
  }

  #say(sentence: string): void {
    this.#result.replaceChildren(element('p', { class: 'warning', role: 'alert' }, sentence));
  }
}
