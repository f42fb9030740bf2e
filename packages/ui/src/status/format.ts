import { fields, text, type Fields } from './data.ts';
import type { Texts } from './texts.ts';

/** Writes values for people, in the language of the browser. */
export class Format {
  readonly #texts: Texts;
  readonly #day: Intl.DateTimeFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #number: Intl.NumberFormat;

  constructor(language: string, words: Texts) {
    this.#texts = words;
    this.#day = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' });
    this.#time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
    this.#number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  }

  /** A wall time (ms since 1970) with its day. */
  day(wallMs: unknown): string {
    return typeof wallMs === 'number' ? this.#day.format(wallMs) : '';
  }

  /** A wall time (ms since 1970) without its day. */
  time(wallMs: unknown): string {
    return typeof wallMs === 'number' ? this.#time.format(wallMs) : '';
  }

  number(value: unknown): string {
    return typeof value === 'number' ? this.#number.format(value) : '';
  }

  /** Where the link stands and why. */
  link(link: Fields): string {
    const { since, next } = this.#texts;
    const reason = text(link['reason']);
    switch (link['kind']) {
      case 'open':
        return `open ${since} ${this.day(link['sinceMs'])}, ${text(link['subProtocol'])}, ${text(link['url'])}`;
      case 'connecting':
        return joined(`connecting (${text(link['stage'])}) ${text(link['url'])}`, reason);
      case 'backingOff':
        return joined(`backing off, ${next} ${this.time(link['nextDueMs'])}`, reason);
      default:
        return joined(text(link['kind']), reason);
    }
  }

  /** Whence the station has its time. */
  clock(clock: Fields): string {
    return clock['source'] === 'none' ? this.#texts.clockUnset : `${this.#texts.clockFrom} ${text(clock['source'])}`;
  }

  /** What a connector may offer, who says so, and until when. */
  limit(evse: Fields): string {
    const amperes = `${this.number(Number(evse['limitMilliamps']) / 1000)} A`;
    const until = evse['limitUntilMs'];
    const end = typeof until === 'number' ? `${this.#texts.until} ${this.time(until)}` : '';
    return [amperes, text(evse['limitSource']), end].filter((part) => part !== '').join(', ');
  }

  /** What waits for the backend. */
  outbox(outbox: Fields): string {
    const { waiting, parked, delivered, firstRefused } = this.#texts;
    const counters = fields(outbox['counters']);
    const counts = `${this.number(outbox['waiting'])} ${waiting}, ${this.number(outbox['parked'])} ${parked}, ${this.number(counters['delivered'])} ${delivered}`;
    const error = text(fields(outbox['head'])['lastError']);
    return error === '' ? counts : `${counts}; ${firstRefused}: ${error}`;
  }

  /** A running transaction. */
  transaction(transaction: Fields): string {
    const { idUnknown, since, noTransaction, untold } = this.#texts;
    if (transaction['key'] === undefined) return noTransaction;
    const wattHours = Number(transaction['lastWh']) - Number(transaction['meterStartWh']);
    const id = transaction['told'] === false ? untold : text(transaction['backendId']) || idUnknown;
    return `${id}: ${this.number(wattHours / 1000)} kWh ${since} ${this.time(transaction['startedMs'])}`;
  }
}

function joined(state: string, reason: string): string {
  return reason === '' ? state : `${state}: ${reason}`;
}
