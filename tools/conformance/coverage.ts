import type { Checklist, ChecklistRow } from './checklist.ts';
import type { Evidence } from './evidence.ts';

/** A line with the tests that name it. */
export interface CoveredRow extends ChecklistRow {
  readonly evidence: readonly Evidence[];
  readonly state: 'shown' | 'gap' | 'other issue' | 'argued';
}

/** A table with the tests of its lines. */
export interface CoveredChecklist extends Omit<Checklist, 'rows'> {
  readonly rows: readonly CoveredRow[];
}

/** Brings lines and tests together. A case is also shown by its variants: `TC_007` by `TC_007_1`. */
export function cover(checklists: readonly Checklist[], evidence: readonly Evidence[]): readonly CoveredChecklist[] {
  return checklists.map((checklist) => ({
    ...checklist,
    rows: checklist.rows.map((row) => {
      const names = (id: string): boolean => id === row.id || (id.startsWith('TC_') && id.startsWith(`${row.id}_`));
      const own = evidence.filter(({ ids }) => ids.some(names));
      return { ...row, evidence: own, state: stateOf(row, own) };
    }),
  }));
}

function stateOf({ disposition }: ChecklistRow, evidence: readonly Evidence[]): CoveredRow['state'] {
  if (evidence.some(({ shows }) => shows)) return 'shown';
  if (disposition === 'test') return 'gap';
  return disposition.startsWith('issue') ? 'other issue' : 'argued';
}

/** Lines that a test must name and none does, in words. */
export function gapProblems(covered: readonly CoveredChecklist[]): readonly string[] {
  return covered.flatMap(({ rows }) =>
    rows
      .filter(({ state }) => state === 'gap')
      .map(
        ({ id, text, evidence }) =>
          `${id} (${text}) is ${evidence.length === 0 ? 'named by no test' : 'named by unit tests only'}; ` +
          `name it in the title of a test that looks at what the peer saw`,
      ),
  );
}

/** Ids in titles that no table has, in words. */
export function unknownIdProblems(checklists: readonly Checklist[], evidence: readonly Evidence[]): readonly string[] {
  const known = new Set(checklists.flatMap(({ rows }) => rows.map(({ id }) => id)));
  return evidence.flatMap(({ file, title, ids }) =>
    ids
      .filter((id) => !known.has(id))
      .map((id) => `${file}: "${title}" names ${id}, which is in no table of test/conformance/`),
  );
}
