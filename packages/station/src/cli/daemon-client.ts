import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { localSocketPath } from '../api/local-socket.ts';
import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';

/** The daemon's answer. */
export interface DaemonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Longer than the slowest action of the simulator. */
const TIMEOUT_MS = 40_000;
/** A large image is read once more before the answer comes. */
const UPLOAD_TIMEOUT_MS = 600_000;
/** Answers are JSON of a station; whatever is longer is none of ours. */
const MOST_BYTES = 64 * 2 ** 20;

/** How long an answer may take, and what gives the question up. */
interface AskLimits {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Speaks to the daemon of a data folder. */
export class DaemonClient {
  readonly #socketPath: string;

  constructor(dataFolder: string) {
    this.#socketPath = localSocketPath(dataFolder);
  }

  /** Asks the daemon. Throws `daemon.unreachable`; a refusal is an answer too. */
  async ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    limits: AskLimits = {},
  ): Promise<DaemonAnswer> {
    return this.#reached(async () => {
      const incoming = await this.#request(method, path, body, limits);
      const text = await readAll(incoming);
      const isText = incoming.headers['content-type']?.startsWith('text/') === true;
      return { status: incoming.statusCode ?? 0, body: isText ? text : parse(text) };
    });
  }

  /**
   * Hands a file of any length on piece by piece; a refusal is given back and nothing of it handed on.
   * Throws `daemon.unreachable`, also when the file ends too early.
   */
  async download(path: string, take: (piece: Uint8Array) => void): Promise<DaemonAnswer> {
    return this.#reached(async () => {
      const incoming = await this.#request('GET', path, undefined, {});
      const status = incoming.statusCode ?? 0;
      if (status !== 200) return { status, body: parse(await readAll(incoming)) };
      for await (const piece of incoming) take(piece as Uint8Array);
      return { status, body: null };
    });
  }

  /**
   * Sends a file of any length piece by piece. A refusal is an answer too, also one that comes before the file is through.
   * Throws `daemon.unreachable`, or what reading the file threw.
   */
  async upload(
    path: string,
    file: { readonly pieces: AsyncIterable<Uint8Array>; readonly length: number },
    headers: Readonly<Record<string, string>>,
  ): Promise<DaemonAnswer> {
    return this.#reached(async () => {
      const answered = Promise.withResolvers<IncomingMessage>();
      const outgoing = request({
        socketPath: this.#socketPath,
        // A connection for each question: one that was kept would not tell that the daemon has ended.
        agent: false,
        method: 'POST',
        path,
        timeout: UPLOAD_TIMEOUT_MS,
        headers: { ...headers, 'Content-Type': 'application/octet-stream', 'Content-Length': file.length },
      });
      outgoing.once('response', answered.resolve);
      outgoing.once('timeout', () => outgoing.destroy(this.#unreachable('it did not answer in time')));
      // Whoever refuses does not read to the end, and its answer is what counts.
      pipeline(file.pieces, outgoing).catch(answered.reject);
      const incoming = await answered.promise;
      return { status: incoming.statusCode ?? 0, body: parse(await readAll(incoming)) };
    });
  }

  async #request(method: string, path: string, body: unknown, limits: AskLimits): Promise<IncomingMessage> {
    const sent = body === undefined ? '' : JSON.stringify(body);
    const answered = Promise.withResolvers<IncomingMessage>();
    const outgoing = request({
      socketPath: this.#socketPath,
      // A connection for each question: one that was kept would not tell that the daemon has ended.
      agent: false,
      method,
      path,
      timeout: limits.timeoutMs ?? TIMEOUT_MS,
      ...(limits.signal === undefined ? {} : { signal: limits.signal }),
      headers:
        body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent) },
    });
    outgoing.once('response', answered.resolve);
    outgoing.once('error', answered.reject);
    outgoing.once('timeout', () => outgoing.destroy(this.#unreachable('it did not answer in time')));
    outgoing.end(sent);
    return answered.promise;
  }

  async #reached<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw error instanceof KerbsideError ? error : this.#unreachable(reasonOf(error), error);
    }
  }

  #unreachable(reason: string, cause?: unknown): KerbsideError {
    return new KerbsideError('daemon.unreachable', `The daemon at ${this.#socketPath} cannot be reached: ${reason}.`, {
      cause,
    });
  }
}

function reasonOf(error: unknown): string {
  const code = isRecord(error) ? error['code'] : undefined;
  switch (code) {
    case 'ENOENT':
      return 'no daemon has been started there';
    case 'ECONNREFUSED':
      return 'the daemon has ended';
    case 'EACCES':
      return 'only the user who runs the daemon may speak to it';
    default:
      return messageOf(error);
  }
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MOST_BYTES) throw new KerbsideError('internal.bug', 'The answer of the daemon is too long.');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KerbsideError('internal.bug', 'The daemon did not answer in JSON.');
  }
}
