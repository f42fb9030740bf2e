import type { Socket } from 'node:net';

import { isRecord } from '../../core/json.ts';
import type { Cancel, Time } from '../../core/time.ts';
import { heartbeatMs, protocolVersion } from '../process/driver-protocol.ts';
import { LineReader } from '../process/line-reader.ts';
import { requestLine } from '../process/rpc-message.ts';
import { connectTo } from '../process/socket-file.ts';
import { wait } from '../wait.ts';
import { CaseFailure, expect } from './verdict.ts';

/** A line that came. */
export interface HeardLine {
  readonly atMs: number;
  /** What it says; null for a line that is no JSON object. */
  readonly message: Readonly<Record<string, unknown>> | null;
  readonly text: string;
}

/** How a request was answered. */
export interface ProbeAnswer {
  readonly result: unknown;
  /** Null when it was done. */
  readonly error: { readonly code: unknown; readonly message: string } | null;
}

/** A connection that says exactly what it is told, also what a station would never say. */
export class WireProbe {
  readonly heard: HeardLine[] = [];
  readonly #socket: Socket;
  readonly #time: Time;
  readonly #reader = new LineReader();
  #nextId = 1;
  #ended = false;
  #cancelBeat: Cancel = () => undefined;

  private constructor(socket: Socket, time: Time) {
    this.#socket = socket;
    this.#time = time;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', () => (this.#ended = true));
    socket.on('close', () => (this.#ended = true));
  }

  /** Connects; with heartbeats unless told otherwise. */
  static async open(path: string, time: Time, options: { readonly heartbeats?: boolean } = {}): Promise<WireProbe> {
    const probe = new WireProbe(await connectTo(path), time);
    if (options.heartbeats ?? true) probe.#beat();
    return probe;
  }

  /** Whether the driver closed the connection. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Writes what it is given. */
  write(text: string): void {
    if (!this.#ended) this.#socket.write(text);
  }

  /** No more heartbeats from here on. */
  fallSilent(): void {
    this.#cancelBeat();
  }

  /** Sends a request and gives back its id. */
  send(method: string, params: unknown): number {
    const id = this.#nextId++;
    this.write(requestLine(method, params, id));
    return id;
  }

  /** The lines that answer a request. */
  answers(id: number): readonly HeardLine[] {
    return this.heard.filter(({ message }) => message?.['id'] === id && !('method' in message));
  }

  /** Waits for the answer to a request. */
  async answer(id: number, what: string, limitMs = 5_000): Promise<ProbeAnswer> {
    await this.until(`an answer to ${what}`, limitMs, () => this.answers(id).length > 0);
    const message = this.answers(id)[0]?.message ?? {};
    const { error } = message;
    if (!isRecord(error)) {
      expect('result' in message, `${what} was answered with neither result nor error`);
      return { result: message['result'], error: null };
    }
    return { result: undefined, error: { code: error['code'], message: String(error['message']) } };
  }

  /** Sends a request and waits for its answer. */
  ask(method: string, params: unknown, limitMs?: number): Promise<ProbeAnswer> {
    return this.answer(this.send(method, params), method, limitMs);
  }

  /** Becomes the driver's station. */
  async startAsStation(): Promise<void> {
    const { error } = await this.ask('start', { protocol: protocolVersion });
    expect(error === null, `start was refused: ${error?.message ?? ''}`);
  }

  /** Waits until the condition holds; fails when the driver closes the connection before. */
  async until(what: string, limitMs: number, condition: () => boolean): Promise<void> {
    const endMs = this.#time.monotonicMs() + limitMs;
    while (!condition()) {
      if (this.#ended) throw new CaseFailure(`the driver closed the connection before ${what}`);
      expect(this.#time.monotonicMs() < endMs, `${what} did not come within ${limitMs / 1_000} s`);
      await wait(this.#time, 10, []);
    }
  }

  /** The heartbeats that came. */
  heartbeats(): readonly HeardLine[] {
    return this.heard.filter(({ message }) => message?.['method'] === '$/heartbeat');
  }

  /** Ends the connection at once, as a process that is killed. May be called twice. */
  close(): void {
    this.#cancelBeat();
    this.#ended = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const atMs = this.#time.monotonicMs();
    for (const line of this.#reader.push(chunk)) {
      const text = line.kind === 'line' ? line.text : '';
      this.heard.push({ atMs, text, message: parse(text) });
    }
  }

  #beat(): void {
    this.write(requestLine('$/heartbeat', {}));
    this.#cancelBeat = this.#time.after(heartbeatMs, () => this.#beat());
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
