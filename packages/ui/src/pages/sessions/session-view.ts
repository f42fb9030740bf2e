import { fields, list, text, type Fields } from './data.ts';
import { element } from './dom.ts';
import { addressOf } from '../../app/route.ts';
import { messageOf } from './session-api.ts';
import { badges } from './badges.ts';
import type { SessionsDeps } from './deps.ts';
import { factList } from './parts.ts';
import { RecordsView } from './records-view.ts';
import type { SignedText } from './signed-text.ts';

/** One session with its signed records. */
export class SessionView {
  readonly root: HTMLElement;
  readonly #deps: SessionsDeps;
  readonly #transaction: string;
  readonly #content: HTMLElement;
  readonly #badges: HTMLElement = element('div', {});
  #records = 0;
  /** The outbox as it was told last: when it changes, this session may have been delivered. */
  #outbox = '';

  constructor(deps: SessionsDeps, transaction: string) {
    this.#deps = deps;
    this.#transaction = transaction;
    const { words, station } = deps;
    this.#content = element('div', {}, element('p', { role: 'status' }, words.loading));
    const back = element('a', { href: addressOf(station, 'sessions') }, words.backToList);
    this.root = element('section', {}, element('p', {}, back), element('h1', {}, words.session), this.#content);
    void this.#load();
  }

  /** Shows that the session was delivered, or that a record came late, without disturbing whoever reads or types here. */
  refresh(station: Fields): void {
    const outbox = JSON.stringify(station['outbox']);
    const changed = this.#outbox !== '' && this.#outbox !== outbox;
    this.#outbox = outbox;
    if (changed) void this.#loadAgain();
  }

  async #loadAgain(): Promise<void> {
    try {
      const session = await this.#ask();
      if (list(session['signedRecords']).length === this.#records) this.#showBadges(session);
      else await this.#load();
    } catch {
      // What is shown was true; the next change shows whether the daemon answers again.
    }
  }

  async #ask(): Promise<Fields> {
    return fields(await this.#deps.api.get(`sessions/${encodeURIComponent(this.#transaction)}`));
  }

  #showBadges(session: Fields): void {
    this.#badges.replaceChildren(badges(session, this.#deps.words, this.#deps.format));
  }

  async #load(): Promise<void> {
    const { words } = this.#deps;
    try {
      const session = await this.#ask();
      const meterKey = await this.#keyOfMeter(session['evse']);
      this.#content.replaceChildren(...this.#parts(session, meterKey));
    } catch (error) {
      const sentence = `${words.failed}: ${messageOf(error)}`;
      this.#content.replaceChildren(element('p', { class: 'warning', role: 'alert' }, sentence));
    }
  }

  /** The key that the meter shows now; null when nobody can say. */
  async #keyOfMeter(evse: unknown): Promise<string | null> {
    try {
      const connectors = list(fields(await this.#deps.api.get('eichrecht'))['connectors']);
      const meter = fields(connectors.find((connector) => connector['evse'] === evse)?.['meter']);
      return text(meter['publicKey']) || null;
    } catch {
      return null;
    }
  }

  #parts(session: Fields, meterKey: string | null): readonly Node[] {
    const { words } = this.#deps;
    const problem = text(session['problem']);
    this.#showBadges(session);
    const records = list(session['signedRecords']).map(signedText);
    this.#records = records.length;
    return [
      this.#badges,
      ...(problem === '' ? [] : [element('p', { class: 'warning', lang: 'en' }, problem)]),
      this.#facts(session),
      ...(records.length === 0
        ? [element('p', {}, words.noRecords)]
        : [
            this.#downloads(),
            new RecordsView(this.#deps, { sources: records, meterKey, isComplete: true, id: 'session' }).root,
          ]),
    ];
  }

  #facts(session: Fields): HTMLElement {
    const { words, format } = this.#deps;
    return factList([
      { name: words.time, value: format.period(session) },
      { name: words.connector, value: text(session['evse']) },
      { name: words.card, value: text(session['idToken']) },
      { name: words.stoppedBy, value: text(session['stopIdToken']) },
      { name: words.energy, value: format.energy(session['energyWh']) },
      { name: words.reason, value: text(session['reason']) },
      { name: words.meter, value: text(session['meterSerial']) },
      { name: words.transactionId, value: text(session['transactionId']) },
      { name: words.transaction, value: this.#transaction },
    ]);
  }

  #downloads(): HTMLElement {
    const { words } = this.#deps;
    const said = element('p', { role: 'alert', class: 'warning' });
    const forms = [
      ['xml', words.downloadXml],
      ['ocmf', words.downloadOcmf],
      ['csv', words.downloadCsv],
    ] as const;
    const buttons = forms.map(([form, label]) => {
      const button = element('button', { type: 'button' }, label);
      button.addEventListener('click', () => void this.#download(form, said));
      return button;
    });
    const heading = element('h2', { id: 'downloads' }, words.downloads);
    return element(
      'section',
      { 'aria-labelledby': 'downloads' },
      heading,
      element('p', { class: 'downloads' }, ...buttons),
      said,
    );
  }

  async #download(form: string, said: HTMLElement): Promise<void> {
    const { api, words } = this.#deps;
    said.textContent = '';
    const path = `sessions/${encodeURIComponent(this.#transaction)}/records?form=${form}`;
    try {
      await api.download(path, `session.${form}`);
    } catch (error) {
      said.textContent = `${words.downloadFailed}: ${messageOf(error)}`;
    }
  }
}

function signedText(record: Fields): SignedText {
  return {
    data: text(record['data']),
    encoding: text(record['encoding']),
    publicKey: text(record['publicKey']) || null,
    test: record['test'] === true,
  };
}
