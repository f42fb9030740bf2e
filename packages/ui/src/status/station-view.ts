import { fields, list, text, texts, type Fields } from './data.ts';
import { element } from './dom.ts';
import type { Format } from './format.ts';
import { LegalBlocks } from './legal-blocks.ts';
import { MessageList } from './message-list.ts';
import { hashOf } from './route.ts';
import type { StationApi } from './station-api.ts';
import type { Texts } from './texts.ts';

/** One station in full. */
export class StationView {
  readonly root: HTMLElement;
  readonly messages: MessageList;
  readonly #texts: Texts;
  readonly #format: Format;
  readonly #state: HTMLElement = element('div', { class: 'state' });
  readonly #blocks: LegalBlocks;
  #shown = '';
  #station: Fields = {};

  constructor(words: Texts, format: Format, name: string, api: StationApi) {
    this.#texts = words;
    this.#format = format;
    this.#blocks = new LegalBlocks(api, words, () => this.#draw());
    this.messages = new MessageList(words, format);
    // Outside of what is drawn anew, so that it keeps the focus.
    const sessions = element('a', { href: hashOf({ kind: 'sessions', station: name }) }, words.sessions);
    this.root = element('div', {}, this.#state, element('p', {}, sessions), this.messages.root);
  }

  /** Shows the present state. */
  show(data: unknown): void {
    const fingerprint = JSON.stringify(data);
    if (fingerprint === this.#shown) return;
    this.#shown = fingerprint;
    this.#station = fields(data);
    this.#blocks.follow(this.#station);
    this.#draw();
  }

  #draw(): void {
    const station = this.#station;
    const parts = [this.#head(station), this.#facts(station), this.#connectors(station), this.#problems(station)];
    this.#state.replaceChildren(...parts.filter((part) => part !== null));
  }

  #head(station: Fields): HTMLElement {
    const { simulated } = this.#texts;
    const hardware = `${text(station['vendor'])} ${text(station['model'])}`.trim();
    return element(
      'header',
      {},
      element('h1', {}, text(station['name'])),
      element('span', {}, hardware),
      station['simulated'] === true ? element('span', { class: 'badge' }, simulated) : null,
    );
  }

  #facts(station: Fields): HTMLElement {
    const words = this.#texts;
    const store = fields(station['store']);
    const storeText = [text(store['health']), text(store['problem'])].filter((part) => part !== '').join(': ');
    const bearer = text(fields(station['bearer'])['reason']);
    const rows: readonly (readonly [string, string])[] = [
      [words.link, this.#format.link(fields(station['link']))],
      ...(bearer === '' ? [] : [[words.bearer, bearer] as const]),
      [words.registration, text(station['registration'])],
      [words.clock, this.#format.clock(fields(station['clock']))],
      [words.store, storeText],
      [words.outbox, this.#format.outbox(fields(station['outbox']))],
    ];
    const blocked = text(station['blocked']);
    const free = text(station['freeCharging']);
    return element(
      'section',
      {},
      element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
      blocked === '' ? null : element('p', { class: 'warning' }, `${words.blocked}: ${blocked}`),
      free === '' ? null : element('p', {}, `${words.free} (${free})`),
      ...texts(station['notReady']).map((reason) => element('p', { class: 'warning' }, reason)),
    );
  }

  #connectors(station: Fields): HTMLElement {
    const cards = list(station['evses']).map((evse) => this.#connector(evse));
    return element(
      'section',
      { 'aria-labelledby': 'connectors' },
      element('h2', { id: 'connectors' }, this.#texts.connectors),
      element('ul', { class: 'connectors' }, ...cards),
    );
  }

  #connector(evse: Fields): HTMLElement {
    const { connector, contactorClosed, contactorOpen, limit, transaction } = this.#texts;
    const status = text(evse['status']);
    const error = text(evse['errorCode']);
    const contactor = evse['contactor'] === 'closed' ? contactorClosed : contactorOpen;
    const limited = this.#format.limit(evse);
    return element(
      'li',
      { 'data-status': status },
      element('h3', {}, `${connector} ${text(evse['id'])}`),
      element('strong', {}, status),
      error === 'NoError' || error === ''
        ? null
        : element('p', { class: 'warning' }, [error, text(evse['info'])].join(' ')),
      element('p', {}, `${text(evse['phase'])}, pilot ${text(evse['pilot'])}, ${contactor}, ${limit} ${limited}`),
      element('p', {}, `${transaction}: ${this.#format.transaction(fields(evse['transaction']))}`),
      ...this.#blocks.of(evse['id']),
    );
  }

  #problems(station: Fields): HTMLElement | null {
    const problems = list(station['problems']).slice(-10).toReversed();
    if (problems.length === 0) return null;
    const rows = problems.map((problem) =>
      element('li', {}, element('time', {}, this.#format.day(problem['atMs'])), ' ', text(problem['text'])),
    );
    return element(
      'section',
      { 'aria-labelledby': 'problems' },
      element('h2', { id: 'problems' }, this.#texts.problems),
      element('ul', { class: 'problems' }, ...rows),
    );
  }
}
