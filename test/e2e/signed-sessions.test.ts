import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';

import { curves, ocaPublicKey, readTransparencyXml, transparencyXml } from '@kerbside/ocmf';
import type { Page } from 'playwright-core';

import { createTestHost } from '../../packages/station/src/api/test-host.ts';
import { foreignHost, noBrowser, openPage } from './parts/browser.ts';
import { payloadOf, signedText, testKey } from './parts/signed-record.ts';
import { startStubDaemon, type StubAnswers } from './parts/stub-daemon.ts';

const station = 'CP/1 <b>';
const key = testKey('ECDSA-secp256r1-SHA256');
const beginPayload = payloadOf({ number: 7, kind: 'B', time: '2026-10-25T02:30:00,000+0200', value: '2935.600' });
const endPayload = payloadOf({ number: 8, kind: 'L', time: '2026-10-25T02:15:00,000+0100', value: '2965.100' });
const begin = signedText(key, beginPayload);
const end = signedText(key, endPayload);
const xml = transparencyXml([
  { transactionId: 17, context: 'Transaction.Begin', format: 'OCMF', data: begin, publicKey: key.publicKey },
  { transactionId: 17, context: 'Transaction.End', format: 'OCMF', data: end, publicKey: key.publicKey },
]);

/** The box with the judgement of all records, or of the record with a number. */
function verdict(page: Page, kind: 'good' | 'bad' | 'open') {
  return page.locator(`.verdict[data-kind=${kind}]`);
}

async function verifyPasted(page: Page, text: string, typed: string | null): Promise<void> {
  await page.getByRole('textbox', { name: 'Signed record' }).fill(text);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.locator('.record .verdict').first().waitFor();
  if (typed === null) return;
  await page.getByRole('textbox', { name: 'Key printed on the meter' }).fill(typed);
  await page.getByRole('button', { name: 'Check with this key' }).click();
}

async function fitsWidth(page: Page): Promise<boolean> {
  const root = 'document.documentElement';
  return page.evaluate(`${root}.scrollWidth <= ${root}.clientWidth`);
}

