import { X509Certificate } from 'node:crypto';

import { isRecord, type Json } from '../core/json.ts';
import type { Store, Write } from '../store/store.ts';
import { certificateHashes, publicKeyBits, type CertificateHashes, type HashAlgorithm } from './certificate-hashes.ts';
import { readPem, toPem } from './pem.ts';

/** What an installed root vouches for: backends, or the manufacturer's firmware. */
export type RootKind = 'centralSystem' | 'manufacturer';

/** A root as it is kept: texts, as few of them are ever looked at. */
export interface InstalledRoot {
  readonly kind: RootKind;
  readonly pem: string;
  /** SHA-256 over the certificate, hexadecimal with colons, as Node writes it. */
  readonly fingerprint: string;
  /** The bits of its issuer's public key, Base64: that issuer may be gone when the hashes are asked for. */
  readonly issuerKey: string;
  readonly installedMs: number;
  /** It replaces the others of its kind as soon as a link was verified by it (AdditionalRootCertificateCheck). */
  readonly replacing: boolean;
}

/** What is added and what is taken away in one step. */
export interface RootChange {
  readonly add?: InstalledRoot;
  readonly remove?: readonly InstalledRoot[];
}

const collection = 'roots';

/** The roots that were installed on one station; every change is on disk before it counts. */
export class CertificateStore {
  readonly #station: string;
  readonly #store: Store;
  #roots: readonly InstalledRoot[] = none;

  constructor(deps: { readonly station: string; readonly store: Store }) {
    this.#station = deps.station;
    this.#store = deps.store;
  }

  /** Reads what an earlier life installed. Documents that this version cannot read stay there and do not count. */
  async load(): Promise<void> {
    const documents = await this.#store.readDocuments(this.#station, collection);
    if (documents.size === 0) return;
    this.#roots = [...documents.values()].flatMap((document) => rootOf(document) ?? []).toSorted(byAge);
  }

  /** The oldest first. */
  get roots(): readonly InstalledRoot[] {
    return this.#roots;
  }

  /** Those of one kind. */
  of(kind: RootKind): readonly InstalledRoot[] {
    return this.#roots.length === 0 ? none : this.#roots.filter((root) => root.kind === kind);
  }

  /** Changes several at once, all or nothing. Rejects with `store.unavailable`: then nothing has changed. */
  async change({ add, remove = [] }: RootChange): Promise<void> {
    const [station, gone] = [this.#station, new Set(remove.map(keyOf))];
    const writes: Write[] = [...gone].map((key) => ({ op: 'deleteDocument', station, collection, key }));
    if (add !== undefined)
      writes.push({ op: 'putDocument', station, collection, key: keyOf(add), value: documentOf(add) });
    await this.#store.commit(writes);
    const added = add === undefined ? [] : [add];
    const replaced = new Set([...gone, ...added.map(keyOf)]);
    this.#roots = [...this.#roots.filter((root) => !replaced.has(keyOf(root))), ...added].toSorted(byAge);
  }
}

const none: readonly InstalledRoot[] = [];

/** A certificate as it is to be kept. */
export function installedRoot(
  certificate: X509Certificate,
  facts: Pick<InstalledRoot, 'kind' | 'installedMs' | 'replacing'> & { readonly issuer: X509Certificate },
): InstalledRoot {
  const { kind, installedMs, replacing, issuer } = facts;
  return {
    kind,
    pem: toPem(certificate),
    fingerprint: certificate.fingerprint256,
    issuerKey: Buffer.from(publicKeyBits(issuer)).toString('base64'),
    installedMs,
    replacing,
  };
}

/** The certificate of a root. */
export function certificateOf({ pem }: InstalledRoot): X509Certificate {
  return new X509Certificate(pem);
}

/** What names a root in OCPP. */
export function hashesOf(root: InstalledRoot, algorithm: HashAlgorithm): CertificateHashes {
  return certificateHashes(certificateOf(root), Buffer.from(root.issuerKey, 'base64'), algorithm);
}

function byAge(one: InstalledRoot, other: InstalledRoot): number {
  return one.installedMs - other.installedMs;
}

function isCertificate(pem: string): boolean {
  return readPem(pem).ok;
}

function keyOf({ kind, fingerprint }: InstalledRoot): string {
  return `${kind} ${fingerprint}`;
}

function documentOf(root: InstalledRoot): Json {
  return { ...root };
}

function rootOf(document: Json): InstalledRoot | undefined {
  if (!isRecord(document)) return undefined;
  const { kind, pem, fingerprint, issuerKey, installedMs, replacing } = document;
  if (kind !== 'centralSystem' && kind !== 'manufacturer') return undefined;
  if (typeof pem !== 'string' || typeof fingerprint !== 'string' || typeof issuerKey !== 'string') return undefined;
  if (typeof installedMs !== 'number' || !isCertificate(pem)) return undefined;
  return { kind, pem, fingerprint, issuerKey, installedMs, replacing: replacing === true };
}
