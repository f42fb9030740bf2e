import { X509Certificate } from 'node:crypto';

import { KerbsideError } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import { certificateFacts, type CertificateFacts } from '../../security/certificate-facts.ts';
import { readPem } from '../../security/pem.ts';
import { readSecretFile, writeSecretFile } from '../access/secret-file.ts';
import { makeOwnCertificate, type KeyedCertificate } from './own-certificate.ts';
import { checkUpload } from './uploaded-certificate.ts';

/** The file in the data folder that keeps the certificate that browsers are shown, with its key. */
export const httpsFileName = 'https.json';

/** What the certificate is opened with. */
export interface HttpsCertificateDeps {
  /** The path of the file. */
  readonly path: string;
  readonly wallMs: () => number;
  /** The names and addresses of the machine. */
  readonly names: () => readonly string[];
}

/** Where the certificate comes from. */
export type HttpsOrigin = 'made' | 'uploaded';

type Kept = KeyedCertificate & { readonly origin: HttpsOrigin };

/** The certificate with which the page is served over HTTPS: made by the device, until somebody brings one. */
export class HttpsCertificate {
  readonly #deps: HttpsCertificateDeps;
  #kept: Kept;
  readonly #listeners = new Set<(keyed: KeyedCertificate) => void>();
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(deps: HttpsCertificateDeps, kept: Kept) {
    this.#deps = deps;
    this.#kept = kept;
  }

  /**
   * Takes what the folder keeps; makes a certificate where there is none, and another one when the one that was made has ended.
   * @throws KerbsideError `config.invalid` (a file that cannot be used), `store.unavailable`
   */
  static async open(deps: HttpsCertificateDeps): Promise<HttpsCertificate> {
    const text = await readSecretFile(deps.path);
    const kept = text === undefined ? undefined : read(text);
    if (kept === null) {
      throw new KerbsideError(
        'config.invalid',
        `${deps.path} holds no certificate with its key. Move it away; a new one is made at the next start.`,
      );
    }
    if (kept !== undefined && (kept.origin === 'uploaded' || !hasEnded(kept, deps.wallMs()))) {
      return new HttpsCertificate(deps, kept);
    }
    const made = await make(deps);
    await writeSecretFile(deps.path, textOf(made));
    return new HttpsCertificate(deps, made);
  }

  /** One that lasts for this run, when the folder cannot be used: what was to be encrypted is not sent in clear. */
  static async forThisRun(deps: HttpsCertificateDeps): Promise<HttpsCertificate> {
    return new HttpsCertificate(deps, await make(deps));
  }

  /** What a server shows. */
  get keyed(): KeyedCertificate {
    return this.#kept;
  }

  get origin(): HttpsOrigin {
    return this.#kept.origin;
  }

  /** Its own certificate for people; never its key. */
  get facts(): CertificateFacts {
    return certificateFacts(new X509Certificate(this.#kept.certificate));
  }

  /** How long it is good yet, in ms; negative when it has ended. */
  get leftMs(): number {
    return this.facts.validToMs - this.#deps.wallMs();
  }

  /** Told of each new one, to serve it from the next connection on. */
  onChange(listener: (keyed: KeyedCertificate) => void): void {
    this.#listeners.add(listener);
  }

  /** Takes one that somebody brings. @throws KerbsideError `access.refused`, `store.unavailable` */
  async replace(given: KeyedCertificate): Promise<void> {
    await this.#keep({ ...checkUpload(given, this.#deps.wallMs()), origin: 'uploaded' });
  }

  /** Goes back to one of the device's own, for its present names and addresses. @throws KerbsideError `store.unavailable` */
  async renew(): Promise<void> {
    await this.#keep(await make(this.#deps));
  }

  /** On disk before it is shown, one after another. */
  async #keep(next: Kept): Promise<void> {
    const write = this.#writing.then(async () => {
      await writeSecretFile(this.#deps.path, textOf(next));
      this.#kept = next;
      for (const listener of this.#listeners) listener(next);
    });
    this.#writing = write.catch(() => undefined);
    await write;
  }
}

async function make({ names, wallMs }: HttpsCertificateDeps): Promise<Kept> {
  return { ...(await makeOwnCertificate(names(), wallMs())), origin: 'made' };
}

function hasEnded({ certificate }: KeyedCertificate, nowMs: number): boolean {
  return new X509Certificate(certificate).validToDate.getTime() <= nowMs;
}

function textOf({ origin, certificate, key }: Kept): string {
  return `${JSON.stringify({ version: 1, origin, certificate, key }, null, 2)}\n`;
}

function read(text: string): Kept | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { origin, certificate, key } = value;
  const isKnown = origin === 'made' || origin === 'uploaded';
  if (!isKnown || typeof certificate !== 'string' || typeof key !== 'string') return null;
  return readPem(certificate).ok ? { origin, certificate, key } : null;
}
