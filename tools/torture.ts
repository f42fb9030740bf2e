// `npm run torture -- --rounds 200 [--seed S] [--speed N]`: `kill -9` at random moments on real files and processes. Whatever
// was on disk before a kill must be in the books of the backend once, in order and with the energy that flowed.
//
// Everything that chance decides about round n follows from seed + n - 1. Replaying a round is approximate: the same kills come
// at the same times, but what the three processes are doing then is up to the scheduler; repeat it with --rounds 20 --seed S.
import process from 'node:process';

import { keepEvidence } from './torture/evidence.ts';
import { readOptions, usage, type TortureOptions } from './torture/options.ts';
import { ParameterWatch } from './torture/parameter-watch.ts';
import { planRound } from './torture/round-plan.ts';
import { Round, type RoundResult } from './torture/round.ts';
import { Summary } from './torture/summary.ts';
import { identity, TortureWorld } from './torture/torture-world.ts';

/** More bad rounds than this tell nothing new. */
const mostBadRounds = 3;

async function main(options: TortureOptions): Promise<boolean> {
  const { rounds, seed } = options;
  console.log(`torture: ${rounds} rounds from seed ${seed}`);
  const summary = new Summary();
  let bad = 0;
  let place: Place | null = null;
  for (let index = 0; index < rounds && bad < mostBadRounds; index++) {
    place ??= await enter(options);
    const result = await playRound(place, seed + index, options);
    summary.add(result);
    if (result.problems.length === 0) continue;
    bad += 1;
    // What went wrong must not make the next round look bad: it begins with an empty folder.
    await place.world.stop();
    place = null;
  }
  await place?.world.stop();
  await place?.world.remove();
  const { weakness, problems } = summary;
  console.log(`kills by phase:\n${summary.phases()}`);
  if (weakness !== null) console.log(weakness);
  console.log(summary.line());
  return problems === 0 && weakness === null;
}

interface Place {
  readonly world: TortureWorld;
  readonly parameters: ParameterWatch;
}

async function enter({ seed, speed, signed }: TortureOptions): Promise<Place> {
  const world = await TortureWorld.start({ seed: String(seed), speed, signed });
  return { world, parameters: new ParameterWatch(world.control, identity) };
}

async function playRound({ world, parameters }: Place, seed: number, options: TortureOptions): Promise<RoundResult> {
  const plan = planRound(seed, options.speed);
  const result = await new Round(world, plan, parameters).run();
  const { problems, kills, transactions, tookMs } = result;
  if (options.verbose) {
    console.log(
      `round of seed ${seed}: ${(tookMs / 1000).toFixed(1)} s, ${transactions} transactions, ${kills.join(', ')}`,
    );
  }
  if (problems.length === 0) return result;
  console.log(`✖ round of seed ${seed}:\n${problems.map((text) => `  ${text}`).join('\n')}`);
  console.log(`  Everything about it lies in ${await keepEvidence(world, plan, problems)}`);
  console.log(`  Play it again: npm run torture -- --rounds 1 --seed ${seed} --speed ${options.speed}`);
  return result;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const options = readOptions(process.argv.slice(2));
if (options === null) {
  console.error(`Usage: ${usage}`);
  process.exitCode = 2;
} else if (!(await main(options))) process.exitCode = 1;
