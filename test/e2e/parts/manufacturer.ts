import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { JsonObject } from '@kerbside/station';

/** A manufacturer whose keys, certificates and signatures are made by OpenSSL, as those of others are. */
export class Manufacturer {
  readonly #folder: string;
  readonly #name: string;

  /** @param folder takes the keys */
  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    const subject = (who: string): readonly string[] => ['-subj', `/O=${name}/CN=${who}`];
    const days = ['-days', '3650'];
    this.#openssl('req', '-x509', ...this.#newKey('root'), ...subject('root'), ...days, '-out', this.#path('root.pem'));
    this.#openssl('req', ...this.#newKey('signer'), ...subject('firmware'), '-out', this.#path('signer.csr'));
    writeFileSync(
      this.#path('use.cnf'),
      'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=codeSigning\n',
    );
    const issuer = ['-CA', this.#path('root.pem'), '-CAkey', this.#path('root.key'), '-CAcreateserial'];
    const issued = [
      '-in',
      this.#path('signer.csr'),
      '-extfile',
      this.#path('use.cnf'),
      '-out',
      this.#path('signer.pem'),
    ];
    this.#openssl('x509', '-req', ...issuer, ...issued, ...days);
  }

  /** The certificate that a station has to trust, PEM. */
  get root(): string {
    return readFileSync(this.#path('root.pem'), 'utf8');
  }

  get certificate(): string {
    return readFileSync(this.#path('signer.pem'), 'utf8');
  }

  /** The signature of an image, base64: RSA-PSS over SHA-256. */
  sign(image: Uint8Array): string {
    const file = this.#path('image');
    writeFileSync(file, image);
    const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:-1'];
    return this.#openssl('dgst', '-sha256', ...pss, '-sign', this.#path('signer.key'), file).toString('base64');
  }

  /** What SignedUpdateFirmware is asked with. */
  request(requestId: number, location: string, image: Uint8Array, more: JsonObject = {}): JsonObject {
    const firmware = {
      location,
      retrieveDateTime: '2020-01-01T00:00:00Z',
      signingCertificate: this.certificate,
      signature: this.sign(image),
      ...more,
    };
    return { requestId, retries: 0, firmware };
  }

  #newKey(name: string): readonly string[] {
    return ['-newkey', 'rsa:3072', '-nodes', '-keyout', this.#path(`${name}.key`)];
  }

  #path(name: string): string {
    return join(this.#folder, `${this.#name}-${name}`);
  }

  #openssl(...args: readonly string[]): Buffer {
    return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  }
}

/** An image for simulated slots: its header, and bytes up to a size. */
export function simulatedImage(
  version: string,
  { simulate = '', bytes = 200_000 }: { readonly simulate?: string; readonly bytes?: number } = {},
): Buffer {
  const marker = simulate === '' ? '' : `simulate: ${simulate}\n`;
  return Buffer.concat([
    Buffer.from(`KERBSIDE-FIRMWARE\nversion: ${version}\n${marker}\n`),
    Buffer.alloc(bytes, version),
  ]);
}