test('a record that somebody brings along is verified in the browser', { skip: noBrowser }, async (t) => {
  const port = await startStubDaemon(t, station, {});

  for (const host of ['127.0.0.1', foreignHost]) {
    await t.test(`on all seven curves, on a page from ${host}`, async (inner) => {
      const { page, foreign, defects } = await openPage(inner, `http://${host}:${port}/#verify`);
      const scripts: string[] = [];
      page.on('request', (request) => scripts.push(request.url()));
      const secure = host !== foreignHost;
      assert.equal(await page.evaluate('isSecureContext'), secure);
      for (const { method } of curves) {
        const signer = testKey(method);
        await verifyPasted(page, signedText(signer, beginPayload), signer.publicKey);
        await page.locator('.record .verdict[data-kind=good]').waitFor();
        await verifyPasted(page, signedText(signer, beginPayload).replace('2935.600', '2935.601'), signer.publicKey);
        await page.locator('.record .verdict[data-kind=bad]').waitFor();
        // The browser's own cryptography is enough for the first curve; what it lacks is loaded when it is needed.
        const isLoaded = scripts.some((url) => url.includes('other-curves'));
        assert.equal(isLoaded, !secure || method !== 'ECDSA-secp256r1-SHA256', method);
      }
      assert.deepEqual({ foreign, defects }, { foreign: [], defects: [] });
    });
  }

  await t.test('right, changed, with a wrong key, with no key, and nothing of it leaves the browser', async (inner) => {
    const { page } = await openPage(inner, `http://127.0.0.1:${port}/#verify`);
    await page.getByRole('heading', { name: 'Verify a signed record' }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await verifyPasted(page, `${begin}\n${end}\n`, null);
    assert.equal(await verdict(page, 'open').count(), 3);
    await page.getByText('No public key came with it.').first().waitFor();
    await page.getByRole('textbox', { name: 'Key printed on the meter' }).fill(key.publicKey);
    await page.getByRole('button', { name: 'Check with this key' }).click();
    await page.getByText('All records are verified, and begin and end belong together.').waitFor();
    assert.equal(await verdict(page, 'good').count(), 3);
    await page.getByText('29.500 kWh').waitFor();
    await page
      .getByRole('textbox', { name: 'Key printed on the meter' })
      .fill(testKey('ECDSA-secp256r1-SHA256').publicKey);
    await page.getByRole('button', { name: 'Check with this key' }).click();
    await page.getByText('This session is not verified.').waitFor();
    assert.equal(await verdict(page, 'bad').count(), 3);
    await page.getByRole('textbox', { name: 'Key printed on the meter' }).fill('no key at all');
    await page.getByRole('button', { name: 'Check with this key' }).click();
    await page.getByText('This key cannot be read').waitFor();
    assert.deepEqual(asked, []);
  });

  await t.test('many at once, whose fields are there when they are wanted', async (inner) => {
    const { page } = await openPage(inner, `http://127.0.0.1:${port}/#verify`);
    const signer = testKey('ECDSA-secp256k1-SHA256');
    const readings = Array.from({ length: 60 }, (_, minute) =>
      payloadOf({
        number: minute + 1,
        kind: minute === 0 ? 'B' : minute === 59 ? 'E' : 'C',
        time: `2026-10-25T12:${String(minute).padStart(2, '0')}:00,000+0100`,
        value: (1000 + minute / 10).toFixed(3),
      }),
    );
    await verifyPasted(page, readings.map((payload) => signedText(signer, payload)).join('\n'), signer.publicKey);
    await page.getByText('All records are verified, and begin and end belong together.').waitFor();
    await page.locator('strong', { hasText: '5.900 kWh' }).waitFor();
    assert.equal(await page.locator('.record .verdict[data-kind=good]').count(), 60);
    const middle = page.locator('.record').nth(30);
    assert.equal(await middle.getByText('1003.000').count(), 1, 'only in the text');
    await middle.getByText('Reading', { exact: true }).click();
    await middle.locator('dd', { hasText: '1003.000' }).waitFor();
  });

  await t.test('out of an OCPP message, with the key that came in it', async (inner) => {
    const { page } = await openPage(inner, `http://127.0.0.1:${port}/#verify`);
    const sampled = (context: string, data: string) => {
      const signedMeterData = Buffer.from(data).toString('base64');
      const publicKey = ocaPublicKey(key.publicKey);
      const value = JSON.stringify({ signedMeterData, signingMethod: '', encodingMethod: 'OCMF', publicKey });
      return { timestamp: '2026-10-25T00:30:00Z', sampledValue: [{ value, context, format: 'SignedData' }] };
    };
    const transactionData = [sampled('Transaction.Begin', begin), sampled('Transaction.End', end)];
    const stop = { transactionId: 1, meterStop: 2_965_100, timestamp: '2026-10-25T01:15:00Z', transactionData };
    await verifyPasted(page, JSON.stringify([2, 'id', 'StopTransaction', stop]), null);
    await page.getByText('All records are verified, and begin and end belong together.').waitFor();
  });

  await t.test('from the XML of the transparency software, and a rule that is broken is named', async (inner) => {
    const { page } = await openPage(inner, `http://127.0.0.1:${port}/#verify`);
    const file = { name: 'session.xml', mimeType: 'text/xml', buffer: Buffer.from(xml) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('All records are verified, and begin and end belong together.').waitFor();
    const bentFile = `new File([${JSON.stringify(xml.replaceAll('2965.100', '2965.101'))}], 'session.xml')`;
    const dropped = `(() => { const all = new DataTransfer(); all.items.add(${bentFile}); return all; })()`;
    await page.locator('#pasted').dispatchEvent('drop', { dataTransfer: await page.evaluateHandle(dropped) });
    await page.getByText('This session is not verified.').waitFor();
    const bent = endPayload.replace('"ST":"G"', '"ST":"M"');
    await verifyPasted(page, signedText(key, bent), key.publicKey);
    await page.getByText('The signature is right, but the record breaks a rule.').waitFor();
    await page.getByText('rule meter.status').waitFor();
    await page.getByText('the meter was manipulated').waitFor();
    await page.getByRole('textbox', { name: 'Signed record' }).fill('<html></html>');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText('No signed record was found in it: ').waitFor();
  });
});

const session = {
  number: 17,
  transaction: 't/17',
  evse: 1,
  connector: 1,
  idToken: '<i>PERSON</i>',
  startedAt: '2026-10-25T00:30:00.000Z',
  endedAt: '2026-10-25T01:15:00.000Z',
  meterStartWh: 2_935_600,
  meterStopWh: 2_965_100,
  energyWh: 29_500,
  reason: 'Local',
  billing: 'signed',
  problem: null,
  state: 'delivered',
  transactionId: '4711',
  meterSerial: 'M-1',
  test: true,
  records: 2,
};
const record = { number: 1, encoding: 'OCMF', method: '', publicKey: key.publicKey, meterSerial: 'M-1', test: true };
const unbillable = { billing: 'unbillable', problem: 'The meter gave no signed end.', state: 'waiting', records: 0 };
const host = await createTestHost({ names: [station] });
const state = host.stations()[0]?.status();

const answers: StubAnswers = {
  '': {
    ...state,
    evses: [
      {
        id: 1,
        pilot: 'A',
        plugged: false,
        contactor: 'open',
        phase: 'idle',
        limitMilliamps: 16_000,
        limitPhases: 3,
        limitSource: 'hardware',
        limitUntilMs: null,
        reservation: null,
        transaction: null,
        status: 'Unavailable',
        errorCode: 'PowerMeterFailure',
        info: 'The key of the meter changed',
      },
    ],
  },
  'sessions?limit=50': { sessions: [session, { ...session, number: 16, transaction: 't16', ...unbillable }], next: 16 },
  'sessions?limit=50&before=16': { sessions: [{ ...session, number: 3, transaction: 't3' }], next: null },
  'sessions/t%2F17': {
    ...session,
    signedRecords: [
      { ...record, context: 'Transaction.Begin', data: begin, pagination: 'T7' },
      { ...record, context: 'Transaction.End', data: end, pagination: 'T8' },
    ],
  },
  'sessions/t16': { ...session, ...unbillable, signedRecords: [] },
  'sessions/t%2F17/records?form=xml': xml,
  eichrecht: {
    connectors: [
      {
        evse: 1,
        applies: true,
        meter: {
          serial: 'M-1',
          publicKey: testKey('ECDSA-secp256r1-SHA256').publicKey,
          clock: 'informative',
          condition: 'good',
          pagination: 8,
          test: true,
          component: { name: 'signer', version: '1.2', checksum: 'C0FFEE' },
        },
        blocks: [
          {
            cause: 'keyChanged',
            since: '',
            info: '',
            sentence: 'The key is another.',
            detail: 'M-9',
            remedy: 'Find out who.',
          },
        ],
      },
      { evse: 2, applies: true, meter: null, blocks: [] },
      { evse: 3, applies: false, meter: null, blocks: [] },
    ],
    archive: { records: 2, undelivered: 1, capacity: 50_000, blocked: 'full' },
  },
};

async function openStub(t: TestContext, hash: string, viewer: Parameters<typeof openPage>[2] = {}) {
  const port = await startStubDaemon(t, station, answers);
  return openPage(t, `http://127.0.0.1:${port}/${hash}`, viewer);
}

const home = `#/s/${encodeURIComponent(station)}`;

test('the sessions of a station are shown with their signed records', { skip: noBrowser }, async (t) => {
  await t.test('as a list, newest first and page by page', async (inner) => {
    const { page, defects } = await openStub(inner, `${home}/status`);
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    const rows = page.locator('.sessions li');
    await rows.nth(1).waitFor();
    assert.match(
      (await rows.nth(0).textContent()) ?? '',
      /Connector 1 · Card <i>PERSON<\/i> · 29\.500 kWh.*signed.*delivered.*TEST/,
    );
    assert.match((await rows.nth(1).textContent()) ?? '', /not billable.*waiting.*The meter gave no signed end\./);
    await page.getByRole('button', { name: 'Older sessions' }).click();
    await rows.nth(2).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Older sessions' }).isVisible(), false);
    await rows.nth(1).getByRole('link').click();
    await page.getByText('This session has no signed records.').waitFor();
    await page.goBack();
    const meters = page.getByRole('region', { name: 'Meters and their keys' });
    assert.match(
      (await meters.textContent()) ?? '',
      /Connector 1 TEST.*M-1.*good.*informative.*8.*signer 1\.2.*C0FFEE.*Connector 2.*does not answer.*2 of at most 50000.*archive is full/,
    );
    assert.deepEqual(defects, []);
  });

  await t.test('verified, with another key at the meter now, and as a file for the public software', async (inner) => {
    const { page, defects } = await openStub(inner, `${home}/sessions/t%2F17`);
    await page.getByText('All records are verified, and begin and end belong together.').waitFor();
    await page.locator('strong', { hasText: '29.500 kWh' }).waitFor();
    await page.getByText('The meter shows another key now.').first().waitFor();
    assert.equal(await page.locator('.record').first().locator('.badge', { hasText: 'TEST' }).count(), 1);
    assert.deepEqual(await page.locator('.record pre').first().allTextContents(), [key.publicKey]);
    const exact = page.getByLabel('The text as it was signed');
    assert.deepEqual(await exact.allTextContents(), [begin, end]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'XML for the transparency software' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'session-17.xml');
    const values = readTransparencyXml(await readFile(await download.path(), 'utf8'));
    assert.deepEqual(
      values.map(({ data }) => data),
      [begin, end],
    );
    await page
      .getByRole('button', { name: 'Table (CSV)' })
      .click()
      .catch(() => undefined);
    await page.getByText('The download failed: There is no such thing.').waitFor();
    assert.equal(defects.length, 1, 'only the download that there is not');
  });

  await t.test('and a connector says why nobody may start, and what to do', async (inner) => {
    const { page } = await openStub(inner, `${home}/status`);
    const said = page.getByRole('alert').filter({ hasText: 'No new session: The key is another.' });
    assert.match((await said.textContent()) ?? '', /M-9.*Find out who\./);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`in German on a phone, ${colorScheme}, without sideways scrolling`, async (inner) => {
      const { page } = await openStub(inner, `${home}/status`, {
        width: 390,
        height: 844,
        locale: 'de-DE',
        colorScheme,
      });
      const shoot = async (name: string): Promise<void> => {
        const folder = process.env['KERBSIDE_SCREENSHOTS'];
        if (folder !== undefined)
          await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true });
        assert.ok(await fitsWidth(page), name);
      };
      await page.getByText('Kein neuer Ladevorgang: Der Zähler signiert mit einem anderen Schlüssel').waitFor();
      await shoot('station');
      await page.evaluate(`location.hash = ${JSON.stringify(`${home}/sessions`)}`);
      await page.getByText('nicht abrechenbar').waitFor();
      await shoot('sessions');
      await page.evaluate(`location.hash = ${JSON.stringify(`${home}/sessions/t%2F17`)}`);
      await page.getByText('Alle Datensätze sind geprüft, Beginn und Ende gehören zusammen.').waitFor();
      await page.getByText('Wie sicher die Zuordnung ist').first().waitFor();
      await page.locator('strong', { hasText: '29,500 kWh' }).waitFor();
      await shoot('session');
      await page.evaluate("location.hash = '#verify'");
      await page.getByRole('textbox', { name: 'Signierter Datensatz' }).fill(begin.replace('2935.600', '2935.601'));
      await page.getByRole('button', { name: 'Prüfen', exact: true }).click();
      await page.locator('.record').waitFor();
      await page.getByRole('textbox', { name: 'Schlüssel, der auf dem Zähler steht' }).fill(key.publicKey);
      await page.getByRole('button', { name: 'Mit diesem Schlüssel prüfen' }).click();
      await page.getByText('Die Signatur ist falsch').waitFor();
      await shoot('verify');
    });
  }
});
