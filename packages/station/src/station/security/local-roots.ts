import type { ApiRoots, RootView } from '../../api/host-port.ts';
import { KerbsideError } from '../../core/errors.ts';
import type { VerifiedLink } from '../../link/verified-link.ts';
import { certificateFacts } from '../../security/certificate-facts.ts';
import { certificateOf, type InstalledRoot, type RootKind } from '../../security/certificate-store.ts';
import type { RootDesk } from './root-desk.ts';

/** The roots of a station as people on site see and change them. */
export function localRoots(desk: RootDesk, link: () => VerifiedLink | null): ApiRoots {
  return {
    list: () => desk.roots.map((root) => viewOf(root, link()?.anchor ?? null)),
    install: (kind, pem) => install(desk, kind, pem),
    delete: (fingerprint) => remove(desk, fingerprint),
  };
}

function viewOf(root: InstalledRoot, anchor: string | null): RootView {
  const { kind, fingerprint, installedMs, replacing } = root;
  const { name, subject, issuer, validFromMs, validToMs } = certificateFacts(certificateOf(root));
  const inUse = kind === 'centralSystem' && fingerprint === anchor;
  return { kind, name, subject, issuer, validFromMs, validToMs, fingerprint, installedMs, replacing, inUse };
}

async function install(desk: RootDesk, kind: RootKind, pem: string): Promise<boolean> {
  const outcome = await desk.installRoot(kind, pem);
  switch (outcome.status) {
    case 'accepted':
      return outcome.root !== null;
    case 'rejected':
      throw new KerbsideError('certificate.refused', `The certificate was not installed: ${outcome.problem}.`);
    case 'failed':
      throw new KerbsideError('store.unavailable', `The certificate was not installed: ${outcome.problem}.`);
  }
}

async function remove(desk: RootDesk, fingerprint: string): Promise<void> {
  const outcome = await desk.deleteRoot(fingerprint);
  switch (outcome.status) {
    case 'accepted':
      return;
    case 'notFound':
      throw new KerbsideError('certificate.unknown', `No installed certificate has the fingerprint ${fingerprint}.`);
    case 'failed':
      throw new KerbsideError('certificate.refused', `The certificate was not deleted: ${outcome.problem}.`);
  }
}
