// `node --conditions=source tools/conformance.ts`: fails when a line of test/conformance/ that needs a test has none, or when the
// title of a test names a line that does not exist. docs/conformance-1.6.md shows the whole picture (npm run generate).
import { checklistProblems, readChecklists } from './conformance/checklist.ts';
import { cover, gapProblems, unknownIdProblems } from './conformance/coverage.ts';
import { readEvidence } from './conformance/evidence.ts';
import { reportAndExit } from './report.ts';

/** What does not fit between checklists and tests, in words. */
export async function check(): Promise<string[]> {
  const [checklists, { evidence, problems }] = await Promise.all([readChecklists(), readEvidence()]);
  return [
    ...checklistProblems(checklists),
    ...problems,
    ...unknownIdProblems(checklists, evidence),
    ...gapProblems(cover(checklists, evidence)),
  ];
}

if (import.meta.main) reportAndExit(await check());
