import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import {
  driveOff,
  freeDefaults,
  freeModes,
  needsCard,
  isTold,
  plugIn,
  settled,
  showCard,
  type FreeMode,
} from './free-charging-steps.ts';

/**
 * Every mode of free charging in every situation (parameters.md section 2). What the backend gets is in the cells, all of it but
 * registration and heartbeats: `Start:` with the idTag, `Stop:` with idTag and reason, `Values` for MeterValues; before the bar
 * what it is answered.
 */

type Situation = keyof typeof situations;

const table: Readonly<Record<FreeMode, Readonly<Record<Situation, string>>>> = {
  noOcpp: {
    plug: '',
    card: '',
    remoteStart: 'Rejected |',
    remoteStop: 'Rejected |',
    outage: '',
  },
  statusWithoutCard: {
    plug: 'Preparing Charging Available',
    card: 'Preparing Charging Available',
    remoteStart: 'Rejected | Preparing Charging Available',
    remoteStop: 'Rejected | Preparing Charging Available',
    outage: 'Available',
  },
  statusWithCard: {
    plug: 'Preparing Finishing Available',
    card: 'Preparing Charging Finishing Available',
    remoteStart: 'Rejected | Preparing Available',
    remoteStop: 'Rejected | Preparing Charging Available',
    outage: 'Available',
  },
  fixedTagWithCard: {
    plug: 'Preparing Finishing Available',
    card: 'Preparing Start:FREE Charging Stop:FREE:Local Finishing Available',
    remoteStart: 'Accepted | Preparing Start:FREE Charging Stop::EVDisconnected Available',
    remoteStop: 'Accepted | Preparing Start:FREE Charging Stop::Remote Finishing Available',
    outage: 'Available Start:FREE Values Stop:FREE:Local',
  },
  fixedTagWithoutCard: {
    plug: 'Preparing Start:FREE Charging Values Stop::EVDisconnected Available',
    card: 'Preparing Start:FREE Charging Stop::EVDisconnected Available',
    remoteStart: 'Accepted | Preparing Start:FREE Charging Stop::EVDisconnected Available',
    remoteStop: 'Accepted | Preparing Start:FREE Charging Stop::Remote Finishing Available',
    outage: 'Available Start:FREE Values Stop::EVDisconnected',
  },
  anyCard: {
    plug: 'Preparing Finishing Available',
    card: 'Preparing Start:ANY Charging Stop:ANY:Local Finishing Available',
    remoteStart: 'Accepted | Preparing Start:REMOTE Charging Stop::EVDisconnected Available',
    remoteStop: 'Accepted | Preparing Start:ANY Charging Stop::Remote Finishing Available',
    outage: 'Available Start:ANY Values Stop:ANY:Local',
  },
};

/** What happens in each column; a situation in which the backend asks for something gives what it is answered. */
const situations = {
  /** A car stays for more than a minute. */
  plug: async (world: World): Promise<void> => {
    await plugIn(world);
    await world.pass(70_000);
    await driveOff(world);
  },
  /** A card begins where one is needed, another one changes nothing, the first ends. */
  card: async (world: World): Promise<void> => {
    await plugIn(world);
    for (const uid of ['ANY', 'OTHER', 'ANY']) await showCard(world, uid);
    await driveOff(world);
  },
  /** The backend starts before the car is there. */
  remoteStart: async (world: World): Promise<unknown> => {
    const { status } = await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'REMOTE' });
    await plugIn(world);
    await driveOff(world);
    return status;
  },
  /** The backend ends what began as the mode has it, and the car stays for a while. */
  remoteStop: async (world: World, mode: FreeMode): Promise<unknown> => {
    await plugIn(world);
    if (needsCard(mode)) await showCard(world, 'ANY');
    const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? 1;
    const { status } = await ask(world, 'RemoteStopTransaction', { transactionId });
    await world.pass(10_000);
    await driveOff(world);
    return status;
  },
  /** A whole session while the link is down. */
  outage: async (world: World, mode: FreeMode): Promise<void> => {
    await world.cutLink();
    await plugIn(world);
    if (needsCard(mode)) await showCard(world, 'ANY');
    await world.pass(60_000);
    if (needsCard(mode)) await showCard(world, 'ANY');
    await driveOff(world);
    await world.restoreLink();
    await world.pass(20_000);
  },
} as const;

/** The others take long on real sockets. */
const strictToo: readonly Situation[] = ['card', 'remoteStop'];

/** Nobody is let in by the backend, and nobody is ever asked. */
function refuseEverybody(world: World): void {
  const refused = { answer: { merge: { idTagInfo: { status: 'Blocked' } } } };
  world.backend.setRules(
    ['Authorize', 'StartTransaction', 'StopTransaction'].map((action) => ({ on: { action }, do: refused })),
  );
}

for (const mode of freeModes) {
  for (const situation of Object.keys(situations) as Situation[]) {
    for (const refused of [false, true]) {
      const expected = table[mode][situation];
      const what = expected === '' ? 'nothing' : expected;
      scenario(
        `free charging ${mode}, ${situation}${refused ? ', refused by the backend' : ''}: ${what}`,
        { defaults: freeDefaults(mode), ...(refused || !strictToo.includes(situation) ? { only: 'virtual' } : {}) },
        async (world) => {
          if (refused) refuseEverybody(world);
          const calls = await settled(world, mode);
          const answer = await situations[situation](world, mode);
          const [told = '', answered] = expected.split('|').toReversed();
          assert.equal(answer, answered?.trim());
          await isTold(world, calls, told.trim());
          assert.equal(world.status().outbox.waiting, 0);
          if (mode === 'noOcpp') assert.deepEqual(world.calls('StatusNotification'), []);
        },
      );
    }
  }
}
