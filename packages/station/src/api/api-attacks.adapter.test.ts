import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

import { VirtualTime } from '../core/virtual-time.ts';
import { isRecord } from '../core/json.ts';
import { AccessDesk } from './access/access-desk.ts';
import { Accounts, type FreshPasswords } from './access/accounts.ts';
import { testTokens } from './access/test-access.ts';
import { ApiServer } from './api-server.ts';
import { createTestLive } from './live/test-live.ts';
import { createTestHost } from './test-host.ts';

const station = `/api/v1/stations/${encodeURIComponent('Säule 1/A')}`;
const chosen = 'four quiet words here';

/** What was answered, with what a browser would keep. */
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly cookie: string;
  readonly headers: Headers;
}

describe('attacks on the network side', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kb-'));
  const time = new VirtualTime();
  const guesses: string[] = [];
  let accounts: Accounts;
  let fresh: FreshPasswords;
  let server: ApiServer | undefined;
  let url = '';

  before(async () => {
    const opened = await Accounts.open({ path: join(folder, 'users.json'), wallMs: () => 0 });
    ({ accounts, fresh } = opened);
    await accounts.choose('operator', chosen);
  });
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  // A server of its own for each: nobody is locked out by the test before.
  beforeEach(async () => {
    await server?.stop();
    const access = new AccessDesk({
      tokens: testTokens,
      accounts,
      monotonicMs: () => time.monotonicMs(),
      onGuessing: (problem) => guesses.push(problem),
    });
    server = new ApiServer({
      host: await createTestHost(),
      live: createTestLive(),
      time,
      access,
      address: '127.0.0.1',
      port: 0,
      dataFolder: folder,
      headersTimeoutMs: 300,
      onProblem: (problem) => assert.fail(problem),
      onListening: (at) => (url = at),
    });
    await server.start();
  });

  async function ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: unknown,
  ): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const parsed: unknown = await response.json();
    const cookie = /kerbside-\d+=[\w-]*/.exec(response.headers.get('set-cookie') ?? '')?.[0] ?? '';
    return { status: response.status, body: isRecord(parsed) ? parsed : {}, cookie, headers: response.headers };
  }

  function signIn(user: string, password: string, headers: Record<string, string> = {}): Promise<Answer> {
    return ask('POST', '/api/v1/session', headers, { user, password });
  }

  it('wrong passwords are slowed down, then refused for a while, and the right one with them', async () => {
    for (let count = 0; count < 5; count++) assert.equal((await signIn('operator', 'wrong')).status, 401);
    const locked = await signIn('operator', chosen);
    assert.equal(locked.status, 429);
    const waitSeconds = Number(locked.headers.get('retry-after'));
    assert.ok(waitSeconds >= 1 && waitSeconds <= 2, String(waitSeconds));
    assert.match(guesses.join(), /127\.0\.0\.1/);
    await time.advance(waitSeconds * 1_000);
    assert.equal((await signIn('operator', 'wrong')).status, 401);
    assert.ok(Number((await signIn('operator', chosen)).headers.get('retry-after')) > waitSeconds, 'the pause grows');
    await time.advance(15 * 60_000);
    assert.equal((await signIn('operator', chosen)).status, 200);
  });

  it('many names from one address are slowed down as well', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) assert.equal((await signIn(name, 'wrong')).status, 401);
    assert.equal((await signIn('operator', chosen)).status, 429);
    await time.advance(60 * 60_000);
  });

  it('nobody learns which names there are: the same answer, and the work of a hash for both', async () => {
    await signIn('warm', 'up');
    const beginMs = performance.now();
    const known = await signIn('operator', 'wrong');
    const middleMs = performance.now();
    const unknown = await signIn('nobody-of-this-name', 'wrong');
    const endMs = performance.now();
    assert.deepEqual(unknown.body, known.body);
    assert.equal(unknown.status, known.status);
    assert.ok(endMs - middleMs > (middleMs - beginMs) / 4, `${endMs - middleMs} and ${middleMs - beginMs} ms`);
    await time.advance(60 * 60_000);
  });

  it('an id that somebody has put into the browser is never the one that is signed in (session fixation)', async () => {
    const planted = `kerbside-${new URL(url).port}=${'x'.repeat(32)}`;
    const signedIn = await signIn('operator', chosen, { cookie: planted });
    assert.equal(signedIn.status, 200);
    assert.notEqual(signedIn.cookie, planted);
    assert.match(signedIn.headers.get('set-cookie') ?? '', /; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.equal((await ask('GET', '/api/v1/stations', { cookie: planted })).status, 401);
    const again = await signIn('operator', chosen, { cookie: signedIn.cookie });
    assert.notEqual(again.cookie, signedIn.cookie);
    assert.equal(
      (await ask('GET', '/api/v1/stations', { cookie: signedIn.cookie })).status,
      401,
      'what was before ended',
    );
    assert.equal((await ask('GET', '/api/v1/stations', { cookie: again.cookie })).status, 200);
  });

  it('a sign-in ends when its password is changed, when it is signed out, when it is idle, and after half a day', async () => {
    const signedIn = async (): Promise<{ cookie: string; csrf: string }> => {
      const { cookie, body } = await signIn('operator', chosen);
      return { cookie, csrf: String(body['csrf']) };
    };
    const other = await signedIn();
    const mine = await signedIn();
    const headers = { cookie: mine.cookie, 'x-kerbside-csrf': mine.csrf };
    const next = 'five other quiet words';
    const changed = await ask('PUT', '/api/v1/session/password', headers, { current: chosen, next });
    assert.equal(changed.status, 200);
    const statusOf = async (cookie: string): Promise<number> =>
      (await ask('GET', '/api/v1/stations', { cookie })).status;
    assert.deepEqual(
      [await statusOf(other.cookie), await statusOf(mine.cookie), await statusOf(changed.cookie)],
      [401, 401, 200],
    );
    const out = { cookie: changed.cookie, 'x-kerbside-csrf': String(changed.body['csrf']) };
    assert.equal((await ask('DELETE', '/api/v1/session', out)).status, 200);
    assert.equal(await statusOf(changed.cookie), 401);
    await accounts.choose('operator', chosen);
    const idle = await signedIn();
    await time.advance(30 * 60_000 + 1);
    assert.equal(await statusOf(idle.cookie), 401);
    const busy = await signedIn();
    for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
      assert.equal(await statusOf(busy.cookie), 200);
      await time.advance(20 * 60_000);
    }
    assert.equal(await statusOf(busy.cookie), 401);
  });

  it('a given password opens nothing but the choice of another one', async () => {
    const { cookie, body } = await signIn('manufacturer', fresh['manufacturer'] ?? '');
    assert.equal(body['mustChangePassword'], true);
    const headers = { cookie, 'x-kerbside-csrf': String(body['csrf']) };
    const refused = await ask('GET', '/api/v1/users', headers);
    assert.deepEqual([refused.status, refused.body['code']], [403, 'api.passwordChange']);
    for (const next of ['short', 'manufacturer1', 'aaaaaaaaaaaaaa', fresh['manufacturer'] ?? '']) {
      const choice = { current: fresh['manufacturer'], next };
      assert.equal((await ask('PUT', '/api/v1/session/password', headers, choice)).status, 422, next);
    }
    const wrong = { current: 'not this one', next: 'a long enough password' };
    assert.equal((await ask('PUT', '/api/v1/session/password', headers, wrong)).status, 401);
  });

  it('a page elsewhere cannot send forms in the name of who is signed in (CSRF)', async () => {
    const { cookie } = await signIn('operator', chosen);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const init = { method: 'POST', headers: { cookie, 'content-type': type }, body: '{"kind":"hard"}' };
      const response = await fetch(`${url}${station}/reset`, init);
      assert.equal(response.status, 403, type);
      await response.body?.cancel();
    }
    const rebound = await askRaw(
      url,
      'GET /api/v1/session HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n',
    );
    assert.match(rebound, /^HTTP\/1\.1 421 /);
  });

  it('a body that is too long is refused, whether its length was told or not', async () => {
    const authorization = `Bearer ${testTokens.operator}`;
    const long = JSON.stringify({ note: 'x'.repeat(1_100_000) });
    const told = await fetch(`${url}${station}/white-list`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: long,
    });
    assert.equal(told.status, 413);
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)),
    });
    const init = {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: stream,
      duplex: 'half' as const,
    };
    const untold = await fetch(`${url}${station}/white-list`, init);
    assert.equal(untold.status, 413);
    const noFile = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(2_000_000),
    });
    assert.equal(noFile.status, 415);
  });

  it('whoever sends headers letter by letter, or nothing at all, is cut off', async () => {
    for (const words of ['', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ']) {
      const socket = connectTo(url);
      socket.write(words);
      await closed(socket);
    }
  });

  it('whoever sends a body letter by letter is cut off, and so is who goes on after the answer', async () => {
    const begin = (type: string): string =>
      `POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\nContent-Type: ${type}\r\n\r\n`;
    const slow = connectTo(url);
    slow.write(`${begin('application/json')}{`);
    await answered(url);
    await time.advance(30_000);
    await closed(slow);
    const file = connectTo(url);
    file.write(begin('application/octet-stream'));
    assert.match(await firstWords(file), /^HTTP\/1\.1 415 /);
    await time.advance(2_000);
    await closed(file);
  });

  it('a live view ends soon after who watches has signed out, or the token is taken away', async () => {
    const { cookie, body } = await signIn('operator', chosen);
    const { id, token } = await accounts.createToken('a program', 'viewer');
    const views = await Promise.all(
      [{ cookie }, { authorization: `Bearer ${token}` }].map((headers) => fetch(`${url}/api/v1/events`, { headers })),
    );
    const csrf = { cookie, 'x-kerbside-csrf': String(body['csrf']) };
    assert.equal((await ask('DELETE', '/api/v1/session', csrf)).status, 200);
    await accounts.removeToken(id);
    await time.advance(15_000);
    for (const view of views) {
      assert.equal(view.status, 200);
      assert.match(await view.text(), /^event: process/, 'the text has an end');
    }
  });

  it('a live view stays, however long it is watched', async () => {
    const watched = new AbortController();
    const headers = { authorization: `Bearer ${testTokens.operator}` };
    const response = await fetch(`${url}/api/v1/events`, { headers, signal: watched.signal });
    const reader = response.body?.getReader();
    assert.equal((await reader?.read())?.done, false);
    await time.advance(60 * 60_000);
    assert.equal((await reader?.read())?.done, false);
    watched.abort();
  });
});

function connectTo(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  return socket;
}

/** Resolves when the other side has ended the connection; what it says before is thrown away. */
function closed(socket: Socket): Promise<void> {
  const over = Promise.withResolvers<void>();
  socket.resume();
  socket.once('close', () => over.resolve());
  return over.promise;
}

async function firstWords(socket: Socket): Promise<string> {
  const words = Promise.withResolvers<string>();
  socket.once('data', (bytes: Buffer) => words.resolve(bytes.toString()));
  return words.promise;
}

async function askRaw(url: string, request: string): Promise<string> {
  const socket = connectTo(url);
  socket.write(request);
  return firstWords(socket);
}

/** Resolves when what was sent before has been taken up: a whole round to the same server and back. */
async function answered(url: string): Promise<void> {
  for (let count = 0; count < 3; count++) await (await fetch(`${url}/healthz`)).text();
}
