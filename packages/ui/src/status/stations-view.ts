import { fields, list, text, texts, type Fields } from './data.ts';
import { element } from './dom.ts';
import type { Texts } from './texts.ts';

/** So many rows are shown; a filter finds the others. */
const mostRows = 200;

/** Changes that come together are shown together (ms). */
const togetherMs = 100;

/** The stations of a process in short. */
export class StationsView {
  readonly root: HTMLElement;
  readonly #texts: Texts;
  readonly #rows: HTMLElement = element('tbody', {});
  readonly #count: HTMLElement = element('p', { role: 'status' });
  readonly #filter: HTMLInputElement;
  #names: readonly string[] = [];
  readonly #summaries = new Map<string, Fields>();
  #scheduled = false;

  constructor(words: Texts) {
    this.#texts = words;
    this.#filter = element('input', { type: 'search', 'aria-label': words.filter, placeholder: words.filter });
    this.#filter.addEventListener('input', () => this.#later());
    const heads = [words.station, words.link, words.connectors, words.outbox];
    this.root = element(
      'section',
      {},
      element('h1', {}, words.stations),
      this.#filter,
      this.#count,
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
        this.#rows,
      ),
    );
  }

  /** The stations that there are. */
  place(names: readonly string[]): void {
    this.#names = names;
    const known = new Set(names);
    for (const name of this.#summaries.keys()) if (!known.has(name)) this.#summaries.delete(name);
    this.#later();
  }

  /** One station changed. */
  show(data: unknown): void {
    const summary = fields(data);
    this.#summaries.set(text(summary['name']), summary);
    this.#later();
  }

  #later(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#draw();
    }, togetherMs);
  }

  #draw(): void {
    const wanted = this.#filter.value.trim().toLowerCase();
    const all = this.#names.map((name) => this.#summaries.get(name) ?? { name });
    const found = all.filter((summary) => wanted === '' || JSON.stringify(summary).toLowerCase().includes(wanted));
    this.#count.textContent = `${Math.min(found.length, mostRows)} ${this.#texts.shownOf} ${all.length}`;
    this.#rows.replaceChildren(...found.slice(0, mostRows).map((summary) => this.#row(summary)));
  }

  #row(summary: Fields): HTMLElement {
    const name = text(summary['name']);
    const link = fields(summary['link']);
    const outbox = fields(summary['outbox']);
    const connectors = list(summary['evses']).map((evse) =>
      element('span', { class: 'badge', 'data-status': text(evse['status']) }, text(evse['status'])),
    );
    const reasons = texts(summary['notReady']).map((reason) => element('div', { class: 'warning' }, reason));
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('a', { href: `#/${encodeURIComponent(name)}` }, name)),
      element('td', {}, text(link['kind']), ...reasons),
      element('td', {}, ...connectors),
      element('td', {}, `${text(outbox['waiting'])} / ${text(outbox['parked'])}`),
    );
  }
}
