import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that a test had made, with its key. */
export interface Issued {
  readonly name: string;
  readonly pem: string;
  readonly key: string;
  readonly x509: X509Certificate;
}

/** The keys that a test may want. */
export type KeyKind = 'ec' | 'P-224' | 'P-384' | 'P-521' | 'rsa' | 'rsa1024' | 'ed25519';

/** What a test wants in a certificate. */
export interface Wish {
  readonly subject?: string;
  /** Absent: self-signed. */
  readonly issuer?: Issued;
  readonly days?: number;
  /** Lines of OpenSSL's extension syntax, such as `subjectAltName=DNS:a.example`. */
  readonly extensions?: readonly string[];
  readonly key?: KeyKind | Issued;
  /** As OpenSSL takes it, such as `0x0102`; absent: a random one. */
  readonly serial?: string;
  readonly digest?: 'sha256' | 'sha1';
}

/** Extensions of an authority. */
export const AUTHORITY: readonly string[] = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
];

/** For tests: certificates made by OpenSSL, an implementation that is not ours, in a folder of their own. */
export class TestAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kerbside-tls-'));
  #count = 0;

  constructor() {
    writeFileSync(this.#file('openssl.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n');
  }

  issue(wish: Wish): Issued {
    this.#count += 1;
    const name = `c${this.#count}`;
    const { subject = `/CN=${name}`, days = 365, extensions = [], digest = 'sha256', issuer } = wish;
    const key = keyFor(wish.key ?? 'ec');
    writeFileSync(this.#file(`${name}.key`), key);
    const signer =
      issuer === undefined ? [] : ['-CA', this.#file(`${issuer.name}.pem`), '-CAkey', this.#file(`${issuer.name}.key`)];
    const request = ['req', '-x509', '-new', '-config', this.#file('openssl.cnf'), `-${digest}`, '-utf8'];
    const content = ['-key', this.#file(`${name}.key`), '-subj', subject, '-days', String(days)];
    const added = extensions.flatMap((extension) => ['-addext', extension]);
    const serial = wish.serial === undefined ? [] : ['-set_serial', wish.serial];
    this.#openssl([...request, ...content, ...serial, ...added, ...signer, '-out', this.#file(`${name}.pem`)]);
    const pem = readFileSync(this.#file(`${name}.pem`), 'utf8');
    return { name, pem, key, x509: new X509Certificate(pem) };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What OpenSSL writes when it is asked with these arguments; `@NAME` stands for the file of a certificate. */
  ask(args: readonly string[]): string {
    const named = args.map((arg) => (arg.startsWith('@') ? this.#file(`${arg.slice(1)}.pem`) : arg));
    return execFileSync('openssl', named, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  }

  #openssl(args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}

function keyFor(kind: NonNullable<Wish['key']>): string {
  if (typeof kind === 'object') return kind.key;
  const encoding = { type: 'pkcs8', format: 'pem' } as const;
  return keyPair(kind).privateKey.export(encoding).toString();
}

function keyPair(kind: KeyKind): { readonly privateKey: KeyObject } {
  switch (kind) {
    case 'rsa':
    case 'rsa1024':
      return generateKeyPairSync('rsa', { modulusLength: kind === 'rsa' ? 2048 : 1024 });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'P-224':
    case 'P-384':
    case 'P-521':
      return generateKeyPairSync('ec', { namedCurve: kind });
  }
}
