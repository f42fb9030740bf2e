import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

import { connectTo } from '../process/socket-file.ts';

/** What becomes of a line on its way: the lines that arrive instead, or the end of the connection. */
export type Twist = (line: string) => readonly string[] | 'end';

/** A bad influence between a station and a good driver. */
export interface LineProxy {
  readonly toDriver?: Twist;
  readonly toStation?: Twist;
}

const asItIs: Twist = (line) => [line];

/** Listens at a socket and passes lines on to the driver at another, twisted. Returns the way to end it. */
export async function openLineProxy(path: string, driverPath: string, twists: LineProxy): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const server = createServer((station) => {
    sockets.add(station);
    connectTo(driverPath).then(
      (driver) => {
        sockets.add(driver);
        pipe(station, driver, twists.toDriver ?? asItIs);
        pipe(driver, station, twists.toStation ?? asItIs);
      },
      () => station.destroy(),
    );
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  return async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => void server.close(resolve));
  };
}

function pipe(from: Socket, to: Socket, twist: Twist): void {
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
  const lines = createInterface({ input: from });
  lines.on('error', () => to.destroy());
  lines.on('line', (line) => {
    const passed = twist(line);
    if (passed === 'end') from.destroy();
    else for (const each of passed) to.write(`${each}\n`);
  });
}
