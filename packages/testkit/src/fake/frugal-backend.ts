import type { Connection, ConnectionListener, JsonObject, Time, Transport } from '@kerbside/station';

/**
 * A backend that answers everything well and remembers nothing but counts: for stories that are too long for a log of frames.
 * It has one station.
 */
export class FrugalBackend {
  readonly transport: Transport = { connect: () => Promise.resolve(this.#connect()) };
  /** How many CALLs of each action came; MeterValues by their context and connector too, as `Trigger 1`. */
  readonly counts: Map<string, number> = new Map<string, number>();
  /** How many answers of each kind came, as `TriggerMessage Accepted`. */
  readonly answers: Map<string, number> = new Map<string, number>();
  readonly #time: Time;
  readonly #asked = new Map<string, string>();
  #listener: ConnectionListener | null = null;
  #messageId = 0;
  #transactionId = 0;

  constructor(time: Time) {
    this.#time = time;
  }

  /** How many CALLs of this backend wait for their answer. */
  get unanswered(): number {
    return this.#asked.size;
  }

  /** Sends a CALL; its answer is counted. */
  call(action: string, payload: JsonObject): void {
    const id = `b${this.#messageId++}`;
    this.#asked.set(id, action);
    this.#tell([2, id, action, payload]);
  }

  #connect(): Connection {
    return {
      subProtocol: 'ocpp1.6',
      tlsWarnings: [],
      listen: (listener) => {
        this.#listener = listener;
      },
      send: (text) => this.#receive(text),
      ping: () => queueMicrotask(() => this.#listener?.pong()),
      close: (code, reason) => this.#listener?.closed(code, reason),
      destroy: () => this.#listener?.closed(1006, ''),
    };
  }

  /** Looks only at what it counts: a week of messages is not worth parsing. */
  #receive(text: string): void {
    const [, type, id = '', action = ''] = /^\[([234]),"([^"]*)"(?:,"(\w*)")?/.exec(text) ?? [];
    if (type === '2') {
      add(this.counts, action);
      if (action === 'MeterValues') add(this.counts, `${wordAfter(text, 'context')} ${wordAfter(text, 'connectorId')}`);
      this.#tell([3, id, this.#answer(action)]);
    } else {
      const outcome = type === '3' ? wordAfter(text, 'status') : `error ${action}`;
      add(this.answers, `${this.#asked.get(id) ?? 'nothing'} ${outcome}`);
      this.#asked.delete(id);
    }
  }

  #answer(action: string): JsonObject {
    const idTagInfo = { status: 'Accepted' };
    const currentTime = new Date(this.#time.systemWallMs()).toISOString();
    switch (action) {
      case 'BootNotification':
        return { status: 'Accepted', currentTime, interval: 300 };
      case 'Heartbeat':
        return { currentTime };
      case 'StartTransaction':
        return { transactionId: ++this.#transactionId, idTagInfo };
      case 'Authorize':
        return { idTagInfo };
      default:
        return {};
    }
  }

  #tell(frame: readonly unknown[]): void {
    const text = JSON.stringify(frame);
    queueMicrotask(() => {
      this.#listener?.activity();
      this.#listener?.text(text);
    });
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The first value of a member, without quotes. */
function wordAfter(text: string, member: string): string {
  const from = text.indexOf(`"${member}":`) + member.length + 3;
  return /^"?([^",}]*)/.exec(text.slice(from, from + 40))?.[1] ?? '';
}
