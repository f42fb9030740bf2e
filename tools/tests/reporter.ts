import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

import type { GroupCounts, GroupProgress } from './group-counts.ts';

const slowMs = 10_000;
const idleLimitMs = 15_000;

/** What node:test counts up itself at the end, in the same form as its complaints. */
const statistic = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/**
 * A reporter for `node --test` that is silent about what passes: it prints failures, slow tests and complaints, and sends the
 * counts to the parent process. A test file without a test is a failure; so is a process that does not end after its tests.
 */
// oxlint-disable-next-line import/no-default-export -- node:test wants it so
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const tally = new Tally();
  const names: string[] = [];
  for await (const event of events) {
    tally.count(event);
    if (event.type === 'test:start') names.splice(event.data.nesting, Infinity, event.data.name);
    yield textOf(event, names);
    if (event.type === 'test:summary' && event.data.file === undefined) tally.send();
  }
}

type Pass = Extract<TestEvent, { type: 'test:pass' }>['data'];
type Begun = Extract<TestEvent, { type: 'test:dequeue' }>['data'];
type Failure = Extract<TestEvent, { type: 'test:fail' }>['data'];

function textOf(event: TestEvent, names: readonly string[]): string {
  if (event.type === 'test:fail') {
    return isTold(event.data) ? '' : failureText([...names.slice(0, event.data.nesting), event.data.name], event.data);
  }
  if (event.type === 'test:pass') return passText(event.data);
  if (event.type === 'test:diagnostic') return statistic.test(event.data.message) ? '' : `  ${event.data.message}\n`;
  return event.type === 'test:stdout' || event.type === 'test:stderr' ? event.data.message : '';
}

/** A suite or test that failed because of its parts, which have been told. */
function isTold({ details }: Failure): boolean {
  return 'failureType' in details.error && details.error.failureType === 'subtestsFailed';
}

/** node:test reports a file as a test when nothing in it was one. */
function isFile({ name, line, column, details }: Pass): boolean {
  return name.endsWith('.test.ts') && line === 1 && column === 1 && details.type !== 'suite';
}

function failureText(names: readonly string[], { details, file, line }: Failure): string {
  const place = file === undefined ? '' : ` (${relative(process.cwd(), file)}:${line ?? 1})`;
  const text = inspect(details.error.cause ?? details.error, { colors: process.stdout.isTTY }).replaceAll(
    /^/gm,
    '    ',
  );
  return `\n✖ ${names.join(' › ')}${place}\n${text}\n\n`;
}

function passText(test: Pass): string {
  if (isFile(test)) return `\n✖ ${test.name} holds no test, or ended before it ran one\n`;
  if (typeof test.skip === 'string') return `  skipped: ${test.name}: ${test.skip}\n`;
  const seconds = (test.details.duration_ms / 1000).toFixed(0);
  return test.details.duration_ms > slowMs && test.details.type !== 'suite'
    ? `  slow: ${test.name} took ${seconds} s\n`
    : '';
}

class Tally {
  #counts: GroupCounts = { passed: 0, failed: 0, skipped: 0 };
  #running = 0;
  #idle: NodeJS.Timeout | undefined;

  count(event: TestEvent): void {
    if (event.type === 'test:dequeue') this.#begin(event.data);
    if (event.type === 'test:complete') this.#setRunning(this.#running - 1);
    if (event.type === 'test:fail' && !isTold(event.data)) this.#add('failed');
    if (event.type !== 'test:pass' || event.data.details.type === 'suite') return;
    const left = event.data.skip !== undefined || event.data.todo !== undefined;
    this.#add(isFile(event.data) ? 'failed' : left ? 'skipped' : 'passed');
  }

  /** Tells the parent how all tests ended. */
  send(): void {
    this.#tell({ counts: this.#counts, ended: true, last: null });
  }

  /** Tells the parent which test begins, so that it can name the one in which the process dies. */
  #begin({ name, file }: Begun): void {
    this.#setRunning(this.#running + 1);
    this.#tell({
      counts: this.#counts,
      ended: false,
      last: `${name} (${file === undefined ? '' : relative(process.cwd(), file)})`,
    });
  }

  #tell(progress: GroupProgress): void {
    process.send?.(progress);
  }

  #add(key: keyof GroupCounts): void {
    this.#counts = { ...this.#counts, [key]: this.#counts[key] + 1 };
  }

  #setRunning(running: number): void {
    this.#running = running;
    clearTimeout(this.#idle);
    // Does not keep the process alive itself: it fires only when something else does.
    if (running === 0) this.#idle = setTimeout(() => this.#giveUp(), idleLimitMs).unref();
  }

  #giveUp(): void {
    const open = process.getActiveResourcesInfo().filter((name) => !/^(Timeout|Pipe|TTY)/.test(name));
    console.error(
      `\n✖ all tests have ended, but the process has not: something is left open (${open.join(', ') || 'a timer'})`,
    );
    this.#add('failed');
    this.send();
    process.exitCode = 1;
    setImmediate(() => process.exit());
  }
}
