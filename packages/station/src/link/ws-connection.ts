import type { Socket } from 'node:net';

import type { WebSocket } from 'ws';

import { codeOf } from './attempt.ts';
import type { TlsJudgement } from './tls-policy.ts';
import type { Connection, ConnectionListener } from './transport.ts';

/** Close codes (RFC 6455 §7.4.1) for what `ws` refuses to read. */
const codeOfError: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
};
/** A close reason is at most 123 bytes (RFC 6455 §5.5). */
const LONGEST_REASON_BYTES = 123;

/** What carries a WebSocket. */
export interface Carrier {
  readonly tcp: Socket;
  /** Where the bytes of frames come from: the TCP socket or the TLS socket on top of it. */
  readonly stream: Socket;
  readonly judgement: TlsJudgement | undefined;
}

type Told = (listener: ConnectionListener) => void;

/** An open `ws` socket as a `Connection`. What happens before `listen` is kept for it. */
export class WsConnection implements Connection {
  readonly subProtocol: string;
  readonly tlsWarnings: readonly string[];
  readonly tlsValidity?: { readonly notBeforeMs: number; readonly notAfterMs: number };
  readonly tlsAnchor?: string;
  readonly #socket: WebSocket;
  #destroyed = false;
  readonly #tcp: Socket;
  #listener: ConnectionListener | undefined;
  #kept: Told[] = [];
  #refused: { readonly code: number; readonly reason: string } | undefined;

  constructor(parts: Carrier & { readonly socket: WebSocket }) {
    const { socket, stream, tcp, judgement } = parts;
    this.#socket = socket;
    this.#tcp = tcp;
    this.subProtocol = socket.protocol;
    this.tlsWarnings = judgement?.warnings ?? [];
    if (judgement?.validity !== undefined) this.tlsValidity = judgement.validity;
    if (typeof judgement?.anchor === 'string') this.tlsAnchor = judgement.anchor;
    stream.on('data', () => this.#tell((listener) => listener.activity()));
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#message(data, isBinary));
    socket.on('pong', () => this.#tell((listener) => listener.pong()));
    socket.on('error', (error) => {
      this.#refused ??= { code: codeOfError[codeOf(error)] ?? 1002, reason: error.message };
    });
    socket.on('close', (code: number, reason: Buffer) => this.#closed(code, reason.toString('utf8')));
  }

  listen(listener: ConnectionListener): void {
    this.#listener = listener;
    for (const told of this.#kept.splice(0)) told(listener);
  }

  send(text: string): void {
    // A socket that is closing tells its end by `closed`; the callback keeps `ws` from throwing.
    if (!this.#destroyed) this.#socket.send(text, () => {});
  }

  ping(): void {
    if (!this.#destroyed && this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  close(code: number, reason: string): void {
    if (!this.#destroyed) this.#socket.close(code, shorten(reason));
  }

  /**
   * With a reset: what the kernel still holds for the backend is thrown away, so that it cannot arrive later and double. Only
   * the TCP socket is touched and TLS and `ws` hear of it: Node 24 crashes (SIGSEGV) when a TLS socket is destroyed or
   * written right after the socket below it.
   */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#tcp.resetAndDestroy();
  }

  #message(data: Buffer, isBinary: boolean): void {
    if (this.#refused !== undefined) return;
    if (!isBinary) return this.#tell((listener) => listener.text(data.toString('utf8')));
    // T-07: OCPP-J is text.
    this.#refused = { code: 1003, reason: 'a binary frame arrived' };
    this.#socket.close(1003, 'text frames only');
  }

  #closed(code: number, reason: string): void {
    const end = this.#refused ?? { code, reason };
    this.#tell((listener) => listener.closed(end.code, end.reason));
  }

  #tell(told: Told): void {
    if (this.#listener === undefined) this.#kept.push(told);
    else told(this.#listener);
  }
}

/** Cut at the end of a code point. */
function shorten(reason: string): string {
  const bytes = Buffer.from(reason).subarray(0, LONGEST_REASON_BYTES);
  return new TextDecoder().decode(bytes, { stream: true });
}
