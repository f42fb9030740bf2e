import { fields, list, text, type Fields } from './data.ts';
import { element } from './dom.ts';
import { blockWords } from './block-words.ts';
import type { StationApi } from './station-api.ts';
import type { Texts } from './texts.ts';

/** While a block lasts, it is asked again so often (ms) whether it still does. */
const againMs = 30_000;

/** Why the calibration law forbids new sessions at a station's connectors, asked whenever the connectors change. */
export class LegalBlocks {
  readonly #api: StationApi;
  readonly #words: Texts;
  readonly #onChange: () => void;
  #mark = '';
  #askedMs = 0;
  #connectors: readonly Fields[] = [];

  constructor(api: StationApi, words: Texts, onChange: () => void) {
    this.#api = api;
    this.#words = words;
    this.#onChange = onChange;
  }

  /** Takes the present state of the station. Meters are asked for the answer, so that not every change is a question. */
  follow(station: Fields): void {
    const connectors = list(station['evses']).map(({ status, errorCode, info }) => [status, errorCode, info]);
    const mark = JSON.stringify([connectors, station['blocked']]);
    const blocked = this.#connectors.some((connector) => list(connector['blocks']).length > 0);
    const due = mark !== this.#mark || (blocked && performance.now() - this.#askedMs > againMs);
    if (!due) return;
    this.#mark = mark;
    this.#askedMs = performance.now();
    void this.#ask();
  }

  /** The sentences for one connector; none where nothing blocks it. */
  of(evse: unknown): readonly HTMLElement[] {
    const connector = this.#connectors.find((one) => one['evse'] === evse);
    return list(connector?.['blocks']).map((block) => this.#sentence(block));
  }

  #sentence(block: Fields): HTMLElement {
    const { sentence, remedy } = blockWords(navigator.language, block);
    const detail = text(block['detail']);
    return element(
      'p',
      { class: 'warning', 'data-cause': text(block['cause']) },
      `${this.#words.noNewSession}: ${sentence} `,
      detail === '' ? null : element('span', { lang: 'en' }, `(${detail}) `),
      element('span', { class: 'remedy' }, remedy),
    );
  }

  async #ask(): Promise<void> {
    try {
      this.#connectors = list(fields(await this.#api.get('eichrecht'))['connectors']);
      this.#onChange();
    } catch {
      // The page follows the daemon anyway: with the next change it is asked again.
      this.#mark = '';
    }
  }
}
