import { isRecord, type Json, type JsonObject, type Random } from '@kerbside/station';

import { sampleCalls } from './sample-calls.ts';

/** Values that have broken parsers elsewhere. */
const nastyTexts = [
  '',
  '\u0000',
  '__proto__',
  'constructor',
  '1e999',
  '-0',
  'true',
  '😀'.repeat(30),
  'x'.repeat(5_000),
  '2026-02-30T25:61:61Z',
  '\ud800',
] as const;

/** Makes frames that a backend should not send, and some that it may: right CALLs, mutated ones, foreign answers, torn texts. */
export class FrameFuzzer {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next frame, as it goes over the wire. */
  next(): string {
    const frame = this.#frame();
    const text = JSON.stringify(frame);
    return this.#chance(0.15) ? this.#torn(text) : text;
  }

  #frame(): Json {
    const kind = this.#random.next();
    if (kind < 0.12) return [3, this.#random.uuid(), this.#chance(0.5) ? {} : this.#value(2)];
    if (kind < 0.22) return [4, this.#random.uuid(), this.#text(), this.#text(), this.#value(1)];
    if (kind < 0.3) return this.#value(4);
    return this.#call();
  }

  #call(): Json {
    const [action, payload] = this.#pick(sampleCalls);
    const call: Json[] = [2, this.#random.uuid(), action, this.#chance(0.3) ? payload : this.#mutated(payload)];
    if (this.#chance(0.08)) call[2] = this.#pick(['heartbeat', action.toLowerCase(), 'Reboot', 'toString', 7, null]);
    if (this.#chance(0.04)) call[1] = this.#pick([7, null, 'i'.repeat(300), ['id']]);
    if (this.#chance(0.04)) call[0] = this.#pick([0, 1, 5, 7, 2.5, '2', -2, null]);
    if (this.#chance(0.04)) call.push(this.#value(1));
    if (this.#chance(0.04)) call.pop();
    return call;
  }

  /** The payload with something added, taken away or exchanged somewhere inside. */
  #mutated(payload: JsonObject): Json {
    if (this.#chance(0.08)) return this.#value(3);
    const copy: Record<string, Json> = structuredClone(payload);
    const names = Object.keys(copy);
    const name = names.length === 0 ? 'extra' : this.#pick(names);
    const inner = copy[name];
    const kind = this.#random.next();
    if (kind < 0.2) delete copy[name];
    else if (kind < 0.35) copy[this.#text() || 'extra'] = this.#value(2);
    else if (kind < 0.6 && isRecord(inner)) copy[name] = this.#mutated(inner);
    else copy[name] = this.#value(3);
    return copy;
  }

  #torn(text: string): string {
    const at = Math.floor(this.#random.next() * text.length);
    const kind = this.#random.next();
    if (kind < 0.4) return text.slice(0, at);
    if (kind < 0.7)
      return text.slice(0, at) + this.#pick(['"', '{', ']', ',', '\\', '\u0007', '🙂']) + text.slice(at + 1);
    return text + text.slice(at);
  }

  #value(depth: number): Json {
    const kind = this.#random.next();
    if (kind < 0.15) return null;
    if (kind < 0.25) return this.#chance(0.5);
    if (kind < 0.45) return this.#pick([0, -1, 1, 2.5, 1e21, Number.MAX_SAFE_INTEGER, -(2 ** 31), 99]);
    if (kind < 0.7 || depth === 0) return this.#text();
    const size = Math.floor(this.#random.next() * 4);
    if (kind < 0.85) return Array.from({ length: size }, () => this.#value(depth - 1));
    return Object.fromEntries(Array.from({ length: size }, () => [this.#text(), this.#value(depth - 1)]));
  }

  #text(): string {
    return this.#chance(0.5) ? this.#pick(nastyTexts) : Math.floor(this.#random.next() * 1e9).toString(36);
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.#random.next() * values.length)];
    if (value === undefined) throw new RangeError('nothing to choose from');
    return value;
  }
}
