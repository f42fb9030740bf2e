// Stands in for `node:test` while titles are collected: tests are named, not run.

/** What a file of tests told about itself: the titles from the outermost group to the test. */
export interface RecordedTest {
  readonly titles: readonly string[];
  /** Skipped and planned tests show nothing. */
  readonly runs: boolean;
}

interface TestOptions {
  readonly skip?: boolean | string;
  readonly todo?: boolean | string;
}

type Argument = string | TestOptions | (() => unknown) | undefined;
type Declare = (...args: readonly Argument[]) => Promise<void>;
interface Declaration extends Declare {
  skip: Declare;
  todo: Declare;
  only: Declare;
}

/** The tests that were declared since it was emptied. */
export const recorded: RecordedTest[] = [];
const groups: string[] = [];

export const test: Declaration = declaration(recordTest);
export const it: Declaration = declaration(recordTest);
export const describe: Declaration = declaration(recordGroup);
export const suite: Declaration = declaration(recordGroup);
export const before: () => void = nothing;
export const after: () => void = nothing;
export const beforeEach: () => void = nothing;
export const afterEach: () => void = nothing;

function recordTest(titles: readonly string[], runs: boolean): void {
  recorded.push({ titles, runs });
}

/** An asynchronous group would mix its titles with those of others; none of ours is one. */
function recordGroup(titles: readonly string[], runs: boolean, body?: () => unknown): void {
  if (!runs || body === undefined) return;
  groups.push(titles.at(-1) ?? '');
  body();
  groups.pop();
}

function nothing(): void {
  // Nothing runs, so there is nothing to prepare or to clear away.
}

function declaration(declare: (titles: string[], runs: boolean, body?: () => unknown) => void): Declaration {
  const declared =
    (mayRun: boolean): Declare =>
    (...args) => {
      const title = args.find((value) => typeof value === 'string') ?? '';
      const options: TestOptions = args.find((value) => typeof value === 'object') ?? {};
      const body = args.find((value) => typeof value === 'function');
      const runs = mayRun && body !== undefined && isOff(options.skip) && isOff(options.todo);
      declare([...groups, title], runs, body);
      return Promise.resolve();
    };
  return Object.assign(declared(true), { skip: declared(false), todo: declared(false), only: declared(true) });
}

function isOff(option: boolean | string | undefined): boolean {
  return option === undefined || option === false;
}
