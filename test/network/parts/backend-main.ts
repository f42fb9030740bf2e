// A strict backend inside a namespace, with a name server and a listener that never speaks; asked over the channel to its parent.
import { subscribe } from 'node:diagnostics_channel';
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import process from 'node:process';

import { StrictBackend, TcpProxy } from '@kerbside/testkit';

import type { BackendAnswer, BackendQuestion, SeenConnection } from './backend-questions.ts';
import { answerName } from './dns-answer.ts';

const port = 9000;
const backend = new StrictBackend({ host: '::', port, pingIntervalMs: 0 });
const proxy = new TcpProxy({ targetHost: '127.0.0.1', targetPort: port, port: 9002, host: '0.0.0.0' });
const connections: { -readonly [K in keyof SeenConnection]: SeenConnection[K] }[] = [];

subscribe('net.server.socket', (message) => {
  const { socket } = message as { readonly socket: Socket };
  const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const seen = { from, port: socket.localPort ?? 0, openedMs: performance.now(), closedMs: null };
  const kept: (typeof connections)[number] = seen;
  connections.push(kept);
  socket.once('close', () => (kept.closedMs = performance.now()));
});

async function answer(question: BackendQuestion): Promise<unknown> {
  switch (question.ask) {
    case 'ledger':
      return { problems: backend.ledger.problems(), counts: backend.ledger.counts };
    case 'finish':
      return backend.finish();
    case 'calls':
      return backend.frames.calls(question.action).map(({ payload, atMs }) => ({ payload, atMs }));
    case 'connections':
      return connections;
    case 'online':
      return backend.online(question.identity);
    case 'expect':
      return backend.checker.expect(question.expectations);
    case 'rebooted':
      return backend.checker.rebooted(question.identity);
    case 'rules':
      return backend.setRules(question.rules);
    case 'call':
      return backend.call(question.identity, question.action, question.payload);
    case 'latency':
      proxy.latencyMs = question.ms;
      return undefined;
  }
}

/** A name server at an address: knows some names, and says no to others; without names it is silent. */
function serveNames(address: string, names: Readonly<Record<string, string>> | null): void {
  const socket = createSocket('udp4');
  socket.on('message', (query, { address: to, port: at }) => {
    if (names !== null) socket.send(answerName(query, names), at, to);
  });
  socket.bind(53, address);
}

const [, , plan = '{}'] = process.argv;
const servers = JSON.parse(plan) as Readonly<Record<string, Readonly<Record<string, string>> | null>>;
for (const [address, names] of Object.entries(servers)) serveNames(address, names);
createServer(() => {}).listen(9001, '::');
await backend.start();
await proxy.start();
process.on('message', (question: BackendQuestion) => {
  const tell = (told: Omit<BackendAnswer, 'id'>): void => void process.send?.({ id: question.id, ...told });
  answer(question).then(
    (value) => tell({ value: value ?? null }),
    (error: unknown) => tell({ problem: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ id: 0, value: 'ready' });
