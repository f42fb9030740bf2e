import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { WebSocketServer } from 'ws';

import type { FromBackend } from './from-backend.ts';

/** A bare backend that answers whatever a start and a backlog need, and tells over the IPC channel when a station boots. */
const now = (): string => new Date().toISOString();
const answers: Readonly<Record<string, () => object>> = {
  BootNotification: () => ({ status: 'Accepted', currentTime: now(), interval: 300 }),
  Heartbeat: () => ({ currentTime: now() }),
  StartTransaction: () => ({ transactionId: 1, idTagInfo: { status: 'Accepted' } }),
};
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
let counted = 0;
server.on('connection', (socket) => {
  // A daemon that is killed resets its connection.
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    const atNs = process.hrtime.bigint();
    const [type, id, action = ''] = JSON.parse(data.toString('utf8')) as [number, string, string?];
    if (type !== 2) return;
    socket.send(JSON.stringify([3, id, answers[action]?.() ?? {}]));
    counted += 1;
    if (action === 'BootNotification') tell({ kind: 'booted', atNs: String(atNs) });
  });
});
process.on('message', () => {
  tell({ kind: 'counted', calls: counted });
  counted = 0;
});
process.on('disconnect', () => process.exit(0));
await once(server, 'listening');
tell({ kind: 'listening', url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp` });

function tell(message: FromBackend): void {
  process.send?.(message);
}
