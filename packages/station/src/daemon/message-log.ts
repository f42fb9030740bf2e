import type { LiveMessage } from '../api/live/live-source.ts';
import type { WireEvent } from '../dialects/dialect.ts';

/** So many messages of all stations together are kept. */
const MOST_MESSAGES = 10_000;

/** They may have so many characters together (8 MiB where they are ASCII). */
const MOST_CHARACTERS = 8 * 2 ** 20;

/** Nobody reads more than the beginning of a longer message here; the log has it whole. */
const LONGEST_TEXT = 8_000;

/** So many calls may wait for their answers at once; one whose answer never came is forgotten. */
const MOST_OPEN_CALLS = 2_000;

/** The last messages of all stations of a process, each answer with the call that it answers. */
export class MessageLog {
  /** From `#first` on; what lies before is forgotten and cut off now and then. */
  #kept: LiveMessage[] = [];
  #first = 0;
  #characters = 0;
  #seq = 0;
  /** Calls without an answer, by station, direction of the call, and message id. */
  readonly #open = new Map<string, LiveMessage>();

  /** Takes what happened on a wire, and gives it back as it is kept. */
  add(station: string, atMs: number, wire: WireEvent): LiveMessage {
    const common = { seq: ++this.#seq, atMs, station, action: wire.action };
    const message: LiveMessage = wire.kind === 'frame' ? this.#frame(common, wire) : mishap(common, wire);
    this.#kept.push(message);
    this.#characters += message.text.length;
    while (this.#kept.length - this.#first > MOST_MESSAGES || this.#characters > MOST_CHARACTERS) this.#forget();
    return message;
  }

  /** The messages of a station, oldest first. */
  of(station: string): readonly LiveMessage[] {
    const found: LiveMessage[] = [];
    for (let index = this.#first; index < this.#kept.length; index++) {
      const message = this.#kept[index];
      if (message?.station === station) found.push(message);
    }
    return found;
  }

  #forget(): void {
    this.#characters -= this.#kept[this.#first]?.text.length ?? 0;
    this.#first++;
    if (this.#first < MOST_MESSAGES) return;
    this.#kept = this.#kept.slice(this.#first);
    this.#first = 0;
  }

  #frame(common: Common, wire: Frame): LiveMessage {
    const { direction, messageType: kind, id } = wire;
    const text = wire.text.slice(0, LONGEST_TEXT);
    const call = kind === 'call' ? undefined : this.#callOf(common.station, direction, id);
    const message = {
      ...common,
      action: common.action ?? call?.action ?? null,
      direction,
      kind,
      id,
      text,
      latencyMs: wire.latencyMs ?? (call === undefined ? null : Math.max(0, common.atMs - call.atMs)),
      connector: call?.connector ?? connectorIn(text),
      problem: kind === 'callError' ? errorIn(text) : null,
      answerTo: call?.seq ?? null,
    };
    if (kind === 'call') this.#remember(message);
    return message;
  }

  #remember(call: LiveMessage): void {
    this.#open.set(keyOf(call.station, call.direction, call.id), call);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN_CALLS && oldest !== undefined) this.#open.delete(oldest);
  }

  /** An answer goes the other way than its call. */
  #callOf(station: string, direction: 'in' | 'out', id: string): LiveMessage | undefined {
    const key = keyOf(station, direction === 'in' ? 'out' : 'in', id);
    const call = this.#open.get(key);
    this.#open.delete(key);
    return call;
  }
}

type Common = Pick<LiveMessage, 'seq' | 'atMs' | 'station' | 'action'>;
type Frame = Extract<WireEvent, { readonly kind: 'frame' }>;

function mishap(common: Common, { what, problem }: Exclude<WireEvent, Frame>): LiveMessage {
  const text = `${what}: ${problem}`.slice(0, LONGEST_TEXT);
  const nothing = { latencyMs: null, connector: null, answerTo: null };
  return { ...common, ...nothing, direction: 'in', kind: 'mishap', id: '', text, problem: text };
}

function keyOf(station: string, direction: string, id: string): string {
  return `${direction} ${id} ${station}`;
}

/** The connector that a message is about, as 1.6 (connectorId) and 2.x (evseId) name it; null when it names none. */
function connectorIn(text: string): number | null {
  const found = /"(?:connectorId|evseId)"\s*:\s*(\d{1,6})/.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/** Code and description of a CALLERROR: `[4, id, code, description, details]`. */
function errorIn(text: string): string {
  const [, code = '', description = ''] =
    /^\[\s*4\s*,\s*"[^"]*"\s*,\s*"([^"]*)"\s*,\s*"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return [code, description].filter((part) => part !== '').join(': ') || 'CALLERROR';
}
