import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { testAccess } from '../api/access/test-access.ts';
import { ApiServer } from '../api/api-server.ts';
import { createTestLive } from '../api/live/test-live.ts';
import { localSocketPath } from '../api/local-socket.ts';
import { createTestHost, type TestHost } from '../api/test-host.ts';
import { createSystemTime } from '../core/system-time.ts';
import { runCli } from './cli.ts';
import { createTestIo } from './test-io.ts';

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('commands for the device itself', () => {
  let folder = '';
  let server: ApiServer;
  let host: TestHost;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kb-'));
    host = await createTestHost();
    server = new ApiServer({
      host,
      live: createTestLive(),
      time: createSystemTime(),
      access: testAccess(),
      address: '127.0.0.1',
      port: 0,
      dataFolder: folder,
      onProblem: assert.fail,
      onListening: () => {},
    });
    await server.start();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(line: string, input = ''): Promise<Told> {
    const io = createTestIo({ input, workingFolder: folder });
    const code = await runCli([...line.split(' '), '--data', folder], io);
    return { code, out: io.output(), err: io.errors() };
  }

  it('firmware: an image of many pieces is sent as it is, with its signature and its certificate, and installed', async () => {
    const image = Buffer.alloc(5_000_000, 'image');
    writeFileSync(join(folder, 'new.bin'), image);
    writeFileSync(join(folder, 'new.sig'), Buffer.from([0, 1, 2, 253, 254, 255]));
    writeFileSync(join(folder, 'maker.pem'), 'PEM of the maker');
    const told = await run('firmware upload new.bin --signature new.sig --certificate maker.pem --install');
    assert.equal(told.code, 0, told.err);
    assert.match(told.out, /uploaded {2}2\.0\.0, 5000000 bytes, signed by PEM of the maker; id up-1/);
    assert.match(told.out, /is being installed/);
    assert.deepEqual(host.calls.slice(-2), [
      'upload 5000000 of 5000000 AAEC/f7/ PEM of the maker',
      'install by local console up-1',
    ]);
    writeFileSync(join(folder, 'new.b64'), 'AAEC/f7/AAEC/f7/AAEC/f7/\n');
    await run('firmware upload new.bin --signature new.b64 --certificate maker.pem');
    assert.match(host.calls.at(-1) ?? '', / AAEC\/f7\/AAEC\/f7\/AAEC\/f7\/ PEM/);
  });

  it('firmware: what is uploaded is installed and deleted by its id, and what cannot be is said', async () => {
    assert.equal((await run('firmware install up-1')).code, 0);
    assert.equal((await run('firmware delete up-1')).out, 'Deleted.\n');
    const unknown = await run('firmware install up-2');
    assert.notEqual(unknown.code, 0);
    assert.match(unknown.err, /no uploaded firmware up-2/);
    for (const line of [
      'firmware burn',
      'firmware upload',
      'firmware upload nowhere.bin',
      'firmware install',
      'firmware upload .',
    ])
      assert.equal((await run(line)).code, 2, line);
  });

  it('firmware: what is not marked as a file is refused, and so are headers that hold no base64', async () => {
    assert.deepEqual(await sent({ 'Content-Type': 'application/json' }), [415, 'api.mediaType']);
    const file = { 'Content-Type': 'application/octet-stream' };
    assert.deepEqual(await sent({ ...file, 'X-Kerbside-Signature': 'no base64' }), [400, 'api.badRequest']);
  });

  function sent(headers: Readonly<Record<string, string>>): Promise<readonly [number, unknown]> {
    const path = `/api/v1/stations/${encodeURIComponent('Säule 1/A')}/firmware/uploads`;
    const { promise, resolve, reject } = Promise.withResolvers<readonly [number, unknown]>();
    const outgoing = request({ socketPath: localSocketPath(folder), method: 'POST', path, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.once('end', () => {
        const body = JSON.parse(text);
        resolve([incoming.statusCode ?? 0, body.code ?? body.error?.code]);
      });
    });
    outgoing.once('error', reject);
    outgoing.end('{"image":1}');
    return promise;
  }

  it('certificates: a request goes into a file, and the signed chain comes from one', async () => {
    const asked = await run('certificates csr station.csr --name SN-1 --organization Stadt');
    assert.deepEqual([asked.code, asked.err], [0, `Written to ${join(folder, 'station.csr')}.\n`]);
    assert.match(readFileSync(join(folder, 'station.csr'), 'utf8'), /BEGIN CERTIFICATE REQUEST/);
    assert.match((await run('certificates csr')).out, /BEGIN CERTIFICATE REQUEST/);
    assert.equal((await run('certificates own -', 'the chain')).out, 'Installed.\n');
    assert.deepEqual(host.calls.slice(-3), ['csr SN-1 Stadt', 'csr own own', 'installOwn the chain']);
    const foreign = await run('certificates own -', 'foreign');
    assert.notEqual(foreign.code, 0);
    assert.match(foreign.err, /for no key of this station/);
    assert.equal((await run('certificates own')).code, 2);
    assert.match((await run('certificates list')).out, /\n! The certificate ends\.\n$/);
  });

  it('auth: shows and clears the cache, and says what would be decided', async () => {
    assert.match(
      (await run('auth cache --limit 5')).out,
      /^1 of 1000 entries\n {2}Card1 {2}accepted, until .*, group FLEET/,
    );
    assert.equal((await run('auth cache clear')).out, '1 entries forgotten.\n');
    const { out } = await run('auth decide 04AABB');
    assert.match(
      out,
      /^The backend is asked: .*\nWithout an answer: Accepted: .*cache.*\nCard 04AABB; the backend can be asked\.\n$/,
    );
    for (const line of ['auth decide', 'auth burn', 'auth cache --limit many'])
      assert.equal((await run(line)).code, 2, line);
  });

  it('outbox: shows what waits, and deals with what the backend did not take', async () => {
    const shown = (await run('outbox')).out;
    assert.match(shown, /waiting +2 of transactions, 1 events, 0 statuses; 640 bytes, at most 5000 messages/);
    assert.match(shown, /last error +InternalError: no \(2 times\)/);
    assert.match((await run('outbox dead-letters')).out, /^ {2}7 {2}unreadable of t1, set aside .* FormationViolation/);
    assert.equal((await run('outbox resend 7')).code, 0);
    assert.equal((await run('outbox resend')).code, 0);
    const unsure = await run('outbox delete 7');
    assert.notEqual(unsure.code, 0);
    assert.match(unsure.err, /cannot be billed/);
    assert.equal((await run('outbox delete 7 --confirm')).out, '3 deleted.\n');
    assert.deepEqual(host.calls.slice(-4), [
      'resend 7',
      'resendParked',
      'delete 7 false local console manufacturer',
      'delete 7 true local console manufacturer',
    ]);
    for (const line of ['outbox delete', 'outbox delete all', 'outbox burn'])
      assert.equal((await run(line)).code, 2, line);
  });
});
