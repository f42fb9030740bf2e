import { createHash, X509Certificate } from 'node:crypto';
import tls from 'node:tls';

import { BoundedCache } from './bounded-cache.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/** A set of certificates whose word is taken without proof. */
export interface TrustAnchors {
  /** Those with this subject, as Node writes it; installed ones first. */
  named(subject: string): Iterable<X509Certificate>;
  /** Whether exactly this certificate is installed. */
  installed(certificate: X509Certificate): boolean;
}

/** Makes and keeps trust sets, so that many stations share one and the public roots are parsed once, when first needed. */
export class TrustAnchorCache {
  readonly #sets = new BoundedCache<TrustAnchors>(100);
  #publicRoots: TrustAnchors | undefined;

  /** The set of the installed roots (PEM texts; unreadable ones count for nothing), with the public ones if asked. */
  of(roots: readonly string[], publicRoots: boolean): TrustAnchors {
    const key = createHash('sha256').update(roots.join('\n')).digest('base64');
    const installed = this.#sets.of(key, () => indexOf(roots.flatMap(readPem)));
    return publicRoots ? withPublic(installed, () => this.#public()) : installed;
  }

  /** Through the module object: importing the name would make Node build the whole list at the start of every daemon. */
  #public(): TrustAnchors {
    this.#publicRoots ??= indexOf(tls.rootCertificates.flatMap(readPem));
    return this.#publicRoots;
  }
}

function readPem(text: string): X509Certificate[] {
  return (text.match(PEM) ?? []).flatMap((pem) => {
    try {
      return [new X509Certificate(pem)];
    } catch {
      return [];
    }
  });
}

function indexOf(certificates: readonly X509Certificate[]): TrustAnchors {
  const bySubject = Map.groupBy(certificates, ({ subject }) => subject);
  const named = (subject: string): readonly X509Certificate[] => bySubject.get(subject) ?? [];
  return { named, installed: ({ subject, raw }) => named(subject).some((one) => one.raw.equals(raw)) };
}

/** Lazy: who finds an installed root does not pay for parsing the public ones. */
function withPublic(installed: TrustAnchors, publicRoots: () => TrustAnchors): TrustAnchors {
  return {
    *named(subject) {
      yield* installed.named(subject);
      yield* publicRoots().named(subject);
    },
    installed: (certificate) => installed.installed(certificate),
  };
}
