import { createServer, type Server, type Socket } from 'node:net';

/** What takes over a connection whose language is known. */
export interface Speakers {
  readonly plain: () => Server;
  readonly secure: () => Server;
}

/** The first byte of every TLS connection (RFC 8446 §5.1: handshake). */
const handshake = 0x16;

/** Serves HTTP and TLS at one port, as the first byte of each connection tells: a station can then go over to TLS and back. */
export function createSharedPort(speakers: Speakers): Server {
  return createServer({ noDelay: true, pauseOnConnect: false }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => handOver(socket, first, speakers));
  });
}

function handOver(socket: Socket, first: Buffer, { plain, secure }: Speakers): void {
  socket.pause();
  socket.unshift(first);
  const server = first[0] === handshake ? secure() : plain();
  server.emit('connection', socket);
  // HTTP and TLS read by themselves once they have it.
  process.nextTick(() => socket.resume());
}
