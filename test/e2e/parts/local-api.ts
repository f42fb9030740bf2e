import { request } from 'node:http';
import { join } from 'node:path';

/** What the daemon of a data folder answers at its local socket, which needs no token. */
export interface LocalAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks the daemon of a data folder. Rejects when none answers. */
export function askDaemon(dataFolder: string, path: string): Promise<LocalAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: join(dataFolder, 'kerbside.sock'), path, timeout: 5_000 }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.once('error', reject);
      incoming.once('end', () =>
        resolve({ status: incoming.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }),
      );
    });
    outgoing.once('error', reject);
    outgoing.once('timeout', () => outgoing.destroy(new Error(`the daemon of ${dataFolder} did not answer`)));
    outgoing.end();
  });
}
