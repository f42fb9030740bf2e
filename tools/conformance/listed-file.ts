import type { RecordedTest } from './title-recorder.ts';

/** What one file of tests declares; `problem` when it cannot be read. */
export interface ListedFile {
  readonly file: string;
  readonly tests: readonly RecordedTest[];
  readonly problem: string | null;
}

/** The line of the output that carries the titles begins with this. */
export const marker = 'titles: ';
