import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { JsonObject } from '@kerbside/station';

/** An authority that OpenSSL runs, an implementation that is not ours; in a folder of its own until `close`. */
export class OpensslAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kerbside-ca-'));
  /** The root certificate, PEM. */
  readonly cert: string;

  constructor(commonName: string) {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', this.#file('root.key')];
    const usage = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    const subject = ['-subj', `/O=Test/CN=${commonName}`, '-days', '30'];
    writeFileSync(this.#file('empty.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n');
    const config = ['-config', this.#file('empty.cnf')];
    this.#openssl(['req', '-x509', ...config, ...key, ...subject, ...usage, '-out', this.#file('root.pem')]);
    this.cert = readFileSync(this.#file('root.pem'), 'utf8');
  }

  /** Signs what a station asks for, after OpenSSL has verified the request; lines of its extension syntax are added. */
  sign(csr: string, extensions: readonly string[] = ['extendedKeyUsage=clientAuth']): string {
    writeFileSync(this.#file('request.pem'), csr);
    writeFileSync(this.#file('extensions.cnf'), extensions.join('\n'));
    this.#openssl(['req', '-verify', '-noout', '-in', this.#file('request.pem')]);
    const signer = ['-CA', this.#file('root.pem'), '-CAkey', this.#file('root.key'), '-CAcreateserial'];
    const content = ['-in', this.#file('request.pem'), '-extfile', this.#file('extensions.cnf'), '-days', '20'];
    this.#openssl(['x509', '-req', '-sha256', ...content, ...signer, '-out', this.#file('signed.pem')]);
    return readFileSync(this.#file('signed.pem'), 'utf8');
  }

  /** What names a certificate of this authority in OCPP, as OpenSSL computes it for OCSP. */
  hashData(certificate: string): JsonObject {
    writeFileSync(this.#file('named.pem'), certificate);
    const named = ['-issuer', this.#file('root.pem'), '-cert', this.#file('named.pem')];
    const said = this.#openssl(['ocsp', '-sha256', ...named, '-req_text', '-reqout', this.#file('ocsp.der')]);
    const read = (what: string): string => new RegExp(`${what}: ([0-9A-F]+)`, 'i').exec(said)?.[1]?.toLowerCase() ?? '';
    return {
      hashAlgorithm: 'SHA256',
      issuerNameHash: read('Issuer Name Hash'),
      issuerKeyHash: read('Issuer Key Hash'),
      serialNumber: read('Serial Number').replace(/^0+(?=.)/, ''),
    };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #openssl(args: readonly string[]): string {
    return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}
