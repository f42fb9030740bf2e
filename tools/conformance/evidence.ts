import { runNode } from '../run-command.ts';
import { listFiles } from '../source-files.ts';
import { marker, type ListedFile } from './listed-file.ts';
import { idsOf } from './title-ids.ts';

/** A test that names lines of a checklist. */
export interface Evidence {
  readonly file: string;
  /** What it says, groups included, without the ids and without where it is played. */
  readonly title: string;
  readonly ids: readonly string[];
  /** Whether it looks at what the peer saw or at what is left after a restart; others explain a line, but do not show it. */
  readonly shows: boolean;
}

/** What the titles of all tests say, and what could not be read, in words. */
export interface TestTitles {
  readonly evidence: readonly Evidence[];
  readonly problems: readonly string[];
}

/** Where tests look at frames that a peer saw, or at a station that came back. */
const peerSees =
  /^packages\/testkit\/src\/scenarios\/|^test\/(?:e2e|network)\/|\.adapter\.test\.ts$|^packages\/ocpp\/src\/rpc-peer\.test\.ts$|\/link\/(?:link|ws-transport)\.test\.ts$/;

/** Reads the titles of all tests that run and name lines. */
export async function readEvidence(): Promise<TestTitles> {
  const files = (await listFiles('packages', 'tools', 'test')).filter((path) => path.endsWith('.test.ts'));
  const listed = await listTitles(files);
  return {
    evidence: listed.flatMap(evidenceOf),
    problems: listed.flatMap(({ file, problem }) =>
      problem === null ? [] : [`the titles of ${file} cannot be read: ${problem}`],
    ),
  };
}

async function listTitles(files: readonly string[]): Promise<readonly ListedFile[]> {
  const options = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
  const { output } = await runNode([...options, 'tools/list-test-titles.ts', ...files], 120_000);
  const line = output.split('\n').findLast((candidate) => candidate.startsWith(marker));
  if (line === undefined) throw new Error(`the titles of the tests cannot be listed:\n${output.slice(-2000)}`);
  return JSON.parse(line.slice(marker.length)) as readonly ListedFile[];
}

function evidenceOf({ file, tests }: ListedFile): readonly Evidence[] {
  const found = new Map<string, Evidence>();
  for (const { titles, runs } of tests) {
    const whole = titles.join(': ');
    const ids = [...new Set(idsOf(whole))];
    if (!runs || ids.length === 0) continue;
    const title = plain(whole);
    found.set(title, { file, title, ids, shows: peerSees.test(file) });
  }
  return [...found.values()];
}

function plain(title: string): string {
  const withoutIds = title.replaceAll(/ ?\([^()]+\)/g, (brackets) => (idsOf(brackets).length > 0 ? '' : brackets));
  return withoutIds.replace(/ \[strict\]$/, '');
}
