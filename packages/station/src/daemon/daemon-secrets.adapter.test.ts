import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inflateRawSync } from 'node:zlib';

import { localSocketPath } from '../api/local-socket.ts';
import type { Route } from '../api/route.ts';
import { routes } from '../api/route-table.ts';
import { noticeOf } from '../cli/event-notice.ts';
import { isRecord } from '../core/json.ts';
import { createSystemRandom } from '../core/random.ts';
import { createSystemTime } from '../core/system-time.ts';
import { catalogue, parameterIds } from '../params/catalogue.ts';
import { environmentName } from '../params/names.ts';
import { onStationEvent } from '../station/station-events.ts';
import { loadConfiguration } from './daemon-configuration.ts';
import { Daemon } from './daemon.ts';

const table = routes(() => ({}));
const storedSecret = 'backend.authorizationKey';
const storedMarker = 'Marker0OfTheAuthorizationKey';
const base = '/api/v1/stations/station';

/** What an answer was, whatever kind of file it is. */
interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
}

describe('a daemon full of secrets', () => {
  const parent = mkdtempSync(join(tmpdir(), 'kb-'));
  const folder = join(parent, 'data');
  const log: string[] = [];
  /** What may be read nowhere, by what it is. */
  const secrets = new Map<string, string>([[storedSecret, storedMarker]]);
  let daemon: Daemon;
  let stopListening: () => void;

  before(async () => {
    mkdirSync(folder);
    writeFileSync(join(parent, 'canary.txt'), 'CANARY');
    stopListening = onStationEvent((event) => log.push(JSON.stringify(noticeOf(event))));
    daemon = await createDaemon();
    await daemon.start();
    const set = await ask('PUT', `${base}/parameters/${storedSecret}`, { value: storedMarker });
    assert.equal(set.status, 200, set.bytes.toString());
    const token: unknown = JSON.parse(
      (await ask('POST', '/api/v1/tokens', { name: 'x', role: 'viewer' })).bytes.toString(),
    );
    secrets.set('a token', isRecord(token) ? String(token['token']) : '');
    assert.equal(
      (await ask('POST', `${base}/certificates/csr`, { commonName: 'CS-1', organization: 'O' })).status,
      200,
    );
    readKept();
  });
  after(async () => {
    await daemon.stop();
    stopListening();
    rmSync(parent, { recursive: true, force: true });
  });

  async function createDaemon(): Promise<Daemon> {
    const environment: Record<string, string> = {
      KERBSIDE_API_PORT: '0',
      KERBSIDE_API_TLS: 'on',
      KERBSIDE_LOG_LEVEL: 'debug',
    };
    for (const [index, id] of parameterIds.filter((each) => 'secret' in catalogue[each]).entries()) {
      if (id === storedSecret) continue;
      const marker = `Marker${index}OfAPinnedSecret`;
      environment[environmentName(id)] = marker;
      secrets.set(id, marker);
    }
    const source = { configurationFile: null, backendUrl: 'ws://127.0.0.1:9/ocpp', identity: 'CS-1' };
    const configuration = await loadConfiguration({ dataFolder: folder, environment, ...source });
    assert.deepEqual(configuration.problems, []);
    return new Daemon({
      configuration,
      dataFolder: folder,
      driver: { kind: 'simulator', evses: 1 },
      time: createSystemTime(),
      random: createSystemRandom(),
      tell: (notice) => log.push(JSON.stringify(notice)),
      onFreshTokens: () => undefined,
      onFreshPasswords: (passwords) => {
        for (const [user, password] of Object.entries(passwords)) secrets.set(`password of ${user}`, password);
      },
    });
  }

  /** Hashes, digests and keys that lie in the folder. */
  function readKept(): void {
    const users = readFileSync(join(folder, 'users.json'), 'utf8');
    for (const [hash, part = ''] of users.matchAll(/scrypt\$\d+\$\d+\$\d+\$[\w-]+\$([\w-]+)/g)) secrets.set(hash, part);
    for (const [, digest = ''] of users.matchAll(/"digest": "([\w-]+)"/g)) secrets.set('digest of a token', digest);
    const https: unknown = JSON.parse(readFileSync(join(folder, 'https.json'), 'utf8'));
    const key = isRecord(https) ? String(https['key']) : '';
    secrets.set('key of HTTPS', key.split('\n')[1] ?? '');
    for (const [name, secret] of secrets) assert.ok(secret.length >= 16, name);
    assert.ok(secrets.size >= 10);
  }

  function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const done = Promise.withResolvers<Answer>();
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request({ socketPath: localSocketPath(folder), method, path, headers }, (incoming) => {
      const pieces: Buffer[] = [];
      const end = (): void => done.resolve({ status: incoming.statusCode ?? 0, bytes: Buffer.concat(pieces) });
      incoming.on('data', (piece: Buffer) => {
        pieces.push(piece);
        // A stream has no end; its first pieces hold the whole state.
        if (incoming.headers['content-type'] === 'text/event-stream' && pieces.length === 3) {
          end();
          outgoing.destroy();
        }
      });
      incoming.once('end', end);
    });
    outgoing.on('error', done.reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    return done.promise;
  }

  function assertInnocent(text: string, where: string): void {
    for (const [name, secret] of secrets) {
      assert.ok(!text.includes(secret), `${where} tells ${name}`);
      assert.ok(!text.includes(Buffer.from(secret).toString('base64')), `${where} tells ${name} in base64`);
      assert.ok(!text.includes(Buffer.from(secret).toString('hex')), `${where} tells ${name} in hexadecimal`);
    }
    assert.doesNotMatch(text, /PRIVATE KEY/, where);
  }

  for (const route of table.filter(({ method }) => method === 'GET')) {
    it(`tells none of them by GET ${route.path}`, async () => {
      const path = filled(route, storedSecret);
      const query = route.id === 'watch' ? '?station=station' : '';
      const { status, bytes } = await ask('GET', `${path}${query}`);
      assert.ok(status < 500 || route.id === 'readiness', String(status));
      if (!hasOwnParts(route) && !needsMore.has(route.id)) assert.equal(status, route.id === 'readiness' ? 503 : 200);
      const texts = textsOf(bytes);
      if (route.id === 'getDiagnostics') assert.ok(texts.length > 3, 'the archive was unpacked');
      for (const [name, text] of texts) assertInnocent(text, `${route.path} ${name}`);
    });
  }

  it('tells none of them when one of them is changed, refused, or explained', async () => {
    for (const [method, path, body] of [
      ['PUT', `${base}/parameters/${storedSecret}`, { value: storedMarker }],
      ['PUT', `${base}/parameters/${storedSecret}`, { value: `${storedMarker}\n${'x'.repeat(200)}` }],
      ['PATCH', `${base}/parameters`, { changes: { [storedSecret]: `${storedMarker}\u0007` } }],
      ['PATCH', `${base}/parameters`, { changes: { 'no.such': storedMarker } }],
      ['POST', '/api/v1/session', { user: 'operator', password: secrets.get('password of operator') }],
      [
        'POST',
        '/api/v1/session',
        { user: secrets.get('password of operator'), password: 'typed into the wrong field' },
      ],
    ] as const) {
      const { bytes } = await ask(method, path, body);
      assertInnocent(bytes.toString(), `${method} ${path}`);
    }
  });

  it('has told none of them to its log', () => {
    assert.ok(log.length > 10);
    assertInnocent(log.join('\n'), 'the log');
  });

  for (const route of table.filter(({ path }) => path.includes('{'))) {
    it(`is not led astray by the parts of ${route.method} ${route.path}`, async () => {
      for (const part of strays) {
        // Only with a part of its own, apart from the station, would a route go on to act.
        const paths = [filled(route, part, part), ...(hasOwnParts(route) ? [filled(route, part)] : [])];
        for (const path of paths) {
          const { status, bytes } = await ask(route.method, path);
          assert.ok(status >= 400 && status < 500, `${path} was answered ${status}: ${bytes.toString().slice(0, 200)}`);
          assert.doesNotMatch(bytes.toString(), /CANARY|root:x?:0/, path);
        }
      }
      assert.equal(readFileSync(join(parent, 'canary.txt'), 'utf8'), 'CANARY');
      assert.deepEqual(readdirSync(parent).toSorted(), ['canary.txt', 'data']);
    });
  }
});

