import type { Socket } from 'node:net';

import { ocpp16 } from '@kerbside/ocpp/ocpp16';
import { isRecord, type JsonObject } from '@kerbside/station';
import rpc, { type RPCClient } from 'ocpp-rpc';

import { say } from '../say.ts';
import type { BackendLine, LineCallOptions, Reply } from '../csms/backend-line.ts';
import type { Csms } from '../csms/csms.ts';
import { OutgoingCalls } from '../csms/outgoing-calls.ts';
import { replyText } from '../csms/reply-text.ts';
import { asJsonObject } from '../frame-log.ts';
import { CallRefused, TestkitError } from '../testkit-error.ts';
import { webSocketOf, type RawWebSocket } from './web-socket-access.ts';

/** What a line is made from. */
export interface StrictLineOptions {
  readonly csms: Csms;
  readonly client: RPCClient;
  readonly identity: string;
  /** The TCP or TLS socket below. */
  readonly socket: Socket;
}

/** One connection of the strict server: `ocpp-rpc` reads, validates and answers, rules go past it. */
export class StrictLine implements BackendLine {
  readonly identity: string;
  readonly connection: number;
  readonly #csms: Csms;
  readonly #client: RPCClient;
  readonly #webSocket: RawWebSocket;
  readonly #socket: Socket;
  readonly #rawCalls: OutgoingCalls;
  #open = true;
  #deaf = false;
  #pongs = true;

  constructor({ csms, client, identity, socket }: StrictLineOptions) {
    const webSocket = webSocketOf(client);
    if (webSocket === undefined)
      throw new TestkitError('backend.usage', 'This version of ocpp-rpc hides its WebSocket.');
    this.identity = identity;
    this.connection = csms.nextConnection();
    this.#csms = csms;
    this.#client = client;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#rawCalls = new OutgoingCalls(csms.time);
  }

  /** Begins to serve; to be called in the turn in which the connection opened. */
  start(): void {
    const client = this.#client;
    client.on('message', (message: unknown) => this.#message(message));
    client.on('strictValidationFailure', (failure: unknown) => this.#strictFailure(failure));
    client.on('close', () => this.#closed());
    client.handle(
      async ({ messageId = '', method = '', params }) => await this.#serve(messageId, method, asJsonObject(params)),
    );
    this.#webSocket.on('ping', (data) => {
      if (this.#pongs && !this.#deaf && this.#open) this.#webSocket.pong(data);
    });
    this.#csms.opened(this);
  }

  send(text: string): void {
    if (this.#open && !this.#deaf && this.#client.state === rpc.RPCClient.OPEN) this.#client.sendRaw(text);
  }

  async call(action: string, payload: JsonObject, { timeoutMs, raw }: LineCallOptions): Promise<JsonObject> {
    if (raw) return await this.#rawCalls.call(action, payload, timeoutMs, (text) => this.send(text));
    const violation = ocpp16.validateRequest(action, payload);
    if (violation !== undefined)
      throw new TestkitError('call.invalid', `${action}: ${violation.path} ${violation.problem}`);
    try {
      return asJsonObject(await this.#client.call(action, payload, { callTimeoutMs: timeoutMs }));
    } catch (cause) {
      throw callError(action, cause);
    }
  }

  close(code: number, reason: string): void {
    // Not the close of ocpp-rpc: that one waits for answers which a rule may delay for ever.
    this.#webSocket.close(code, reason);
  }

  destroy(): void {
    this.#webSocket.terminate();
  }

  halfOpen(): void {
    this.#deaf = true;
    // Its own pings would end the connection, because their pongs are not read any more.
    Reflect.apply(Reflect.get(this.#client, 'reconfigure'), this.#client, [{ pingIntervalMs: 0 }]);
    this.#socket.pause();
    this.#csms.checker.unreachable(this.identity, this.connection);
  }

  ignorePings(): void {
    this.#pongs = false;
  }

  async #serve(messageId: string, action: string, payload: JsonObject): Promise<Record<string, unknown>> {
    const reply = await this.#csms.serve(this, messageId, action, payload);
    // The answer leaves a few microtasks after this function.
    if (reply.after !== undefined) this.#csms.time.after(0, reply.after);
    if (reply.kind === 'result' && reply.scripted !== true && !this.#deaf) return reply.payload;
    this.#sendReply(messageId, reply);
    return rpc.NOREPLY;
  }

  #sendReply(messageId: string, reply: Reply): void {
    const text = replyText(messageId, reply);
    if (text !== undefined) this.send(text);
  }

  #message(message: unknown): void {
    if (!isRecord(message)) return;
    const text = say(message['message']);
    const outbound = message['outbound'] === true;
    this.#csms.frame(this, outbound ? 'out' : 'in', text);
    if (!outbound) this.#rawCalls.receive(text);
  }

  #strictFailure(failure: unknown): void {
    if (!isRecord(failure)) return;
    const who = failure['outbound'] === true ? 'The backend itself was about to send' : 'The station sent';
    const what = `${say(failure['method'])} ${failure['isCall'] === true ? 'request' : 'response'}`;
    const { error } = failure;
    const problem = `${who} a wrong ${what}: ${error instanceof Error ? error.message : String(error)}.`;
    this.#csms.checker.note('schema.strictServer', this.identity, problem);
  }

  #closed(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#rawCalls.close();
    this.#csms.closed(this);
  }
}

function callError(action: string, cause: unknown): TestkitError {
  if (cause instanceof rpc.TimeoutError)
    return new TestkitError('call.timeout', `${action} was not answered in time.`, { cause });
  const message = cause instanceof Error ? cause.message : String(cause);
  if (isRecord(cause) && typeof cause['rpcErrorCode'] === 'string')
    return new CallRefused(action, cause['rpcErrorCode'], message);
  return new TestkitError('call.lost', `${action}: ${message}`, { cause });
}
