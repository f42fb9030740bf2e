import { fields, list, text, type Fields } from './data.ts';
import { element } from './dom.ts';
import { addressOf } from '../../app/route.ts';
import { badges } from './badges.ts';
import { messageOf } from './session-api.ts';
import type { SessionsDeps } from './deps.ts';
import { metersView } from './meters-view.ts';

/** So many sessions are asked for at once. */
const pageSize = 50;

/** The sessions of a station that have ended, newest first. */
export class SessionsView {
  readonly root: HTMLElement;
  readonly #deps: SessionsDeps;
  readonly #rows: HTMLElement = element('ol', { class: 'sessions' });
  readonly #state: HTMLElement = element('p', { role: 'status' });
  readonly #older: HTMLButtonElement;
  readonly #meters: HTMLElement = element('div', {});
  #next: number | null = null;
  /** What the list depends on, as it was told last. */
  #mark = '';

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
    const { words } = deps;
    this.#older = element('button', { type: 'button', hidden: '' }, words.older);
    this.#older.addEventListener('click', () => void this.#load(this.#next));
    this.root = element(
      'section',
      { 'aria-labelledby': 'sessions' },
      element(
        'header',
        {},
        element('h1', { id: 'sessions' }, words.sessions),
        element('a', { href: addressOf(null, 'verify') }, words.verifyTitle),
      ),
      this.#state,
      this.#rows,
      this.#older,
      this.#meters,
    );
    void this.#load(null);
    void this.#showMeters();
  }

  /** Loads the newest again when a session may have ended, or been delivered. */
  refresh(station: Fields): void {
    const running = list(station['evses']).map((evse) => text(fields(evse['transaction'])['key']));
    const mark = JSON.stringify([running, station['outbox']]);
    const changed = this.#mark !== '' && this.#mark !== mark;
    this.#mark = mark;
    // Whoever looks at old ones is not thrown back to the newest.
    if (changed && this.#rows.children.length <= pageSize) void this.#load(null);
  }

  async #showMeters(): Promise<void> {
    try {
      this.#meters.replaceChildren((await metersView(this.#deps)) ?? '');
    } catch (error) {
      this.#meters.textContent = `${this.#deps.words.failed}: ${messageOf(error)}`;
    }
  }

  /** Loads the sessions before a number; null: the newest, in place of those that are shown. */
  async #load(before: number | null): Promise<void> {
    const { api, words } = this.#deps;
    if (this.#rows.children.length === 0) this.#state.textContent = words.loading;
    try {
      const answer = fields(await api.get(`sessions?limit=${pageSize}${before === null ? '' : `&before=${before}`}`));
      const rows = list(answer['sessions']).map((session) => this.#row(session));
      if (before === null) this.#rows.replaceChildren(...rows);
      else this.#rows.append(...rows);
      this.#next = typeof answer['next'] === 'number' ? answer['next'] : null;
      this.#state.textContent = this.#rows.children.length === 0 ? words.none : '';
    } catch (error) {
      this.#state.textContent = `${words.failed}: ${messageOf(error)}`;
    }
    this.#older.hidden = this.#next === null;
  }

  #row(session: Fields): HTMLElement {
    const { words, format, station } = this.#deps;
    const transaction = text(session['transaction']);
    const problem = text(session['problem']);
    const what = [
      `${words.connector} ${text(session['evse'])}`,
      `${words.card} ${text(session['idToken'])}`,
      format.energy(session['energyWh']),
    ];
    return element(
      'li',
      { 'data-billing': text(session['billing']) },
      element('a', { href: addressOf(station, 'sessions', transaction) }, format.period(session)),
      element('span', {}, what.join(' · ')),
      badges(session, words, format),
      problem === '' ? null : element('p', { class: 'warning', lang: 'en' }, problem),
    );
  }
}
