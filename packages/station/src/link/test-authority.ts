import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
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

/** What a test wants in a certificate. */
export interface Wish {
  readonly subject?: string;
  /** Absent: self-signed. */
  readonly issuer?: Issued;
  readonly days?: number;
  /** Lines of OpenSSL's extension syntax, such as `subjectAltName=DNS:a.example`. */
  readonly extensions?: readonly string[];
  readonly key?: 'ec' | 'rsa1024' | Issued;
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
    this.#openssl([...request, ...content, ...added, ...signer, '-out', this.#file(`${name}.pem`)]);
    const pem = readFileSync(this.#file(`${name}.pem`), 'utf8');
    return { name, pem, key, x509: new X509Certificate(pem) };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
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
  const pair =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 1024 });
  return pair.privateKey.export(encoding).toString();
}
