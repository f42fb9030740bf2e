import { RpcPeer } from '@kerbside/ocpp';
import { ocpp16 } from '@kerbside/ocpp/ocpp16';

import { createSystemTime } from '../../packages/station/src/core/system-time.ts';
import type { Connection } from '../../packages/station/src/link/transport.ts';
import { createWsTransport } from '../../packages/station/src/link/ws-transport.ts';
import type { Caller } from './contestant.ts';
import { payloads } from './load.ts';

const time = createSystemTime();
const transport = createWsTransport({ time });

/** A connection as the daemon opens it. */
export function connect(url: string): Promise<Connection> {
  const request = { url, subProtocols: ['ocpp1.6'], compression: false, maxPayloadBytes: 2 ** 20 };
  return transport.connect(request, new AbortController().signal);
}

/** `RpcPeer` over our transport, without an observer. */
export async function openKerbsideCaller(url: string): Promise<Caller> {
  const connection = await connect(url);
  const peer = new RpcPeer({
    protocol: ocpp16,
    transport: connection,
    timers: time,
    handleCall: async () => ({ kind: 'error', code: 'NotSupported', description: 'Nobody calls here.' }),
  });
  connection.listen({
    text: (text) => peer.receive(text),
    pong: () => {},
    activity: () => {},
    closed: () => peer.close(),
  });
  let lastId = 0;
  return {
    call: async (load) => {
      const outcome = await peer.call(load, payloads[load], { id: String(++lastId), timeoutMs: 30_000 });
      if (outcome.kind !== 'result') throw new RangeError(`${load} ended as ${outcome.kind}`);
    },
    close: () => connection.destroy(),
  };
}
