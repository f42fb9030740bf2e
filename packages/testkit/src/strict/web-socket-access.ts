import { isRecord } from '@kerbside/station';
import type { RPCClient } from 'ocpp-rpc';

/** The part of a `ws` WebSocket that misbehaviour needs. */
export interface RawWebSocket {
  close(code: number, reason: string): void;
  terminate(): void;
  pong(data: unknown): void;
  on(event: 'ping', listener: (data: unknown) => void): void;
}

/** The WebSocket below a connection of `ocpp-rpc`, which shows it to nobody; `undefined` when a version hides it elsewhere. */
export function webSocketOf(client: RPCClient): RawWebSocket | undefined {
  const socket: unknown = Reflect.get(client, '_ws');
  return isRecord(socket) && typeof socket['terminate'] === 'function'
    ? (socket as unknown as RawWebSocket)
    : undefined;
}
