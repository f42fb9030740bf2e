import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { RoundPlan } from './round-plan.ts';
import type { TortureWorld } from './torture-world.ts';

/** Puts what is known of a bad round beside its data folders: its plan, its problems, all frames, all that the daemons said. */
export async function keepEvidence(world: TortureWorld, plan: RoundPlan, problems: readonly string[]): Promise<string> {
  const folder = join(world.folder, 'evidence');
  await mkdir(folder, { recursive: true });
  const frames = await world.control.frames();
  const lines = frames.map(({ atMs, connection, direction, text }) => {
    return `${new Date(atMs).toISOString()} #${connection} ${direction === 'in' ? '→' : '←'} ${text}`;
  });
  await Promise.all([
    writeFile(join(folder, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`),
    writeFile(join(folder, 'problems.txt'), `${problems.join('\n')}\n`),
    writeFile(join(folder, 'frames.txt'), `${lines.join('\n')}\n`),
    writeFile(join(folder, 'daemon.log'), `${world.log.lines.join('\n')}\n`),
  ]);
  // As it was when the problem was found; ending the daemon changes the original.
  await cp(world.dataFolder, join(folder, 'data'), { recursive: true, filter: (path) => !path.endsWith('.sock') });
  return world.folder;
}
