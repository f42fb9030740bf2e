import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checklistProblems, type Checklist, type ChecklistRow } from './checklist.ts';
import { cover, gapProblems, unknownIdProblems } from './coverage.ts';
import { documentOf } from './document.ts';
import type { Evidence } from './evidence.ts';

function row(id: string, disposition = 'test'): ChecklistRow {
  return { id, section: '1 Section', level: 'M', text: `what ${id} says`, disposition };
}

function table(...rows: readonly ChecklistRow[]): readonly Checklist[] {
  return [{ title: 'Table', path: 'table.tsv', rows }];
}

function evidence(title: string, ids: readonly string[], shows = true): Evidence {
  return { file: 'packages/x/some.test.ts', title, ids, shows };
}

test('a line is shown, a gap, of another issue or argued', () => {
  const lines = table(row('A-01'), row('A-02'), row('A-03'), row('A-04', 'issue 4'), row('A-05', 'argued: why'));
  const [covered] = cover(lines, [evidence('shows it', ['A-01']), evidence('explains it', ['A-02'], false)]);
  assert.deepEqual(
    covered?.rows.map(({ state }) => state),
    ['shown', 'gap', 'gap', 'other issue', 'argued'],
  );
  const problems = gapProblems(covered === undefined ? [] : [covered]);
  assert.equal(problems.length, 2);
  assert.match(problems[0] ?? '', /A-02 .*unit tests only/);
  assert.match(problems[1] ?? '', /A-03 .*no test/);
});

test('a certification case is shown by its variants, and not by a case whose number only begins alike', () => {
  const [covered] = cover(table(row('TC_007'), row('TC_00')), [evidence('a variant', ['TC_007_1'])]);
  assert.deepEqual(
    covered?.rows.map(({ state }) => state),
    ['shown', 'gap'],
  );
});

test('a title that names a line of no table is told', () => {
  const [problem] = unknownIdProblems(table(row('A-01')), [evidence('a title', ['A-01', 'A-99'])]);
  assert.match(problem ?? '', /some\.test\.ts: "a title" names A-99/);
});

test('a table with a line twice, without words or with a disposition that is none is told', () => {
  const problems = checklistProblems(table(row('A-01'), row('A-01'), { ...row('A-02', 'later'), text: '' }));
  assert.deepEqual(
    problems.map((problem) => problem.replace(/;.*/, '')),
    ['table.tsv has A-01 twice', 'table.tsv: A-02 has no text', 'table.tsv: A-02 has the disposition "later"'],
  );
});

test('the document counts, lists the gaps first, links the tests and keeps the tables whole', () => {
  const tests = [evidence('a | b <c>', ['A-01']), evidence('a unit', ['A-01'], false)];
  const text = documentOf(cover(table(row('A-01'), row('A-02')), tests));
  assert.match(text, /\| Table \| 2 \| 1 \| 0 \| 0 \| 1 \|/);
  assert.match(text, /## Gaps\n\n- A-02: what A-02 says/);
  assert.ok(text.includes(String.raw`a \| b \<c\> · [some.test.ts](../packages/x/some.test.ts)<br>*and 1 unit test*`));
});
