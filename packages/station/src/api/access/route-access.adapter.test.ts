import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { isRecord } from '../../core/json.ts';
import { includesRole } from '../../params/permission.ts';
import { createApi } from '../api.ts';
import type { ApiApp } from '../api.ts';
import { LiveViews } from '../live/live-views.ts';
import { createTestLive } from '../live/test-live.ts';
import type { Route } from '../route.ts';
import { routes } from '../route-table.ts';
import { createTestHost } from '../test-host.ts';
import { AccessDesk } from './access-desk.ts';
import { Accounts, type FreshPasswords } from './accounts.ts';
import { decidedAccess } from './test-decided-access.ts';
import { testTokens } from './test-access.ts';

const table = routes(() => ({}));
const gateCodes = ['api.unauthorized', 'api.forbidden', 'api.csrf', 'api.passwordChange'];
const nowhere = { address: '', localAddress: '' };
const roles = ['viewer', 'operator', 'manufacturer'] as const;

/** Who asks, and how. */
type Caller =
  | { readonly kind: 'nobody' | 'wrongToken' | 'wrongCookie' | 'mustChange' }
  | { readonly kind: 'token' | 'signedIn' | 'withoutCsrf' | 'withForeignCsrf'; readonly role: (typeof roles)[number] };

const callers: readonly Caller[] = [
  { kind: 'nobody' },
  { kind: 'wrongToken' },
  { kind: 'wrongCookie' },
  { kind: 'mustChange' },
  ...roles.flatMap((role): Caller[] => [
    { kind: 'token', role },
    { kind: 'signedIn', role },
    { kind: 'withoutCsrf', role },
    { kind: 'withForeignCsrf', role },
  ]),
];

/** Null: let in as far as the route. */
function expected(route: Route, caller: Caller): string | null {
  if (route.access === 'open') return null;
  switch (caller.kind) {
    case 'nobody':
    case 'wrongToken':
    case 'wrongCookie':
      return 'api.unauthorized';
    case 'mustChange':
      return 'api.passwordChange';
    case 'withoutCsrf':
    case 'withForeignCsrf':
      if (route.method !== 'GET') return 'api.csrf';
      break;
    case 'token':
    case 'signedIn':
      break;
  }
  return includesRole(caller.role, route.access) ? null : 'api.forbidden';
}

describe('every route and every role', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kb-'));
  const defects: string[] = [];
  const tokens = new Map<string, string>();
  let nowMs = 0;
  let app: ApiApp;
  let desk: AccessDesk;
  let fresh: FreshPasswords;

  before(async () => {
    const host = await createTestHost();
    const opened = await Accounts.open({ path: join(folder, 'users.json'), wallMs: () => 0 });
    fresh = opened.fresh;
    for (const role of roles) tokens.set(role, (await opened.accounts.createToken(role, role)).token);
    // Time runs, so that nobody is locked out by the wrong tokens of this test.
    const monotonicMs = (): number => (nowMs += 1_000);
    desk = new AccessDesk({ tokens: testTokens, accounts: opened.accounts, monotonicMs });
    const live = new LiveViews({ host, source: createTestLive(), after: () => () => undefined });
    app = createApi({ host, access: desk, live, loopbackOnly: false, onDefect: (problem) => defects.push(problem) });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function signInByToken(role: string): string {
    const result = desk.signInByToken(tokens.get(role) ?? '', '');
    assert.ok(result.kind === 'in');
    return result.id;
  }

  let mustChangeId = '';
  async function headersOf(caller: Caller): Promise<Record<string, string>> {
    switch (caller.kind) {
      case 'nobody':
        return {};
      case 'wrongToken':
        return { authorization: 'Bearer no-such-token-at-all' };
      case 'wrongCookie':
        return { cookie: `kerbside=${'A'.repeat(32)}` };
      case 'mustChange': {
        if (!desk.view(`kerbside=${mustChangeId}`, nowhere).signedIn) {
          const result = await desk.signIn('manufacturer', fresh['manufacturer'] ?? '', nowhere);
          assert.ok(result.kind === 'in');
          mustChangeId = result.id;
        }
        return withCookie(mustChangeId, desk);
      }
      case 'token':
        return { authorization: `Bearer ${tokens.get(caller.role)}` };
      case 'signedIn':
        return withCookie(signInByToken(caller.role), desk);
      case 'withoutCsrf':
        return { cookie: `kerbside=${signInByToken(caller.role)}` };
      case 'withForeignCsrf': {
        const { 'x-kerbside-csrf': foreign = '' } = withCookie(signInByToken(caller.role), desk);
        return { cookie: `kerbside=${signInByToken(caller.role)}`, 'x-kerbside-csrf': foreign };
      }
    }
  }

  async function codeOf(route: Route, caller: Caller): Promise<string | null> {
    const path = route.path
      .replace('{identity}', encodeURIComponent('Säule 1/A'))
      .replaceAll(/\{\w+\}/g, 'nobody-and-nothing');
    const init = { method: route.method, headers: await headersOf(caller) };
    const response = await app.request(`http://kerbside.test${path}`, init, {
      transport: 'tcp',
      address: '192.0.2.1',
      secure: false,
    });
    const code = response.status === 401 || response.status === 403 ? codeIn(await response.json()) : null;
    assert.ok(response.status < 500 || response.status === 503, `${route.id} answered ${response.status}`);
    if (!response.bodyUsed) await response.body?.cancel();
    return code !== null && gateCodes.includes(code) ? code : null;
  }

  for (const route of table) {
    it(`${route.method} ${route.path} is for ${route.access}`, async () => {
      for (const caller of callers) {
        const code = await codeOf(route, caller);
        // The one open route that has nobody to act for says so itself.
        if (route.id === 'choosePassword' && code !== null) continue;
        assert.equal(code, expected(route, caller), JSON.stringify(caller));
      }
    });
  }

  it('does not fall over', () => {
    assert.deepEqual(defects, []);
  });
});

describe('the decision who may use a route', () => {
  it('is made by a person for each: whoever adds one writes it into test-decided-access.ts', () => {
    const made = Object.entries(decidedAccess).flatMap(([access, ids]) => ids.map((id) => [id, access] as const));
    const decided = new Map<string, string>(made);
    assert.equal(decided.size, made.length, 'a route stands in two lists');
    for (const { id, access } of table) assert.equal(access, decided.get(id) ?? 'not decided', id);
    assert.deepEqual(
      [...decided.keys()].filter((id) => table.every((route) => route.id !== id)),
      [],
    );
  });

  it('lets nobody change anything without a role, but sign in and out', () => {
    const changing = table.filter(
      ({ access, method }) => method !== 'GET' && (access === 'open' || access === 'viewer'),
    );
    assert.deepEqual(changing.map(({ id }) => id).toSorted(), ['choosePassword', 'signIn', 'signOut']);
  });
});

function withCookie(id: string, desk: AccessDesk): Record<string, string> {
  const cookie = `kerbside=${id}`;
  return { cookie, 'x-kerbside-csrf': desk.view(cookie, nowhere).csrf ?? '' };
}

/** The code of a refusal, in either of the two forms. */
function codeIn(body: unknown): string | null {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : body;
  return isRecord(error) && typeof error['code'] === 'string' ? error['code'] : null;
}
