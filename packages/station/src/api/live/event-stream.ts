import type { Json } from '../../core/json.ts';

/** One event of a `text/event-stream` (HTML standard 9.2). */
export interface StreamEvent {
  readonly name: string;
  readonly data: Json;
  /** What a client that lost its connection names in `Last-Event-ID`. */
  readonly id?: string;
}

/** A client that reads slower than this is cut off, in bytes not yet taken; it comes back and gets the present state. */
const MOST_WAITING = 8 * 2 ** 20;

/** Writes events into a stream that one client reads. */
export class EventStream {
  readonly readable: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly #encoder = new TextEncoder();
  readonly #onEnd: () => void;

  /** `onEnd` is called once, when the client has gone or was cut off, or after `end`. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => this.#ended(),
      },
      { highWaterMark: MOST_WAITING, size: (chunk) => chunk.byteLength },
    );
  }

  send({ name, data, id }: StreamEvent): void {
    // JSON has no line breaks of its own, so that one line of data is enough.
    this.#write(`${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** A comment, which only shows proxies and the client that the stream lives. */
  keepAlive(): void {
    this.#write(': \n\n');
  }

  end(): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    this.#ended();
    controller.close();
  }

  #write(text: string): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    controller.enqueue(this.#encoder.encode(text));
    if ((controller.desiredSize ?? 0) <= 0) this.end();
  }

  #ended(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#onEnd();
  }
}
