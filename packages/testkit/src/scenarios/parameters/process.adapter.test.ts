import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { isRecord } from '@kerbside/station';

import { StrictBackend } from '../../strict/strict-backend.ts';

const main = fileURLToPath(import.meta.resolve('@kerbside/station')).replace(/index\.[tj]s$/, 'main.ts');
const readyMs = 30_000;

/** A daemon in a process of its own, with simulated hardware and a data folder that nobody else has. */
class Daemon {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kerbside-parameters-'));
  readonly #child: ChildProcess;
  #output = '';

  constructor(environment: Readonly<Record<string, string>>, options: readonly string[] = []) {
    const { PATH = '' } = process.env;
    const program = ['--conditions=source', '--disable-warning=ExperimentalWarning', main, 'run', '--simulate'];
    this.#child = spawn(process.execPath, [...program, '--data', this.#folder, '--identity', 'CS-1', ...options], {
      env: { PATH, KERBSIDE_API_PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  get output(): string {
    return this.#output;
  }

  /** The lines of the log by level. */
  levels(): ReadonlySet<string> {
    const lines = this.#output.split('\n').filter((line) => line.startsWith('{'));
    return new Set(lines.map((line) => fieldOf(line, 'level')));
  }

  /** Where the API listens. */
  async url(): Promise<string> {
    let url: string | undefined;
    await eventually(
      'the API to listen',
      () => {
        url = this.#output.split('\n').find((line) => line.includes('The API listens'));
        return url !== undefined;
      },
      () => this.#output,
    );
    return fieldOf(url ?? '', 'url');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function fieldOf(line: string, name: string): string {
  const entry: unknown = JSON.parse(line);
  const value = isRecord(entry) ? entry[name] : undefined;
  assert.ok(typeof value === 'string', `${name} in ${line}`);
  return value;
}

async function eventually(what: string, condition: () => boolean, context: () => string): Promise<void> {
  const endMs = performance.now() + readyMs;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `waited in vain for ${what}\n${context()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** Plays with a daemon and ends it. */
async function withDaemon(
  environment: Readonly<Record<string, string>>,
  story: (daemon: Daemon) => Promise<void>,
  options: readonly string[] = [],
): Promise<void> {
  const daemon = new Daemon(environment, options);
  try {
    await story(daemon);
  } finally {
    await daemon.stop();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** The HTTP status of a change of a parameter that only the manufacturer may change, and of reading one. */
async function statusesWith(url: string, token: string): Promise<{ readonly read: number; readonly write: number }> {
  const parameter = `${url}/api/v1/stations/CS-1/parameters/station.vendor`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const read = await fetch(parameter, { headers });
  const write = await fetch(parameter, { method: 'PUT', headers, body: JSON.stringify({ value: 'Example Motors' }) });
  return { read: read.status, write: write.status };
}

const operatorToken = 'operator-0123456789abcdef';
const manufacturerToken = 'manufacturer-0123456789abcdef';

test('api.port: the API listens there', async () => {
  const port = await freePort();
  await withDaemon({ KERBSIDE_API_PORT: String(port) }, async (daemon) => {
    assert.equal(await daemon.url(), `http://127.0.0.1:${port}`);
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  });
});

test('api.host: the API listens at that address only', { skip: process.platform !== 'linux' }, async () => {
  await withDaemon({ KERBSIDE_API_HOST: '127.0.0.2' }, async (daemon) => {
    const url = await daemon.url();
    assert.equal(new URL(url).hostname, '127.0.0.2');
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    await assert.rejects(fetch(`${url.replace('127.0.0.2', '127.0.0.1')}/healthz`));
  });
});

/** The HTTP status of an address of HTTPS, whoever has signed its certificate. */
async function statusOf(url: string): Promise<number | undefined> {
  const answered = Promise.withResolvers<number | undefined>();
  const outgoing = get(url, { rejectUnauthorized: false, agent: false }, (incoming) => {
    incoming.resume();
    answered.resolve(incoming.statusCode);
  });
  outgoing.once('error', answered.reject);
  return answered.promise;
}

test('api.tls: on serves HTTPS with a certificate of the device, and sends plain HTTP over to it', async () => {
  await withDaemon({ KERBSIDE_API_TLS: 'on' }, async (daemon) => {
    const url = await daemon.url();
    assert.match(url, /^https:/);
    assert.equal(await statusOf(`${url}/healthz`), 200);
    const plain = await fetch(`${url.replace('https', 'http')}/healthz`, { redirect: 'manual' });
    assert.deepEqual([plain.status, plain.headers.get('location')], [308, `${url}/healthz`]);
  });
});

const [interfaceName = '', atInterface = ''] =
  Object.entries(networkInterfaces())
    .flatMap(([name, found = []]) => found.map((each) => ({ ...each, name })))
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ name, address }) => [name, address])[0] ?? [];

test(
  'api.commissioningInterface: a new device is served there too, until it is set up',
  { skip: interfaceName === '' },
  async () => {
    await withDaemon({ KERBSIDE_API_COMMISSIONING_INTERFACE: interfaceName }, async (daemon) => {
      const url = (await daemon.url()).replace('127.0.0.1', atInterface);
      await eventually(
        'the interface',
        () => daemon.output.includes(`The API listens at ${url}`),
        () => daemon.output,
      );
      const session: unknown = await (await fetch(`${url}/api/v1/session`)).json();
      assert.deepEqual(
        isRecord(session) && isRecord(session['commissioning']) && session['commissioning']['open'],
        true,
      );
    });
    await withDaemon({}, async (daemon) => {
      const url = (await daemon.url()).replace('127.0.0.1', atInterface);
      await assert.rejects(fetch(`${url}/api/v1/session`));
    });
  },
);

test('api.operatorToken: it opens what an operator may do, and another token nothing', async () => {
  await withDaemon({ KERBSIDE_API_OPERATOR_TOKEN: operatorToken }, async (daemon) => {
    const url = await daemon.url();
    assert.deepEqual(await statusesWith(url, operatorToken), { read: 200, write: 403 });
    assert.deepEqual(await statusesWith(url, 'some-other-token-0123456789'), { read: 401, write: 401 });
    assert.ok(!daemon.output.includes(operatorToken), 'a configured token is not printed');
  });
});

test('api.manufacturerToken: it opens what the manufacturer may do', async () => {
  await withDaemon({ KERBSIDE_API_MANUFACTURER_TOKEN: manufacturerToken }, async (daemon) => {
    assert.deepEqual(await statusesWith(await daemon.url(), manufacturerToken), { read: 200, write: 200 });
  });
});

const backend = new StrictBackend();
await backend.start();
after(() => backend.close());

for (const [level, expected] of [
  ['error', []],
  ['info', ['info']],
  ['debug', ['debug', 'info']],
] as const) {
  test(`log.level: ${level} writes ${expected.length === 0 ? 'nothing of a healthy start' : expected.join(' and ')}`, async () => {
    const before = backend.frames.calls('StatusNotification').length;
    await withDaemon(
      { KERBSIDE_LOG_LEVEL: level },
      async (daemon) => {
        const reported = (): number => backend.frames.calls('StatusNotification').length - before;
        await eventually(
          'the statuses',
          () => reported() === 3,
          () => daemon.output,
        );
        await new Promise((resolve) => {
          setTimeout(resolve, 200);
        });
        assert.deepEqual([...daemon.levels()].toSorted(), [...expected]);
      },
      ['--backend', backend.url],
    );
  });
}
