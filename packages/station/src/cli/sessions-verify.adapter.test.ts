import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { curves, ocaPublicKey, transparencyXml, type OcmfPayload } from '@kerbside/ocmf';

import { createSeededRandom } from '../core/random.ts';
import { keyPairOf, makeKey } from '../drivers/signing/key-pair.ts';
import { signOcmf } from '../drivers/signing/sign-ocmf.ts';
import { runCli } from './cli.ts';
import { createTestIo } from './test-io.ts';

const pair = keyPairOf(makeKey(curves[0]?.method ?? '', createSeededRandom('meter')));
const other = keyPairOf(makeKey(curves[0]?.method ?? '', createSeededRandom('another meter')));

function record(number: number, TX: string, RV: string, more: Partial<OcmfPayload> = {}): string {
  const TM = `2026-07-24T1${number}:00:00,000+0200 S`;
  const RD = [{ TM, TX, RV, RI: '01-00:B2.08.00*FF', RU: 'kWh', ST: 'G' }];
  const payload = { FV: '1.0', PG: `T${number}`, MS: 'M-1', IS: true, IL: 'TRUSTED', IT: 'ISO14443', ID: '04A1' };
  return signOcmf({ ...payload, RD, ...more }, pair).data;
}

const begin = record(1, 'B', '2935.600');
const end = record(2, 'E', '2940.100');

function oca(data: string, publicKey: string): string {
  const signedMeterData = Buffer.from(data).toString('base64');
  return JSON.stringify({ signedMeterData, signingMethod: '', encodingMethod: 'OCMF', publicKey });
}

describe('kerbside sessions verify', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kerbside-verify-'));
    const values = [begin, end].map((data, index) => ({
      timestamp: '2026-07-24T11:22:04.000Z',
      sampledValue: [{ value: oca(data, index === 0 ? ocaPublicKey(pair.publicKey) : ''), format: 'SignedData' }],
    }));
    const value = { transactionId: 7, context: null, format: 'OCMF', publicKey: pair.publicKey };
    const files: Readonly<Record<string, string>> = {
      'session.ocmf': `${begin}\n${end}\n`,
      'changed.ocmf': begin.replace('2935.600', '2935.500'),
      'key.txt': `0x${pair.publicKey.toUpperCase()}\n`,
      'other.txt': other.publicKey,
      'session.xml': transparencyXml([begin, end].map((data) => ({ ...value, data }))),
      'stop.json': JSON.stringify([2, '1', 'StopTransaction', { transactionId: 42, transactionData: values }]),
      'table.csv': `data,publicKey,transaction\r\n"${begin.replaceAll('"', '""')}",${pair.publicKey},tx-1\r\n`,
      'refused.ocmf': record(3, 'B', '1.0', { IL: 'INVALID' }),
      'swapped.xml': transparencyXml([
        { ...value, data: record(4, 'B', '2941.0') },
        { ...value, data: record(5, 'E', '2940.9') },
      ]),
      'sly.ocmf': record(6, 'B', '1.0', { ID: '\u001B[2J\u202E' }),
      'other.xml': transparencyXml([{ ...value, format: 'EDL_40_P', data: '3F0A' }]),
      'text.txt': 'hello',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function run(...words: readonly string[]) {
    const io = createTestIo({
      workingFolder: folder,
      environment: { KERBSIDE_DATA: join(folder, 'none') },
      input: begin,
    });
    const code = await runCli(['sessions', 'verify', ...words], io);
    return { code, output: io.output(), errors: io.errors() };
  }

  it('says of each record and of the session whether they hold, without any daemon', async () => {
    const { code, output } = await run('session.ocmf', '--key', 'key.txt');
    assert.equal(code, 0);
    assert.match(output, /^Record 1: VALID\n/);
    assert.match(output, /meter +M-1\n/);
    assert.match(output, /begin +2935\.600 kWh at 2026-07-24T11:00:00,000\+0200 S/);
    assert.match(output, /The session: BEGIN AND END BELONG TOGETHER\n/);
    assert.match(output, /energy +4500 Wh/);
  });

  it('reads XML, StopTransaction and tables, and takes the key that came with them', async () => {
    for (const file of ['session.xml', 'stop.json', 'table.csv']) {
      const { code, output } = await run(file);
      assert.equal(code, 0, output);
      assert.match(output, /The key came with the record: compare it/);
    }
    assert.match((await run('stop.json')).output, /Record 2, transaction 42: VALID\n.*another record of this meter/s);
  });

  it('tells a changed record from one that cannot be checked, and ends with 8', async () => {
    const changed = await run('changed.ocmf', '--key', pair.publicKey);
    assert.deepEqual(
      [changed.code, /Record 1: INVALID\n +why +The signature does not belong/.test(changed.output)],
      [8, true],
    );
    const foreign = await run('session.xml', '--key', 'other.txt');
    assert.deepEqual([foreign.code, /Record 1, transaction 7: INVALID/.test(foreign.output)], [8, true]);
    const keyless = await run('-');
    assert.deepEqual(
      [keyless.code, /Record 1: UNVERIFIABLE\n +why +There is no public key/.test(keyless.output)],
      [8, true],
    );
    const unknown = await run('other.xml');
    assert.deepEqual([unknown.code, /format EDL_40_P cannot be checked here/.test(unknown.output)], [8, true]);
  });

  it('does not call a record good that is signed and still not to be billed by (E-31)', async () => {
    const refused = await run('refused.ocmf', '--key', 'key.txt');
    assert.equal(refused.code, 8);
    assert.match(refused.output, /VALID, BUT NOT TO BE BILLED BY\n +not allowed +The user was not accepted/);
    const swapped = await run('swapped.xml');
    assert.equal(swapped.code, 8);
    assert.match(
      swapped.output,
      /The session of transaction 7: NOT TO BE BILLED BY\n +not allowed +The register goes back/,
    );
  });

  it('answers in JSON for programs', async () => {
    const { code, output } = await run('session.ocmf', 'changed.ocmf', '--key', 'key.txt', '--json');
    assert.equal(code, 8);
    const { ok, sources } = JSON.parse(output) as {
      ok: boolean;
      sources: readonly {
        ok: boolean;
        records: readonly { signature: string; data: string }[];
        sessions: readonly { energyWh: string }[];
      }[];
    };
    assert.equal(ok, false);
    assert.deepEqual(
      sources.map((source) => [source.ok, source.records.map(({ signature }) => signature)]),
      [
        [true, ['valid', 'valid']],
        [false, ['invalid']],
      ],
    );
    assert.equal(sources[0]?.sessions[0]?.energyWh, '4500');
    assert.equal(sources[0]?.records[0]?.data, begin);
  });

  it('lets a record say nothing to the terminal', async () => {
    const { output } = await run('sly.ocmf', '--key', 'key.txt');
    assert.match(output, /user +·\[2J· /);
    assert.ok(!output.includes('\u001B') && !output.includes('\u202E'));
  });

  it('says what it needs when it gets something else', async () => {
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [[], 2, /Name what to verify/],
      [['text.txt'], 2, /text\.txt cannot be verified\. There is no signed record in it/],
      [['.'], 2, /cannot be read/],
      [['session.ocmf', '--key', 'secret'], 2, /--key is neither a file nor a public key/],
      [['session.ocmf', '--key', 'text.txt'], 2, /text\.txt holds no public key/],
      [['tx-1'], 5, /no file tx-1, and no daemon/],
    ];
    for (const [words, code, problem] of cases) {
      const done = await run(...words);
      assert.deepEqual([done.code, done.output], [code, ''], words.join(' '));
      assert.match(done.errors, problem);
    }
  });
});