/** Parts of paths that lead elsewhere where somebody makes a file name of them. */
const strays: readonly string[] = [
  '..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
  '%2e%2e%2fcanary.txt',
  '..%5c..%5ccanary.txt',
  '%252e%252e%252fcanary.txt',
  '%2fetc%2fpasswd',
  '..%2fcanary.txt%00.json',
  '....%2f%2f....%2f%2fcanary.txt',
  '__proto__',
  'constructor',
];

/** Routes that answer only to a question, or when something has happened before. */
const needsMore: ReadonlySet<string> = new Set(['decideCard', 'getChargingSchedule', 'previewBackend']);

function hasOwnParts({ path }: Route): boolean {
  return path.replace('{identity}', '').includes('{');
}

/** The address of a route with this in all its parts but the station, or in that too. */
function filled({ path }: Route, part: string, identity = 'station'): string {
  return path.replace('{identity}', identity).replaceAll(/\{\w+\}/g, part);
}

/** The texts of an answer; of an archive those of its files. */
function textsOf(bytes: Buffer): readonly (readonly [name: string, text: string])[] {
  const entries: [string, string][] = [['', bytes.toString('latin1')]];
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  if (bytes.subarray(0, 2).toString() !== 'PK' || end < 0) return entries;
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.subarray(at + 46, at + 46 + nameLength).toString();
    const local = bytes.readUInt32LE(at + 42);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(begin, begin + bytes.readUInt32LE(at + 20));
    const isPacked = bytes.readUInt16LE(at + 10) === 8;
    entries.push([name, (isPacked ? inflateRawSync(packed) : packed).toString('latin1')]);
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
