import { fields, text, type Fields } from './data.ts';
import { element } from './dom.ts';
import type { Format } from './format.ts';
import type { Texts } from './texts.ts';

/** So many messages stay on the page. */
const mostMessages = 200;

/** The last messages between a station and its backend, newest first. */
export class MessageList {
  readonly root: HTMLElement;
  readonly #format: Format;
  readonly #texts: Texts;
  readonly #rows: HTMLElement = element('ol', { class: 'messages' });
  readonly #empty: HTMLElement;
  readonly #pause: HTMLButtonElement;
  readonly #held: Fields[] = [];
  #paused = false;

  constructor(words: Texts, format: Format) {
    this.#texts = words;
    this.#format = format;
    this.#empty = element('p', {}, words.noMessages);
    this.#pause = element('button', { type: 'button' }, words.pause);
    this.#pause.addEventListener('click', () => this.#toggle());
    const heading = element('h2', { id: 'messages' }, words.messages);
    this.root = element(
      'section',
      { 'aria-labelledby': 'messages' },
      element('header', {}, heading, this.#pause),
      this.#empty,
      this.#rows,
    );
  }

  /** Shows one more message; while paused it is held back. */
  add(data: unknown): void {
    if (this.#paused) {
      this.#held.push(fields(data));
      if (this.#held.length > mostMessages) this.#held.shift();
    } else this.#show(fields(data));
  }

  #toggle(): void {
    this.#paused = !this.#paused;
    this.#pause.textContent = this.#paused ? this.#texts.goOn : this.#texts.pause;
    for (const message of this.#held.splice(0)) this.#show(message);
  }

  #show(message: Fields): void {
    this.#empty.hidden = true;
    const outward = message['direction'] === 'out';
    const bad = message['kind'] === 'callError' || message['kind'] === 'mishap';
    const latency = message['latencyMs'];
    const arrow = element(
      'span',
      { class: 'arrow', role: 'img', 'aria-label': outward ? this.#texts.toBackend : this.#texts.fromBackend },
      outward ? '→' : '←',
    );
    const head = element(
      'summary',
      {},
      element('time', {}, this.#format.time(message['atMs'])),
      arrow,
      element('b', {}, text(message['action']) || text(message['kind'])),
      element('span', { class: 'kind' }, text(message['kind'])),
      typeof latency === 'number' ? element('span', { class: 'latency' }, `${Math.round(latency)} ms`) : null,
    );
    const row = element(
      'li',
      bad ? { class: 'bad' } : {},
      element('details', {}, head, element('pre', {}, text(message['text']))),
    );
    this.#rows.prepend(row);
    while (this.#rows.children.length > mostMessages) this.#rows.lastElementChild?.remove();
  }
}
