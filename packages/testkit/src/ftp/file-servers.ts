import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A port on this machine on which something listens until the test ends. */
export interface Listening {
  readonly port: number;
}

/** An HTTP server, with a certificate an HTTPS server. */
export async function serveHttp(
  context: TestContext,
  answer: RequestListener,
  certificate?: { readonly cert: string; readonly key: string },
): Promise<Listening> {
  const server: Server = certificate === undefined ? createServer(answer) : createSecureServer(certificate, answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port };
}

/** A server that does with each connection what is wanted, in no protocol. */
export async function serveSockets(context: TestContext, take: (socket: Socket) => void): Promise<Listening> {
  const open = new Set<Socket>();
  const server = createSocketServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    take(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  context.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port };
}

/** An FTP server that takes every login and answers the commands named with the replies given; others succeed where they can. */
export function serveFtp(context: TestContext, replies: Readonly<Record<string, string>>): Promise<Listening> {
  return serveSockets(context, (socket) => {
    socket.write('220 ready\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk
        .toString('utf8')
        .split('\r\n')
        .filter((each) => each !== '')) {
        const [command = ''] = line.toUpperCase().split(' ');
        const reply = replies[command] ?? usualReplies[command] ?? '502 not implemented';
        if (reply === 'hang') continue;
        if (reply === 'cut') socket.destroy();
        else socket.write(`${reply}\r\n`);
      }
    });
  });
}

const usualReplies: Readonly<Record<string, string>> = {
  USER: '331 password',
  PASS: '230 logged in',
  TYPE: '200 ok',
  STRU: '200 ok',
  OPTS: '200 ok',
  CWD: '250 ok',
  MKD: '257 ok',
  PWD: '257 "/"',
  SIZE: '213 5',
  QUIT: '221 bye',
};
