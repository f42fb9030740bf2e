import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../source-files.ts';

/** One line of a checklist. */
export interface ChecklistRow {
  readonly id: string;
  /** The heading that it stands under. */
  readonly section: string;
  /** M must, S should, O our own bar; faults and certification cases have none. */
  readonly level: string;
  readonly text: string;
  /** `test`, or why no test has to name it: the issue that it waits for, or the argument. */
  readonly disposition: string;
}

/** A table of lines, all of which a test names or which say why none does. */
export interface Checklist {
  readonly title: string;
  readonly path: string;
  readonly rows: readonly ChecklistRow[];
}

interface Source {
  readonly title: string;
  readonly path: string;
  /** The columns of the file in the words of a row. */
  readonly columns: readonly (keyof ChecklistRow)[];
  /** What stands before the number in titles of tests. */
  readonly prefix: string;
}

const sources: readonly Source[] = [
  {
    title: 'Requirements of OCPP 1.6',
    path: 'test/conformance/requirements-1.6.tsv',
    columns: ['id', 'section', 'level', 'text', 'disposition'],
    prefix: '',
  },
  {
    title: 'Certification cases of OCPP 1.6',
    path: 'test/conformance/cases-1.6.tsv',
    columns: ['id', 'text', 'section', 'disposition'],
    prefix: '',
  },
  {
    title: 'Faults known from the field',
    path: 'test/conformance/faults.tsv',
    columns: ['id', 'section', 'text', 'disposition'],
    prefix: 'fault ',
  },
  {
    title: 'Signed metering under German calibration law',
    path: 'test/conformance/eichrecht.tsv',
    columns: ['id', 'section', 'level', 'text', 'disposition'],
    prefix: '',
  },
  {
    title: 'What goes wrong with signed metering',
    path: 'test/conformance/eichrecht-pitfalls.tsv',
    columns: ['id', 'section', 'text', 'disposition'],
    prefix: 'pitfall ',
  },
];

/** Reads the tables of `test/conformance/`. */
export async function readChecklists(): Promise<readonly Checklist[]> {
  return Promise.all(
    sources.map(async (source) => {
      const text = await readFile(join(root, source.path), 'utf8');
      const lines = text.split('\n').filter((line) => line !== '');
      return { title: source.title, path: source.path, rows: lines.slice(1).map((line) => rowOf(line, source)) };
    }),
  );
}

function rowOf(line: string, { columns, prefix }: Source): ChecklistRow {
  const cells = line.split('\t');
  const row = { id: '', section: '', level: '', text: '', disposition: '' };
  for (const [index, column] of columns.entries()) row[column] = cells[index] ?? '';
  return { ...row, id: `${prefix}${row.id}` };
}

/** What is wrong with the tables themselves, in words. */
export function checklistProblems(checklists: readonly Checklist[]): readonly string[] {
  return checklists.flatMap(({ path, rows }) =>
    rows.flatMap(({ id, text, disposition }, index) => [
      ...(rows.findIndex((other) => other.id === id) === index ? [] : [`${path} has ${id} twice`]),
      ...(text === '' ? [`${path}: ${id} has no text`] : []),
      ...(/^(?:test|issue \d+(?: \(.+\))?|argued: .+)$/.test(disposition)
        ? []
        : [`${path}: ${id} has the disposition "${disposition}"; take test, issue N or argued: why`]),
    ]),
  );
}
