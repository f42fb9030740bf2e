import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { WebSocketServer } from 'ws';

import { answers } from './load.ts';
import type { Load } from './load.ts';

/** A backend that does as little as one can: no validation, no ledger. Sends its URL over the IPC channel. */
const answerTexts = new Map(Object.entries(answers).map(([action, answer]) => [action, JSON.stringify(answer)]));
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const [, id, action] = JSON.parse(data.toString('utf8')) as [number, string, Load];
    socket.send(`[3,${JSON.stringify(id)},${answerTexts.get(action) ?? '{}'}]`);
  });
});
await once(server, 'listening');
process.on('disconnect', () => process.exit(0));
process.send?.(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`);
