import { createHash } from 'node:crypto';

/** The link of a record in the chain of its archive: SHA-256 (hex) over the link before (empty for the first) and the body. */
export function chained(before: string, body: string): string {
  return createHash('sha256').update(before).update('\n').update(body).digest('hex');
}
