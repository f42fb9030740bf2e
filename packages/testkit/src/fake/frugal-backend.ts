import { isRecord, type Connection, type ConnectionListener, type JsonObject, type Time, type Transport } from '@kerbside/station';

/**
 * A backend that answers everything well and remembers nothing but counts: for stories that are too long for a log of frames.
 * It has one station.
 */
export class FrugalBackend {
  readonly transport: Transport = { connect: () => Promise.resolve(this.#connect()) };
  /** How many CALLs of each action came; MeterValues by their context and connector too, as `Trigger 1`. */
  readonly counts = new Map<string, number>();
  /** How many answers of each kind came, as `TriggerMessage Accepted`. */
  readonly answers = new Map<string, number>();
  /** The last MeterValues of each connector. */
  readonly latest = new Map<unknown, JsonObject>();
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
      send: (text) => this.#receive(JSON.parse(text)),
      ping: () => queueMicrotask(() => this.#listener?.pong()),
      close: (code, reason) => this.#listener?.closed(code, reason),
      destroy: () => this.#listener?.closed(1006, ''),
    };
  }

  #receive(frame: unknown): void {
    if (!Array.isArray(frame)) return;
    const [type, id, body, payload] = frame as unknown[];
    if (type === 2 && typeof id === 'string' && typeof body === 'string' && isRecord(payload)) {
      this.#count(body, payload);
      this.#tell([3, id, this.#answer(body)]);
    } else if (typeof id === 'string') {
      const outcome = type === 3 && isRecord(body) ? String(body['status']) : `error ${String(body)}`;
      add(this.answers, `${this.#asked.get(id) ?? 'nothing'} ${outcome}`);
      this.#asked.delete(id);
    }
  }

  #count(action: string, payload: JsonObject): void {
    add(this.counts, action);
    const readings = payload['meterValue'];
    if (action !== 'MeterValues' || !Array.isArray(readings) || !isRecord(readings[0])) return;
    const values = readings[0]['sampledValue'];
    const context = Array.isArray(values) && isRecord(values[0]) ? String(values[0]['context']) : '';
    add(this.counts, `${context} ${String(payload['connectorId'])}`);
    this.latest.set(payload['connectorId'], payload);
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
