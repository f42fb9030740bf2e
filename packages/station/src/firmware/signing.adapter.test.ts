import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { isSignedBy } from './image-signature.ts';
import { judgeSigner } from './signing-certificate.ts';

/** What OpenSSL makes: an implementation that is not ours. */
const folder = mkdtempSync(join(tmpdir(), 'kerbside-signer-'));
const file = (name: string): string => join(folder, name);
const openssl = (...args: readonly string[]): void =>
  void execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
const read = (name: string): string => readFileSync(file(name), 'utf8');
const image = Buffer.concat([Buffer.from('firmware'), Buffer.alloc(100_000, 7)]);

const nowMs = Date.now();
const clock = { nowMs, clockValid: true };

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 4_096) yield bytes.subarray(at, at + 4_096);
}

/** A certificate below `issuer`, or below itself, with lines of OpenSSL's extension syntax. */
function certificate(
  name: string,
  key: readonly string[],
  extensions: readonly string[],
  issuer: string | null = 'root',
  days: string = '30',
): void {
  openssl('genpkey', ...key, '-out', `${name}.key`);
  writeFileSync(file('req.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n');
  openssl('req', '-new', '-config', 'req.cnf', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
  writeFileSync(file('ext.cnf'), extensions.join('\n'));
  const by =
    issuer === null
      ? ['-signkey', `${name}.key`]
      : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-sha256',
    '-in',
    `${name}.csr`,
    '-extfile',
    'ext.cnf',
    '-days',
    days,
    ...by,
    '-out',
    `${name}.pem`,
  );
}

const ec = (curve: string): string[] => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
const rsa = (bits: number): string[] => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];
const authority = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
const signer = ['basicConstraints=CA:FALSE', 'keyUsage=critical,digitalSignature'];

before(() => {
  writeFileSync(file('image'), image);
  certificate('root', ec('P-256'), authority, null);
  certificate('other-root', ec('P-256'), authority, null);
  certificate('ec', ec('P-256'), signer);
  certificate('ec384', ec('P-384'), signer);
  certificate('rsa', rsa(2048), signer);
  certificate('weak', rsa(1024), signer);
  certificate('plain', ec('P-256'), ['basicConstraints=CA:FALSE']);
  certificate('encipher', rsa(2048), ['basicConstraints=CA:FALSE', 'keyUsage=critical,keyEncipherment']);
  certificate('below', ec('P-256'), [...authority, 'subjectKeyIdentifier=hash']);
  certificate('leaf', ec('P-256'), signer, 'below');
  certificate('foreign', ec('P-256'), signer, 'other-root');
  certificate('narrow', ec('P-256'), ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign']);
  certificate('too-deep', ec('P-256'), authority, 'narrow');
  certificate('deep-leaf', ec('P-256'), signer, 'too-deep');
});

after(() => rmSync(folder, { recursive: true, force: true }));

void describe('the certificate that firmware is signed with', () => {
  const judge = (...names: readonly string[]): string | true => {
    const judged = judgeSigner(names.map((name) => read(`${name}.pem`)).join(''), {
      roots: [new X509Certificate(read('root.pem'))],
      time: clock,
    });
    return judged.ok || judged.problem;
  };

  void it('is taken below an installed root, directly or over authorities that were sent along, in any order (S-17)', () => {
    for (const names of [['ec'], ['ec384'], ['rsa'], ['plain'], ['leaf', 'below'], ['leaf', 'root', 'below']])
      assert.equal(judge(...names), true, names.join());
    assert.equal(judge('root'), true, 'a root may sign by itself');
  });

  void it('is refused with words when it is below no root, too weak, or for something else (S-17)', () => {
    assert.match(String(judge('foreign')), /signed by no installed root/);
    assert.match(String(judge('leaf')), /signed by no installed root/, 'what stands between is missing');
    assert.match(String(judge('weak')), /too weak/);
    assert.match(String(judge('encipher')), /not for signing data/);
    assert.match(String(judge('below')), /for an authority/);
    assert.match(String(judge('deep-leaf', 'too-deep', 'narrow')), /may not stand above/);
    const bare = judgeSigner('nothing', { roots: [new X509Certificate(read('root.pem'))], time: clock });
    assert.ok(!bare.ok);
  });

  void it('is refused when it has expired, and taken without a valid clock only by its end (S-17)', () => {
    const roots = [new X509Certificate(read('root.pem'))];
    const late = judgeSigner(read('ec.pem'), { roots, time: { nowMs: nowMs + 40 * 86_400_000, clockValid: true } });
    assert.ok(!late.ok && /expired/.test(late.problem));
    assert.ok(!judgeSigner(read('ec.pem'), { roots, time: { nowMs: nowMs - 9 * 86_400_000, clockValid: true } }).ok);
    assert.ok(judgeSigner(read('ec.pem'), { roots, time: { nowMs: nowMs - 9 * 86_400_000, clockValid: false } }).ok);
  });
});

void describe('the signature over an image', () => {
  const signed = (name: string, ...options: readonly string[]): string => {
    openssl('dgst', '-sha256', '-sign', `${name}.key`, ...options, '-out', 'signature', 'image');
    return readFileSync(file('signature')).toString('base64');
  };
  const check = (name: string, signature: string, bytes: Uint8Array = image): Promise<boolean> =>
    isSignedBy(new X509Certificate(read(`${name}.pem`)), signature, pieces(bytes));
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:-1'];

  void it('of OpenSSL is right over the whole image: ECDSA on two curves, RSA with either padding (S-18)', async () => {
    for (const [name, options] of [
      ['ec', []],
      ['ec384', []],
      ['rsa', pss],
      ['rsa', []],
    ] as const)
      assert.equal(await check(name, signed(name, ...options)), true, `${name} ${options.join(' ')}`);
  });

  void it('is wrong when one bit of the image or of it is another, at any place (S-18)', async () => {
    const signature = signed('ec');
    for (const at of [0, 4_095, 4_096, image.length - 1]) {
      const flipped = Buffer.from(image);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      assert.equal(await check('ec', signature, flipped), false, `byte ${at}`);
    }
    assert.equal(await check('ec', signature, image.subarray(0, -1)), false);
    assert.equal(await check('ec384', signature), false, 'another key');
    const bytes = Buffer.from(signature, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    assert.equal(await check('ec', bytes.toString('base64')), false);
    for (const none of ['', 'AAAA', 'not base64 at all!']) assert.equal(await check('rsa', none), false);
  });

  void it('with another digest is none (S-18)', async () => {
    openssl('dgst', '-sha1', '-sign', 'rsa.key', '-out', 'signature', 'image');
    assert.equal(await check('rsa', readFileSync(file('signature')).toString('base64')), false);
  });
});
