import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { createSystemTime } from '../core/system-time.ts';
import { DaemonClient } from '../cli/daemon-client.ts';
import { ApiServer } from './api-server.ts';
import { localSocketPath } from './local-socket.ts';
import { createTestLive } from './live/test-live.ts';
import { testAccess } from './access/test-access.ts';
import { createTestHost } from './test-host.ts';
import { loadTokens } from './token-file.ts';

const unset = { operator: '', manufacturer: '' };

describe('the server of the API', () => {
  let folder = '';
  const problems: string[] = [];
  const urls: string[] = [];
  const servers: ApiServer[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kb-'));
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(port = 0): Promise<ApiServer> {
    const server = new ApiServer({
      host: await createTestHost(),
      live: createTestLive(),
      time: createSystemTime(),
      access: testAccess(),
      address: '127.0.0.1',
      port,
      dataFolder: folder,
      onProblem: (problem) => problems.push(problem),
      onListening: (url) => urls.push(url),
    });
    servers.push(server);
    await server.start();
    return server;
  }

  it('replaces the socket of a dead daemon and lets only its own user in', async () => {
    writeFileSync(localSocketPath(folder), '');
    chmodSync(localSocketPath(folder), 0o666);
    await start();
    assert.deepEqual(problems, []);
    assert.equal(statSync(localSocketPath(folder)).mode & 0o777, 0o600);
    const answer = await new DaemonClient(folder).ask('GET', '/api/v1/stations');
    assert.equal(answer.status, 200);
  });

  it('takes a body whose length was not told before, and none where none was announced', async () => {
    const path = `/api/v1/stations/${encodeURIComponent('Säule 1/A')}/white-list`;
    const send = (method: string, text: string): Promise<number | undefined> => {
      const answered = Promise.withResolvers<number | undefined>();
      const headers = {
        'Content-Type': 'application/json',
        ...(text === '' ? {} : { 'Transfer-Encoding': 'chunked' }),
      };
      const at = method === 'DELETE' ? `${path}/A` : path;
      const outgoing = request({ socketPath: localSocketPath(folder), method, path: at, headers }, (incoming) => {
        incoming.resume();
        answered.resolve(incoming.statusCode);
      });
      outgoing.once('error', answered.reject);
      outgoing.end(text);
      return answered.promise;
    };
    assert.equal(await send('POST', '{"idTag":"A"}'), 201);
    assert.equal(await send('DELETE', ''), 200);
    assert.equal(await send('POST', JSON.stringify({ idTag: 'A', note: 'x'.repeat(1_048_576) })), 413);
    assert.deepEqual(problems, []);
  });

  it('asks for a token on the network', async () => {
    const [url] = urls;
    assert.match(url ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(`${url}/api/v1/stations`)).status, 401);
    const headers = { authorization: 'Bearer operator-token-0123' };
    assert.equal((await fetch(`${url}/api/v1/stations`, { headers })).status, 200);
  });

  it('leaves the socket of a living daemon alone, and says so', async () => {
    await start();
    assert.match(problems.join(), /Another daemon answers/);
    assert.equal((await new DaemonClient(folder).ask('GET', '/healthz')).status, 200);
  });

  it('goes on without a port that is busy', async () => {
    const busy = createServer();
    const listening = Promise.withResolvers<void>();
    busy.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    const address = busy.address();
    problems.length = 0;
    const server = await start(typeof address === 'object' && address !== null ? address.port : 0);
    assert.match(problems.join(), /tried again/);
    await server.stop();
    await server.stop();
    busy.close();
  });

  it('takes its socket away when it stops', async () => {
    await Promise.all(servers.map((server) => server.stop()));
    assert.equal(existsSync(localSocketPath(folder)), false);
    await assert.rejects(new DaemonClient(folder).ask('GET', '/healthz'), { code: 'daemon.unreachable' });
  });
});

describe('generated tokens', () => {
  it('are made once, told once, and only for their owner to read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kb-'));
    const first = await loadTokens({ folder, configured: unset });
    assert.deepEqual(first.fresh, first.tokens);
    assert.ok(first.tokens.operator.length >= 32 && first.tokens.operator !== first.tokens.manufacturer);
    assert.equal(statSync(join(folder, 'tokens.json')).mode & 0o777, 0o600);
    assert.deepEqual(await loadTokens({ folder, configured: unset }), { tokens: first.tokens, fresh: {} });
    const operator = 'configured-token-01';
    const mixed = await loadTokens({ folder, configured: { operator, manufacturer: '' } });
    assert.deepEqual(mixed.tokens, { operator, manufacturer: first.tokens.manufacturer });
    rmSync(folder, { recursive: true });
  });

  it('are not made when both are configured', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kb-'));
    const configured = { operator: 'configured-token-01', manufacturer: 'configured-token-02' };
    assert.deepEqual(await loadTokens({ folder, configured }), { tokens: configured, fresh: {} });
    assert.equal(existsSync(join(folder, 'tokens.json')), false);
    rmSync(folder, { recursive: true });
  });

  it('that cannot be read are not overwritten', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kb-'));
    writeFileSync(join(folder, 'tokens.json'), '{"operator": 1}');
    await assert.rejects(loadTokens({ folder, configured: unset }), { code: 'config.invalid' });
    assert.equal(readFileSync(join(folder, 'tokens.json'), 'utf8'), '{"operator": 1}');
    rmSync(folder, { recursive: true });
  });
});
