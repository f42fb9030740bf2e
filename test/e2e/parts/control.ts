import type { JsonObject } from '@kerbside/station';
import type {
  CheckerViolation,
  Expectations,
  FrameRecord,
  LedgerCounts,
  LedgerJson,
  LedgerProblem,
  LedgerTransaction,
  Rule,
} from '@kerbside/testkit';

/** What `GET /ledger` answers. */
export interface Books {
  readonly counts: LedgerCounts;
  readonly problems: readonly LedgerProblem[];
  readonly transactions: readonly LedgerTransaction[];
}

const limitMs = 20_000;

/** The HTTP control of a backend, from outside. */
export class Control {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  books(): Promise<Books> {
    return this.#ask('GET', '/ledger');
  }

  entries(): Promise<LedgerJson> {
    return this.#ask('GET', '/ledger/entries');
  }

  /** What the protocol checker found so far. */
  violations(): Promise<readonly CheckerViolation[]> {
    return this.#ask('GET', '/violations');
  }

  frames(since = 0): Promise<readonly FrameRecord[]> {
    return this.#ask('GET', `/frames?since=${since}`);
  }

  async online(identity: string): Promise<boolean> {
    const stations = await this.#ask<readonly { identity: string; online: boolean }[]>('GET', '/stations');
    return stations.some((station) => station.identity === identity && station.online);
  }

  async setRules(rules: readonly Rule[]): Promise<void> {
    await this.#ask('POST', '/rules', rules);
  }

  async expect(expectations: Partial<Expectations>): Promise<void> {
    await this.#ask('POST', '/expectations', expectations);
  }

  /** Tells the protocol checker that the station begins anew. */
  async rebooted(identity: string): Promise<void> {
    await this.#ask('POST', `/rebooted/${encodeURIComponent(identity)}`);
  }

  /** Sends a CALL to a station; rejects when it is not there, refuses or does not answer. */
  call(identity: string, action: string, payload: JsonObject = {}): Promise<JsonObject> {
    return this.#ask('POST', `/call/${encodeURIComponent(identity)}/${action}`, payload);
  }

  async #ask<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      signal: AbortSignal.timeout(limitMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
