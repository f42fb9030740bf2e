import { text, type Fields } from './data.ts';
import type { SessionTexts } from './session-texts.ts';

/** Writes what the daemon tells of a session, in the language of the browser. */
export class SessionFormat {
  readonly #words: SessionTexts;
  readonly #moment: Intl.DateTimeFormat;
  readonly #energy: Intl.NumberFormat;

  constructor(language: string, words: SessionTexts) {
    this.#words = words;
    this.#moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    this.#energy = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  }

  /** A time as the API writes it (ISO 8601). */
  moment(iso: unknown): string {
    const ms = Date.parse(text(iso));
    return Number.isNaN(ms) ? '' : this.#moment.format(ms);
  }

  /** From when to when a session ran; the day stands once when it is the same. */
  period(session: Fields): string {
    const [from, to] = [Date.parse(text(session['startedAt'])), Date.parse(text(session['endedAt']))];
    return Number.isNaN(from) || Number.isNaN(to) ? '' : this.#moment.formatRange(from, to);
  }

  /** Watt hours of a session, in kWh. */
  energy(wattHours: unknown): string {
    return typeof wattHours === 'number' ? `${this.#energy.format(wattHours / 1000)} kWh` : '';
  }

  /** Whether a session can be billed. */
  billing(session: Fields): string {
    return this.#word(session['billing']);
  }

  /** Whether the backend has it. */
  delivery(session: Fields): string {
    return this.#word(session['state']);
  }

  /** A word of the API in the browser's language; as it is when nobody translated it. */
  #word(value: unknown): string {
    const word = text(value);
    return Object.entries(this.#words).find(([name]) => name === word)?.[1] ?? word;
  }
}
