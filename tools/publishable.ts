// `node tools/publishable.ts`: builds the packages and fails when what they export is not there or not of the kind it says.
import { buildPackages, packages } from './build/packages.ts';
import { reportAndExit } from './report.ts';
import { runTool } from './run-command.ts';

/** What is wrong with the packages as others would install them, in words. */
export async function check(): Promise<string[]> {
  const problems = await buildPackages();
  if (problems.length > 0) return problems;
  const reports = await Promise.all(packages.map(reportOf));
  return reports.flat();
}

async function reportOf(name: string): Promise<string[]> {
  const { code, output } = await runTool('publint', 'publint', [
    'run',
    `packages/${name}`,
    '--pack',
    'false',
    '--strict',
  ]);
  return code === 0 ? [] : [output];
}

if (import.meta.main) reportAndExit(await check());
