import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { isRecord } from '../core/json.ts';
import { AccessDesk } from './access/access-desk.ts';
import { Accounts } from './access/accounts.ts';
import { testTokens } from './access/test-access.ts';
import { createApi, type ApiApp } from './api.ts';
import { LiveViews } from './live/live-views.ts';
import { createTestLive } from './live/test-live.ts';
import { createTestHost } from './test-host.ts';

describe('nobody gives themselves or others more rights than they have', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kb-'));
  let app: ApiApp;
  let accounts: Accounts;

  before(async () => {
    const host = await createTestHost();
    ({ accounts } = await Accounts.open({ path: join(folder, 'users.json'), wallMs: () => 0 }));
    const live = new LiveViews({ host, source: createTestLive(), after: () => () => undefined });
    const access = new AccessDesk({ tokens: testTokens, accounts, monotonicMs: () => 0 });
    app = createApi({ host, access, live, loopbackOnly: false, onDefect: (problem) => assert.fail(problem) });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function ask(
    token: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const bindings = { transport: 'tcp', address: '192.0.2.1', secure: false } as const;
    const response = await app.request(`http://kerbside.test/api/v1${path}`, init, bindings);
    return { status: response.status, body: await response.json() };
  }

  it('an operator cares for viewers and operators, and touches no manufacturer', async () => {
    const { operator } = testTokens;
    for (const [method, path, body, expected] of [
      ['POST', '/users', { name: 'vera', role: 'viewer' }, 201],
      ['POST', '/users', { name: 'otto', role: 'operator' }, 201],
      ['POST', '/users', { name: 'max', role: 'manufacturer' }, 403],
      ['PATCH', '/users/vera', { role: 'operator' }, 200],
      ['PATCH', '/users/vera', { role: 'manufacturer' }, 403],
      ['PATCH', '/users/manufacturer', { role: 'viewer' }, 403],
      ['PATCH', '/users/MANUFACTURER', { role: 'viewer' }, 403],
      ['POST', '/users/manufacturer/password', undefined, 403],
      ['DELETE', '/users/manufacturer', undefined, 403],
      ['POST', '/users/otto/password', undefined, 200],
      ['DELETE', '/users/otto', undefined, 200],
      ['POST', '/tokens', { name: 'x', role: 'manufacturer' }, 403],
      ['POST', '/tokens', { name: 'x', role: 'operator' }, 201],
      ['POST', '/users', { name: 'eve', role: 'admin' }, 400],
      ['POST', '/users', { name: 'eva', role: 'viewer', mustChange: false, hash: 'x' }, 201],
    ] as const) {
      assert.equal(
        (await ask(operator, method, path, body)).status,
        expected,
        `${method} ${path} ${JSON.stringify(body)}`,
      );
    }
    assert.equal(accounts.find('eva')?.mustChange, true, 'what the request has no business with changes nothing');
    const { id } = await accounts.createToken('of the manufacturer', 'manufacturer');
    assert.equal((await ask(operator, 'DELETE', `/tokens/${id}`)).status, 403);
    assert.equal((await ask(testTokens.manufacturer, 'DELETE', `/tokens/${id}`)).status, 200);
  });

  it('who loses a role, a password or the account loses what is open at once', async () => {
    const { manufacturer } = testTokens;
    const made = await ask(manufacturer, 'POST', '/users', { name: 'ida', role: 'manufacturer' });
    const password = isRecord(made.body) ? String(made.body['password']) : '';
    const from = { address: '192.0.2.9', localAddress: '' };
    const desk = new AccessDesk({ tokens: testTokens, accounts, monotonicMs: () => 0 });
    const signedIn = await desk.signIn('ida', password, from);
    assert.ok(signedIn.kind === 'in');
    const roleNow = (): string | null => desk.view(`kerbside=${signedIn.id}`, from).role;
    assert.equal(roleNow(), 'manufacturer');
    await ask(manufacturer, 'PATCH', '/users/ida', { role: 'viewer' });
    assert.equal(roleNow(), 'viewer');
    await ask(manufacturer, 'DELETE', '/users/ida');
    assert.equal(roleNow(), null);
  });
});
