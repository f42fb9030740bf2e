import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { testAccess } from '../access/test-access.ts';
import { createApi } from '../api.ts';
import { openApiDocument } from '../openapi.ts';
import { LiveViews } from '../live/live-views.ts';
import { createTestLive } from '../live/test-live.ts';
import { problemList } from '../refusals.ts';
import { routes } from '../route-table.ts';
import { createTestHost } from '../test-host.ts';
import { apiReference } from './api-reference.ts';
import { escapeHtml } from './html.ts';

const all = routes(openApiDocument);
const host = await createTestHost();
const app = createApi({
  host,
  access: testAccess(),
  live: new LiveViews({ host, source: createTestLive(), after: () => () => undefined }),
  loopbackOnly: false,
  onDefect: assert.fail,
});
const socket = { transport: 'socket', address: '', secure: false } as const;

async function fetchPage(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return app.request(path, { headers }, socket);
}

describe('the description of the API to read', () => {
  it('tells of every address, who may use it, and of every refusal', () => {
    for (const language of ['en', 'de'] as const) {
      const page = apiReference('1.2.3', all, language);
      for (const { method, path, id } of all) {
        assert.ok(page.includes(`<article id="${id}">`), id);
        assert.ok(page.includes(`<code>${method} ${escapeHtml(path)}</code>`), path);
      }
      for (const { code, title } of problemList())
        assert.ok(page.includes(`<code>${code}</code>`) && page.includes(escapeHtml(title[language])), code);
    }
  });

  it('leads nowhere that does not exist, has no script, and nothing inline', () => {
    const page = apiReference('1.2.3', all, 'en');
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    assert.ok(targets.length > 20);
    for (const target of targets) assert.ok(ids.has(target), target);
    assert.doesNotMatch(page, /<script|style=|onclick|https?:\/\//);
  });

  it('is served with the policy of the pages, in the language asked for, and not sent again unchanged', async () => {
    const english = await fetchPage('/docs/api');
    assert.equal(english.status, 200);
    assert.match(english.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.match(await english.text(), /<html lang="en">/);
    const german = await fetchPage('/docs/api', { 'accept-language': 'de-DE' });
    assert.match(await german.text(), /<html lang="de">/);
    const again = await fetchPage('/docs/api', { 'if-none-match': english.headers.get('etag') ?? '' });
    assert.equal(again.status, 304);
    const style = await fetchPage('/docs/api.css');
    assert.equal(style.headers.get('content-type'), 'text/css; charset=utf-8');
  });

  it('makes every text inert', () => {
    assert.equal(escapeHtml('<a href="x">&</a>'), '&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;');
  });
});
