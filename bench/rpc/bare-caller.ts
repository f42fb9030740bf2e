import { once } from 'node:events';

import { WebSocket } from 'ws';

// The very validators that the product uses, without anything of ours around them.
import { validators } from '../../packages/ocpp/src/ocpp16/generated/validators.js';
import type { Caller } from './contestant.ts';
import type { Load } from './load.ts';
import { payloads } from './load.ts';

interface Pending {
  readonly load: Load;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The least code that calls and validates both ways: no time-out, no queue, no care for odd frames. */
export async function openBareCaller(url: string): Promise<Caller> {
  const socket = new WebSocket(url, ['ocpp1.6'], { perMessageDeflate: false });
  const pending = new Map<string, Pending>();
  let lastId = 0;
  socket.on('message', (data: Buffer) => {
    const [type, id, payload] = JSON.parse(data.toString('utf8')) as [number, string, unknown];
    const call = pending.get(id);
    if (call === undefined) return;
    pending.delete(id);
    if (type === 3 && validators[call.load]?.response(payload) === true) call.resolve(payload);
    else call.reject(new RangeError(`${call.load} was answered wrongly`));
  });
  await once(socket, 'open');
  return {
    call: (load) => {
      const payload = payloads[load];
      if (validators[load]?.request(payload) !== true) throw new RangeError(`${load} breaks its schema`);
      const id = String(++lastId);
      return new Promise((resolve, reject) => {
        pending.set(id, { load, resolve, reject });
        socket.send(JSON.stringify([2, id, load, payload]));
      });
    },
    close: () => socket.terminate(),
  };
}
