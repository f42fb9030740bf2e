import assert from 'node:assert/strict';

import { say } from '../say.ts';
import type { Behaviour } from '../script/rule.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { startByCard } from './steps.ts';

interface Case {
  readonly name: string;
  readonly behaviour: Behaviour;
  /** G-02: how long after the end of the transaction its StopTransaction may come. */
  readonly limitSeconds: number;
}

const cases: readonly Case[] = [
  {
    name: 'refuses every MeterValues',
    behaviour: { callError: { code: 'InternalError', booked: false } },
    limitSeconds: 60,
  },
  {
    name: 'knows no MeterValues',
    behaviour: { callError: { code: 'NotImplemented', booked: false } },
    limitSeconds: 60,
  },
  { name: 'never answers MeterValues', behaviour: { noAnswer: { booked: false } }, limitSeconds: 300 },
];

/** Two transactions at once, sampled every `interval` seconds, for ten minutes; then both end. */
async function twoSessions(world: World, interval: number): Promise<void> {
  await world.configure({ 'metering.sampleInterval': String(interval) });
  await startByCard(world, 1, 'CARD1');
  await startByCard(world, 2, 'CARD2');
  await world.pass(600_000);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(4_000);
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.until('both books to be closed', () => world.calls('StopTransaction').length >= 2, 900_000);
}

for (const { name, behaviour, limitSeconds } of cases) {
  for (const interval of [1, 10, 60]) {
    const allow = { ledger: [], checker: [], books: { parkedResends: true } };
    scenario(
      `a backend that ${name} gets each StopTransaction within ${limitSeconds} s, samples every ${interval} s (G-02)`,
      { only: 'virtual', allow },
      async (world) => {
        world.backend.checker.expect({ parkedResends: true, finishingMayOvertake: true });
        world.backend.setRules([{ on: { action: 'MeterValues' }, do: behaviour }]);
        await twoSessions(world, interval);
        for (const stop of world.calls('StopTransaction')) {
          const delaySeconds = (stop.atMs - Date.parse(say(stop.payload['timestamp']))) / 1000;
          assert.ok(delaySeconds <= limitSeconds, `StopTransaction came after ${delaySeconds} s`);
        }
      },
    );
  }
}
