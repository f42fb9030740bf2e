import { parseArgs } from 'node:util';

import { LedgerFile } from './ledger/ledger-file.ts';
import { ControlApi } from './strict/control-api.ts';
import { StrictBackend } from './strict/strict-backend.ts';
import { TestkitError } from './testkit-error.ts';

/**
 * A strict backend as a process of its own: `backend-main.ts --port N --http N --ledger FILE`. Prints one line of JSON with
 * `url` and `controlUrl` when it is ready, and ends on SIGTERM or SIGINT. It may be killed at any moment: what it answered
 * is in the ledger file.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      http: { type: 'string', default: '0' },
      ledger: { type: 'string' },
    },
  });
  const file = values.ledger === undefined ? undefined : new LedgerFile(values.ledger);
  const backend = new StrictBackend({
    host: values.host,
    port: portOf(values.port),
    ...(file === undefined ? {} : { onLedgerEntry: (entry) => file.append(entry) }),
  });
  if (file !== undefined) backend.recall(file.entries);
  await backend.start();
  const control = new ControlApi(backend, portOf(values.http));
  await control.start();
  process.stdout.write(`${JSON.stringify({ url: backend.url, controlUrl: control.url })}\n`);
  const stop = async (): Promise<void> => {
    await control.close();
    await backend.close();
    file?.close();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new TestkitError('backend.usage', `${text} is no port; give 0 for any free one.`);
}

await main();
