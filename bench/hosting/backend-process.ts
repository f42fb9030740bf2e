import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { WebSocketServer } from 'ws';

import type { Counts, FromBackend, ToBackend } from './from-backend.ts';

/** A bare backend that answers what a start needs, with a heartbeat a minute, and counts. */
const HEARTBEAT_SECONDS = 60;
const now = (): string => new Date().toISOString();
const answers: Readonly<Record<string, () => object>> = {
  BootNotification: () => ({ status: 'Accepted', currentTime: now(), interval: HEARTBEAT_SECONDS }),
  Heartbeat: () => ({ currentTime: now() }),
};
type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const nothing: Counts = { booted: 0, statuses: 0, heartbeats: 0, others: 0, lost: 0 };
let counts: Mutable<Counts> = { ...nothing };
let booted = new Set<string>();
let expected = { stations: Number.POSITIVE_INFINITY, statuses: 0 };
let bootedNs = 0n;
let isComplete = false;

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, backlog: 4_096 });
server.on('connection', (socket, request) => {
  const own = booted;
  // A program that is killed resets its connections.
  socket.on('error', () => {});
  // Those of the program before do not count.
  socket.on('close', () => (counts.lost += own === booted ? 1 : 0));
  socket.on('message', (data: Buffer) => {
    const [type, id, action = ''] = JSON.parse(data.toString('utf8')) as [number, string, string?];
    if (type !== 2) return;
    socket.send(JSON.stringify([3, id, answers[action]?.() ?? {}]));
    count(action, request.url ?? '');
  });
});

function count(action: string, station: string): void {
  if (action === 'StatusNotification') counts.statuses += 1;
  else if (action === 'Heartbeat') counts.heartbeats += 1;
  // That it started, which a station has to tell (OCPP 1.6 security whitepaper), is no disturbance.
  else if (action === 'SecurityEventNotification') return;
  else if (action !== 'BootNotification' || booted.has(station)) counts.others += 1;
  else {
    booted.add(station);
    counts.booted = booted.size;
    if (booted.size === expected.stations) bootedNs = process.hrtime.bigint();
  }
  if (isComplete || bootedNs === 0n || counts.statuses < expected.statuses) return;
  isComplete = true;
  tell({ kind: 'registered', bootedNs: String(bootedNs), completeNs: String(process.hrtime.bigint()) });
}

process.on('message', (message: ToBackend) => {
  if (message.kind === 'count') return tell({ kind: 'counted', counts });
  expected = message;
  counts = { ...nothing };
  booted = new Set();
  bootedNs = 0n;
  isComplete = false;
});
process.on('disconnect', () => process.exit(0));
await once(server, 'listening');
tell({ kind: 'listening', url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp` });

function tell(message: FromBackend): void {
  process.send?.(message);
}
