import { readChecklists } from './conformance/checklist.ts';
import { cover } from './conformance/coverage.ts';
import { documentOf } from './conformance/document.ts';
import { readEvidence } from './conformance/evidence.ts';

/** `docs/conformance-1.6.md`: which test shows which line of the checklists. */
export async function files(): Promise<Map<string, string>> {
  const [checklists, { evidence }] = await Promise.all([readChecklists(), readEvidence()]);
  return new Map([['docs/conformance-1.6.md', documentOf(cover(checklists, evidence))]]);
}
