import { messageOf } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Cancel } from '../../core/time.ts';
import type { ApiHost, ApiStation } from '../host-port.ts';
import { toJson } from '../to-json.ts';
import { EventStream } from './event-stream.ts';
import type { ApiRole } from '../token-gate.ts';
import { messageViewer, type ShowMessage } from './shown-message.ts';
import type { SharedReadings } from './shared-readings.ts';
import type { LiveChange, LiveMessage, LiveSource } from './live-source.ts';

/** What a view is made from. */
export interface LiveViewDeps {
  readonly host: ApiHost;
  readonly source: LiveSource;
  readonly after: (delayMs: number, callback: () => void) => Cancel;
  readonly readings: SharedReadings;
}

/** What a client asked to see. */
export interface LiveRequest {
  /** The station whose whole state and messages are wanted; null: only the summaries of all. */
  readonly station: string | null;
  readonly role: ApiRole;
  /** Whether the client is still let in; a view of somebody who is not ends soon. Absent: for ever. */
  readonly mayGoOn?: () => boolean;
  /** The id of the last event that the client got; null at its first connection. */
  readonly lastEventId: string | null;
}

/** So many messages come at once when a view is opened. */
const FIRST_MESSAGES = 200;

/** Changes that come within this time make one event (ms). */
const TOGETHER_MS = 200;

/** Meter readings change without an event of their own, so that what is shown is read anew so often (ms). */
const REFRESH_MS = 2_000;

/** People see power and currents move (ms). */
const READINGS_MS = 1_000;

/** Proxies cut streams that are silent for longer than some tens of seconds. */
const KEEP_ALIVE_MS = 15_000;

/** One client's live view: all stations in short, one of them in full with its messages. */
export class LiveView {
  readonly #deps: LiveViewDeps;
  readonly #request: LiveRequest;
  readonly #stream: EventStream;
  #unsubscribe: () => void = () => undefined;
  readonly #dirty = new Set<string>();
  /** What the client was told of each station last, so that it is told only what changed. */
  readonly #told = new Map<string, string>();
  #cancelFlush: Cancel | undefined;
  #isOver = false;
  #show: ShowMessage | undefined;
  #cancelRefresh: Cancel = () => undefined;
  #cancelKeepAlive: Cancel = () => undefined;
  #cancelReadings: Cancel = () => undefined;

  constructor(deps: LiveViewDeps, request: LiveRequest, onEnd: () => void) {
    this.#deps = deps;
    this.#request = request;
    this.#stream = new EventStream(() => {
      this.#release();
      onEnd();
    });
  }

  /** Tells the present, and from now on what changes. */
  start(): void {
    this.#unsubscribe = this.#deps.source.subscribe((change) => this.#changed(change));
    this.#refreshLater();
    this.#keepAliveLater();
    this.#readingsLater();
    this.#tellAll();
    this.#tellMessages();
  }

  get readable(): ReadableStream<Uint8Array> {
    return this.#stream.readable;
  }

  /** Ends the stream from this side. */
  end(): void {
    this.#stream.end();
  }

  #release(): void {
    this.#unsubscribe();
    this.#cancelFlush?.();
    this.#cancelRefresh();
    this.#cancelKeepAlive();
    this.#cancelReadings();
    this.#isOver = true;
  }

  get #watched(): ApiStation | null {
    const { station } = this.#request;
    return station === null ? null : this.#deps.host.find(station);
  }

  #changed(change: LiveChange): void {
    if (change.kind === 'message') {
      if (change.message.station === this.#watched?.key) this.#tellMessage(change.message);
      return;
    }
    this.#dirty.add(change.station);
    this.#cancelFlush ??= this.#deps.after(TOGETHER_MS, () => this.#flush());
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    const keys = new Set(this.#dirty);
    this.#dirty.clear();
    this.#tellProcess();
    for (const station of this.#deps.host.stations()) if (keys.has(station.key)) this.#tellStation(station);
  }

  #tellAll(): void {
    this.#tellProcess();
    for (const station of this.#deps.host.stations()) this.#tellStation(station);
  }

  #tellProcess(): void {
    const { host } = this.#deps;
    const names = host.stations().map((station) => station.name);
    const problems = host.configurationProblems;
    this.#tellOnce('', 'process', toJson({ version: host.version, problems, stations: names }));
  }

  #tellStation(station: ApiStation): void {
    const whole = station.key === this.#watched?.key;
    this.#tellOnce(`summary ${station.key}`, 'summary', summaryOf(station));
    if (whole) this.#tellOnce(`station ${station.key}`, 'station', stateOf(station));
  }

  /** The time of the clock alone is no news. */
  #tellOnce(key: string, name: string, data: Json): void {
    const text = JSON.stringify(data, (field, value: unknown) => (field === 'clock' ? undefined : value));
    if (this.#told.get(key) === text) return;
    this.#told.set(key, text);
    this.#stream.send({ name, data });
  }

  #tellMessages(): void {
    const station = this.#watched;
    if (station === null) return;
    const { source } = this.#deps;
    const [epoch, seq] = (this.#request.lastEventId ?? '').split('-');
    const after = epoch === source.epoch && seq !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : null;
    const messages = source.messages(station.key, after);
    // Older ones are asked for when somebody wants to see them.
    for (const message of after === null ? messages.slice(-FIRST_MESSAGES) : messages) this.#tellMessage(message);
  }

  #tellMessage(message: LiveMessage): void {
    const id = `${this.#deps.source.epoch}-${message.seq}`;
    const station = this.#watched;
    if (station === null) return;
    this.#show ??= messageViewer(station, this.#request.role, this.#deps.source.epoch);
    this.#stream.send({ name: 'message', id, data: toJson(this.#show(message)) });
  }

  #refreshLater(): void {
    this.#cancelRefresh = this.#deps.after(REFRESH_MS, () => {
      const watched = this.#watched;
      if (watched !== null) this.#tellStation(watched);
      this.#refreshLater();
    });
  }

  /** The next reading begins when the last one has ended: a slow meter is not asked twice at once. */
  #readingsLater(): void {
    this.#cancelReadings = this.#deps.after(READINGS_MS, () => void this.#tellReadings());
  }

  async #tellReadings(): Promise<void> {
    const watched = this.#watched;
    if (watched === null) return;
    const evses = await this.#deps.readings.of(watched);
    if (this.#isOver) return;
    this.#tellOnce('readings', 'readings', toJson({ evses }));
    this.#readingsLater();
  }

  #keepAliveLater(): void {
    this.#cancelKeepAlive = this.#deps.after(KEEP_ALIVE_MS, () => {
      if (this.#request.mayGoOn?.() === false) {
        this.#stream.end();
        return;
      }
      this.#stream.keepAlive();
      this.#keepAliveLater();
    });
  }
}

/** A station in a line of a list. One that has just been made anew may have no state yet. */
function summaryOf(station: ApiStation): Json {
  const { name } = station;
  try {
    const { simulated, notReady, link, registration, evses, outbox, blocked, freeCharging } = station.status();
    return toJson({
      name,
      simulated,
      notReady,
      link: { kind: link.kind, reason: link.reason },
      registration,
      blocked,
      freeCharging,
      evses: evses.map(({ id, status, errorCode }) => ({ id, status, errorCode })),
      outbox: { waiting: outbox.waiting, parked: outbox.parked },
    });
  } catch (error) {
    return { name, notReady: [messageOf(error)] };
  }
}

function stateOf(station: ApiStation): Json {
  try {
    return toJson(station.status());
  } catch (error) {
    return { name: station.name, notReady: [messageOf(error)] };
  }
}
