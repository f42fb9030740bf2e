import { parseFrame } from '@kerbside/ocpp';
import type { Connection, ConnectionListener, JsonObject } from '@kerbside/station';

import type { BackendLine, LineCallOptions } from '../csms/backend-line.ts';
import type { Csms } from '../csms/csms.ts';
import { OutgoingCalls } from '../csms/outgoing-calls.ts';
import { replyText } from '../csms/reply-text.ts';
import { asJsonObject } from '../frame-log.ts';
import { FakeWire } from './fake-wire.ts';

/** What a connection in memory is made from. */
export interface FakeConnectionOptions {
  readonly csms: Csms;
  /** One way, read anew for each message. */
  readonly latencyMs: () => number;
  /** Told when both ends have ended. */
  readonly onOver: (connection: FakeConnection) => void;
  readonly identity: string;
  readonly subProtocol: string;
}

/** One WebSocket in memory: both ends, with the wires between them. */
export class FakeConnection {
  /** The station's end. */
  readonly station: Connection;
  /** The backend's end. */
  readonly line: BackendLine;
  readonly #csms: Csms;
  readonly #onOver: (connection: FakeConnection) => void;
  readonly #toBackend: FakeWire;
  readonly #toStation: FakeWire;
  readonly #calls: OutgoingCalls;
  #listener: ConnectionListener | undefined;
  /** What came before the station listened. */
  readonly #early: ((listener: ConnectionListener) => void)[] = [];
  #stationOpen = true;
  #backendOpen = true;
  #deaf = false;
  #pongs = true;

  constructor({ csms, latencyMs, onOver, identity, subProtocol }: FakeConnectionOptions) {
    this.#csms = csms;
    this.#onOver = onOver;
    this.#toBackend = new FakeWire(csms.time, latencyMs);
    this.#toStation = new FakeWire(csms.time, latencyMs);
    this.#calls = new OutgoingCalls(csms.time);
    this.station = this.#stationEnd(subProtocol);
    this.line = this.#backendEnd(identity, csms.nextConnection());
  }

  get openAtStation(): boolean {
    return this.#stationOpen;
  }

  /** Both directions are dead for ever, and nobody is told. */
  cut(): void {
    this.#toBackend.cutOff();
    this.#toStation.cutOff();
    this.#csms.checker.unreachable(this.line.identity, this.line.connection);
  }

  hold(): void {
    this.#toBackend.hold();
    this.#toStation.hold();
  }

  release(): void {
    this.#toBackend.release();
    this.#toStation.release();
  }

  /** Both ends learn at once that the connection is gone. */
  reset(): void {
    this.cut();
    this.#closeStation(1006, '');
    this.#closeBackend();
  }

  #stationEnd(subProtocol: string): Connection {
    return {
      subProtocol,
      tlsWarnings: [],
      listen: (listener) => {
        this.#listener = listener;
        for (const tell of this.#early.splice(0)) queueMicrotask(() => tell(listener));
      },
      send: (text) => {
        if (this.#stationOpen) this.#toBackend.send(() => this.#receive(text));
      },
      ping: () => {
        if (this.#stationOpen) this.#toBackend.send(() => this.#pong());
      },
      close: (code, reason) => {
        if (!this.#stationOpen) return;
        this.#toBackend.send(() => this.#closeBackend());
        this.#closeStation(code, reason);
      },
      destroy: () => {
        if (!this.#stationOpen) return;
        this.#toBackend.send(() => this.#closeBackend());
        this.#closeStation(1006, '');
      },
    };
  }

  #backendEnd(identity: string, connection: number): BackendLine {
    return {
      identity,
      connection,
      send: (text) => this.#sendToStation(text),
      call: (action, payload, options) => this.#call(action, payload, options),
      close: (code, reason) => this.#endFromBackend(code, reason),
      destroy: () => this.#endFromBackend(1006, ''),
      halfOpen: () => {
        this.#deaf = true;
        this.#csms.checker.unreachable(identity, connection);
      },
      ignorePings: () => {
        this.#pongs = false;
      },
    };
  }

  #sendToStation(text: string): void {
    if (!this.#backendOpen || this.#deaf) return;
    this.#csms.frame(this.line, 'out', text, this.#toStation.cut || !this.#stationOpen);
    this.#toStation.send(() => this.#tell((listener) => listener.text(text)));
  }

  async #call(action: string, payload: JsonObject, { timeoutMs }: LineCallOptions): Promise<JsonObject> {
    return await this.#calls.call(action, payload, timeoutMs, (text) => this.#sendToStation(text));
  }

  #receive(text: string): void {
    if (!this.#backendOpen || this.#deaf) return;
    this.#csms.frame(this.line, 'in', text);
    if (this.#calls.receive(text)) return;
    const parsed = parseFrame(text);
    if (parsed.kind !== 'frame' || parsed.frame.kind !== 'call') return;
    const { id, action, payload } = parsed.frame;
    void this.#serve(id, action, asJsonObject(payload));
  }

  async #serve(id: string, action: string, payload: JsonObject): Promise<void> {
    const reply = await this.#csms.serve(this.line, id, action, payload);
    const text = replyText(id, reply);
    if (text !== undefined) this.#sendToStation(text);
    reply.after?.();
  }

  #pong(): void {
    if (!this.#backendOpen || this.#deaf || !this.#pongs) return;
    this.#toStation.send(() => this.#tell((listener) => listener.pong()));
  }

  #endFromBackend(code: number, reason: string): void {
    if (!this.#backendOpen) return;
    this.#toStation.send(() => this.#closeStation(code, reason));
    this.#closeBackend();
  }

  #closeStation(code: number, reason: string): void {
    if (!this.#stationOpen) return;
    this.#stationOpen = false;
    // As a real socket does: never inside the call that ended it.
    queueMicrotask(() => this.#notify((listener) => listener.closed(code, reason)));
    this.#csms.checker.unreachable(this.line.identity, this.line.connection);
    this.#forgetWhenOver();
  }

  #closeBackend(): void {
    if (!this.#backendOpen) return;
    this.#backendOpen = false;
    this.#calls.close();
    this.#csms.closed(this.line);
    this.#forgetWhenOver();
  }

  #forgetWhenOver(): void {
    if (!this.#stationOpen && !this.#backendOpen) this.#onOver(this);
  }

  #tell(what: (listener: ConnectionListener) => void): void {
    if (!this.#stationOpen) return;
    this.#notify((listener) => {
      if (!this.#stationOpen) return;
      listener.activity();
      what(listener);
    });
  }

  #notify(what: (listener: ConnectionListener) => void): void {
    if (this.#listener === undefined) this.#early.push(what);
    else what(this.#listener);
  }
}
