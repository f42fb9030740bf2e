import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createTestHost } from '../../packages/station/src/api/test-host.ts';

import { noBrowser, openPage } from './parts/browser.ts';
import { runKerbside } from './parts/programs.ts';
import { startStubDaemon } from './parts/stub-daemon.ts';
import { startUiDaemon } from './parts/ui.ts';
import { until } from './parts/until.ts';

test('the page of the backend', { skip: noBrowser }, async (t) => {
  const { url, data, tokens, backend } = await startUiDaemon(t, {
    defaults: { 'traffic.transactionMessageAttempts': 1 },
  });
  const simulate = async (...words: readonly string[]): Promise<void> => {
    const { code, err } = await runKerbside(['sim', ...words, '--data', data]);
    assert.equal(code, 0, err);
  };

  await t.test('goes through every step to the backend, with a line to copy for each', async (inner) => {
    const { page, defects } = await openPage(inner, `${url}/#token=${tokens.operator}`);
    await page.getByRole('link', { name: 'Backend' }).click();
    await page.getByText(`${backend.url}/CP-7`).first().waitFor();
    await page.getByRole('button', { name: 'Check the connection' }).click();
    await page.getByText('Every step to the backend is in order.').waitFor();
    assert.deepEqual(await page.locator('.steps strong').allTextContents(), [
      'Address',
      'Name (DNS)',
      'Connection (TCP)',
      'Encryption (TLS)',
      'WebSocket (HTTP)',
      'OCPP version',
      'BootNotification',
    ]);
    await page.locator('.steps summary').last().click();
    assert.match((await page.locator('.steps code').last().textContent()) ?? '', /^boot .*status=/);
    assert.deepEqual(defects, []);
  });

  await t.test('shows what was said as it is said, finds it again, and each answer with its call', async (inner) => {
    const { page, defects } = await openPage(inner, `${url}/#token=${tokens.operator}`);
    await page.getByRole('heading', { level: 1, name: 'CP-7' }).waitFor();
    await page.evaluate("location.hash = '#/s/CP-7/backend/messages'");
    const rows = page.locator('.message-row');
    await rows.filter({ hasText: 'BootNotification' }).first().waitFor();
    await simulate('plug', '1');
    await simulate('card', '04AABBCCDD', '--evse', '1');
    await rows.filter({ hasText: 'StartTransaction' }).first().waitFor();
    // Cards have other names here, in the list as in what is found.
    assert.equal(await page.getByText('04AABBCCDD').count(), 0);
    await page.getByLabel('Search').fill('starttransaction');
    await page.getByLabel('Kind').selectOption('answer');
    const answer = rows.filter({ hasText: 'StartTransaction' });
    await until('only the answer to be left', async () => (await rows.count()) === 1);
    await answer.click();
    const sheet = page.getByRole('dialog', { name: 'StartTransaction' });
    await sheet.getByRole('heading', { name: 'The call' }).waitFor();
    assert.match((await sheet.locator('pre').first().textContent()) ?? '', /"transactionId": \d+/);
    assert.match((await sheet.locator('pre').last().textContent()) ?? '', /"idTag": "card-[\da-f]{12}"/);
    await page.keyboard.press('Escape');
    assert.equal(await sheet.count(), 0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export (NDJSON)' }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^messages-CP-7\.ndjson$/);
    assert.deepEqual(defects, []);
  });

  await t.test('shows what waits while the link is down, and that nothing does when it is back', async (inner) => {
    const { page } = await openPage(inner, `${url}/#token=${tokens.operator}`);
    await page.getByRole('heading', { level: 1, name: 'CP-7' }).waitFor();
    await simulate('link', 'down');
    await page.evaluate("location.hash = '#/s/CP-7/backend/outbox'");
    await simulate('card', '04AABBCCDD', '--evse', '1');
    const waiting = page.locator('.facts > div', { hasText: 'Transactions' }).locator('dd');
    await page.getByText(/StopTransaction 1/).waitFor();
    assert.notEqual(await waiting.textContent(), '0');
    await simulate('link', 'up');
    await page.getByText('0 of at most').waitFor();
    assert.deepEqual(await waiting.textContent(), '0');
  });
});

test('ten thousand messages can be scrolled through, with few of them in the page', { skip: noBrowser }, async (t) => {
  const count = 10_000;
  const pageSize = 500;
  const message = (seq: number): Record<string, unknown> => ({
    seq,
    atMs: 1_795_000_000_000 + seq,
    station: 'CP-7',
    direction: 'out',
    kind: 'call',
    action: 'Heartbeat',
    id: `m${seq}`,
    text: `[2,"m${seq}","Heartbeat",{"n":"<img src=x onerror=alert(1)>"}]`,
    latencyMs: null,
    connector: null,
    problem: null,
    answerTo: null,
  });
  const pageBefore = (edge: number): unknown => {
    const from = Math.max(1, edge - pageSize);
    return { messages: Array.from({ length: edge - from }, (_, index) => message(from + index)), more: from > 1 };
  };
  const edges = Array.from({ length: count / pageSize }, (_, index) => count + 1 - index * pageSize);
  const host = await createTestHost({ names: ['CP-7'] });
  const port = await startStubDaemon(t, 'CP-7', {
    '': host.stations()[0]?.status(),
    'messages?limit=500': pageBefore(count + 1),
    ...Object.fromEntries(edges.map((edge) => [`messages?before=${edge}&limit=500`, pageBefore(edge)])),
  });
  const { page, defects } = await openPage(t, `http://127.0.0.1:${port}/#/s/CP-7/backend/messages`);
  await page.locator('.message-row').first().waitFor();
  const toEnd =
    "(() => { const rows = document.querySelector('.message-rows'); rows.scrollTop = rows.scrollHeight; })()";
  await until('the last page', async () => {
    await page.evaluate(toEnd);
    return (await page.getByRole('status').allTextContents()).some((text) => text.includes('10,000 messages'));
  });
  await page.evaluate(toEnd);
  await page.locator('.message-row', { hasText: 'Heartbeat' }).last().click();
  await page.getByRole('dialog').getByText('"m1"').waitFor();
  assert.ok((await page.locator('.message-row').count()) < 60);
  // What a backend says is text, whatever it looks like.
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(
    defects.filter((defect) => !defect.includes('404')),
    [],
  );
});
