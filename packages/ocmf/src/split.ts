import { OcmfError } from './ocmf-error.ts';

/** The parts of an OCMF text, exactly as written: the signature is made over every octet of the payload. */
export interface OcmfParts {
  readonly payload: string;
  readonly signature: string;
  /** A fourth part that some meters append; the format does not know it, the public software tolerates it. */
  readonly publicKey: string | null;
}

/**
 * Takes an OCMF text apart: `OCMF|payload|signature`. Blanks and line ends around the whole are no part of it.
 * @throws OcmfError when it has another number of parts or another head
 */
export function splitOcmf(text: string): OcmfParts {
  const parts = text.trim().split('|');
  const [head, payload, signature, publicKey] = parts;
  if (head !== 'OCMF') throw new OcmfError('The text does not begin with OCMF and a vertical bar.');
  if (payload === undefined || signature === undefined || parts.length > 4) {
    throw new OcmfError(`An OCMF text has three parts between vertical bars; this one has ${parts.length}.`);
  }
  return { payload, signature, publicKey: publicKey ?? null };
}
