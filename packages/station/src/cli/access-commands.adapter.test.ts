import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { AccessDesk } from '../api/access/access-desk.ts';
import { Accounts } from '../api/access/accounts.ts';
import { Commissioning } from '../api/access/commissioning.ts';
import { testTokens } from '../api/access/test-access.ts';
import { ApiServer } from '../api/api-server.ts';
import { createTestLive } from '../api/live/test-live.ts';
import { createTestHost } from '../api/test-host.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import { runCli } from './cli.ts';
import { createTestIo } from './test-io.ts';

describe('the commands of who gets in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kb-'));
  const path = join(folder, 'users.json');
  let server: ApiServer;
  let accounts: Accounts;

  before(async () => {
    const time = new VirtualTime();
    ({ accounts } = await Accounts.open({ path, wallMs: () => 0 }));
    const nobody = { tell: () => undefined, onProblem: () => undefined };
    const commissioning = new Commissioning({ accounts, time, addresses: () => [], ...nobody });
    server = new ApiServer({
      host: await createTestHost(),
      live: createTestLive(),
      time,
      access: new AccessDesk({ tokens: testTokens, accounts, commissioning, monotonicMs: () => time.monotonicMs() }),
      address: '127.0.0.1',
      port: 0,
      dataFolder: folder,
      onProblem: (problem) => assert.fail(problem),
      onListening: () => undefined,
    });
    await server.start();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const io = createTestIo();
    const code = await runCli([...words, '--data', folder], io);
    return { code, out: io.output(), err: io.errors() };
  }

  it('make, show, change and remove accounts', async () => {
    const added = await run('users', 'add', 'anna', 'viewer');
    const password = /anna {2}(\S+)/.exec(added.out)?.[1] ?? '';
    assert.notEqual(await accounts.verify('anna', password), null);
    assert.match((await run('users')).out, /anna +viewer {2}\(has to change/);
    assert.match((await run('users', 'role', 'anna', 'operator')).out, /anna +operator/);
    assert.doesNotMatch((await run('users', 'remove', 'anna')).out, /anna/);
    assert.deepEqual(
      [(await run('users', 'remove', 'anna')).code, (await run('users', 'remove', 'manufacturer')).code],
      [5, 3],
    );
  });

  it('give a forgotten password anew', async () => {
    const { out, code } = await run('password', 'reset', 'operator');
    assert.equal(code, 0);
    assert.notEqual(await accounts.verify('operator', /operator {2}(\S+)/.exec(out)?.[1] ?? ''), null);
    assert.equal((await run('password', 'reset', 'nobody')).code, 5);
  });

  it('make, show and remove tokens of programs', async () => {
    assert.match((await run('tokens')).out, /No program/);
    const token = (await run('tokens', 'add', 'Home Assistant', 'viewer')).out.trim().split(/\s+/).at(-1) ?? '';
    assert.deepEqual(accounts.roleOfToken(token), { role: 'viewer', name: 'Home Assistant' });
    const shown = await run('tokens', 'list');
    assert.match(shown.out, /viewer .*Home Assistant/);
    assert.ok(!shown.out.includes(token));
    await run('tokens', 'remove', /^\s*(\w+)/.exec(shown.out)?.[1] ?? '');
    assert.equal(accounts.roleOfToken(token), null);
  });

  it('open and shut the commissioning access', async () => {
    assert.match((await run('commissioning')).out, /is shut/);
    const opened = await run('commissioning', 'open');
    assert.notEqual(await accounts.verify('setup', /setup {2}(\S+)/.exec(opened.out)?.[1] ?? ''), null);
    assert.match((await run('commissioning', 'status')).out, /open for 30 more min/);
    assert.match((await run('commissioning', 'close', '--json')).out, /"open": false/);
    assert.equal(accounts.commissioningSinceMs, null);
  });

  it('show how the page is served, and read files before they change it', async () => {
    assert.match((await run('https')).out, /plain HTTP/);
    assert.equal((await run('https', 'renew')).code, 3);
    const { code, err } = await run('https', 'install', 'no-such.pem', 'no-such.key');
    assert.deepEqual([code, /no-such\.pem cannot be read/.test(err)], [2, true]);
  });

  it('say how they are called', async () => {
    for (const words of [
      ['users', 'forget'],
      ['users', 'add', 'anna'],
      ['password', 'reset'],
      ['tokens', 'list', 'x'],
    ]) {
      const { code, err } = await run(...words);
      assert.equal(code, 2);
      assert.match(err, /Known are|Call it so/);
    }
  });

  it('work on the data folder where no daemon runs: passwords and commissioning only', async () => {
    await server.stop();
    const { out } = await run('password', 'reset', 'Manufacturer');
    const opened = await run('commissioning', 'open');
    assert.match((await run('commissioning')).out, /open; the user is setup/);
    const later = (await Accounts.open({ path, wallMs: () => 0 })).accounts;
    assert.notEqual(await later.verify('manufacturer', /Manufacturer {2}(\S+)/.exec(out)?.[1] ?? ''), null);
    assert.notEqual(await later.verify('setup', /setup {2}(\S+)/.exec(opened.out)?.[1] ?? ''), null);
    assert.equal((await run('commissioning', 'close')).code, 0);
    assert.equal((await run('users')).code, 4);
    writeFileSync(path, '{}');
    assert.equal((await run('password', 'reset', 'operator')).code, 6);
    rmSync(path);
    assert.equal((await run('password', 'reset', 'operator')).code, 4);
  });
});
