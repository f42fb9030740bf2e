import assert from 'node:assert/strict';

import { createMemoryStore, type Store } from '@kerbside/station';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { startByCard, statusOf } from '../steps.ts';

/** One connector with a meter that signs. */
const signing = [{ signs: true }] as const;

type Archived = Awaited<ReturnType<World['station']['archives']['sessions']['read']>>[number];

async function stopByCard(world: World, evse: number, card: string): Promise<void> {
  await world.sim({ action: 'card', uid: card, evse });
  await world.until('the end', () => statusOf(world, evse) === 'Finishing');
  await world.sim({ action: 'unplug', evse });
  await world.until('the connector to be free', () => statusOf(world, evse) === 'Available');
}

async function session(world: World, evse: number, card: string): Promise<void> {
  await startByCard(world, evse, card);
  await world.pass(5_000);
  await stopByCard(world, evse, card);
}

function sessionsOf(world: World): Promise<readonly Archived[]> {
  return world.station.archives.sessions.read({ limit: 100 });
}

scenario(
  'every session is kept, with the id that the backend gave it, also one without signed data, and over a power cut',
  { only: 'virtual', evses: 2 },
  async (world) => {
    await session(world, 1, 'CARD1');
    await session(world, 2, 'CARD2');
    await world.pass(5_000);
    await world.powerCycle();
    await world.pass(5_000);
    const stops = world.calls('StopTransaction');
    const kept = (await sessionsOf(world)).toReversed();
    assert.deepEqual(
      kept.map(({ evse, idToken, billing, state, backendTransaction, meterStopWh }) => {
        return [evse, idToken, billing, state, backendTransaction, meterStopWh];
      }),
      stops.map(({ payload }, at) => [
        at + 1,
        `CARD${at + 1}`,
        'unsigned',
        'delivered',
        String(payload['transactionId']),
        payload['meterStop'],
      ]),
    );
    assert.deepEqual(
      kept.map(({ number }) => number),
      [1, 2],
    );
  },
);

/** A store that tells which archives were looked at. */
function watched(looks: string[]): Store {
  const store = createMemoryStore();
  return {
    ...store,
    readArchive: (station, archive, query) => {
      looks.push(archive);
      return store.readArchive(station, archive, query);
    },
    archiveEdges: (station, archive, state) => {
      looks.push(archive);
      return store.archiveEdges(station, archive, state);
    },
  };
}

const looks: string[] = [];

scenario(
  'a station whose meters sign nothing looks at no archive of signed records, neither idle nor charging',
  { only: 'virtual', store: watched(looks) },
  async (world) => {
    assert.equal(looks.length, 0, looks.join());
    await session(world, 1, 'CARD1');
    assert.ok(!looks.includes('signed'), looks.join());
  },
);

scenario(
  'signed records are archived as the meter gave them, and delivered with the message that carried them (E-01, E-02, pitfall 1)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(5_000);
    const { signed, sessions } = world.station.archives;
    const [begin] = (await signed.page(0, 10)).records;
    assert.deepEqual([begin?.context, begin?.state, begin?.test], ['Transaction.Begin', 'waiting', true]);
    assert.equal((await sessions.read({ limit: 5 })).length, 0, 'a running transaction is no session yet');
    await world.cutLink();
    await stopByCard(world, 1, 'CARD1');
    const [waiting] = await sessionsOf(world);
    assert.deepEqual([waiting?.billing, waiting?.state], ['signed', 'waiting']);
    await world.restoreLink();
    await world.until('the StopTransaction', () => world.calls('StopTransaction').length === 1);
    await world.pass(1_000);
    const [kept] = await sessionsOf(world);
    assert.deepEqual([kept?.state, kept?.test], ['delivered', true]);
    const records = await signed.of(kept?.transaction ?? '');
    assert.deepEqual(
      records.map(({ state }) => state),
      ['delivered', 'delivered'],
    );
    const sent = JSON.stringify(world.calls('StopTransaction')[0]?.payload);
    for (const { blob } of records) {
      assert.ok(sent.includes(Buffer.from(blob.data).toString('base64')), 'the backend got exactly what is archived');
    }
  },
);

/** A session whose StopTransaction is refused until it is parked. */
async function sessionWithParkedStop(world: World): Promise<void> {
  world.backend.checker.expect({ parkedResends: true, finishingMayOvertake: true });
  world.backend.setRules([
    { on: { action: 'StopTransaction', times: 1_000 }, do: { callError: { code: 'InternalError' } } },
  ]);
  await startByCard(world, 1, 'CARD1');
  await world.pass(5_000);
  await stopByCard(world, 1, 'CARD1');
  await world.until('the StopTransaction to be parked', () => world.status().outbox.parked === 1, 3_600_000);
}

const parking = {
  'traffic.transactionMessageAttempts': 1,
  'traffic.eichrechtMessageAttempts': 1,
  'traffic.parkedRetention': 1,
  'metering.sampleInterval': 0,
} as const;

scenario(
  'a message that was given up leaves its signed records waiting and ready for export, whatever its age; sent again, they are delivered (E-12, Q-07)',
  { only: 'virtual', evses: signing, allow: { books: { parkedResends: true } }, defaults: parking },
  async (world) => {
    await sessionWithParkedStop(world);
    await world.pass(3 * 86_400_000);
    const { signed } = world.station.archives;
    const [kept] = await sessionsOf(world);
    assert.equal(kept?.state, 'waiting');
    const records = await signed.of(kept.transaction);
    assert.deepEqual(
      records.map(({ context, state }) => [context, state]),
      [
        ['Transaction.Begin', 'waiting'],
        ['Transaction.End', 'waiting'],
      ],
    );
    world.backend.setRules([]);
    world.station.resendParked();
    await world.until('the delivery', () => world.status().outbox.parked === 0);
    await world.pass(1_000);
    assert.deepEqual(
      (await signed.of(kept.transaction)).map(({ state }) => state),
      ['delivered', 'delivered'],
    );
    assert.equal((await sessionsOf(world))[0]?.state, 'delivered');
  },
);

scenario(
  'a session without signed data is given up when the retention of its parked end is over',
  { only: 'virtual', allow: { books: { open: true } }, defaults: parking },
  async (world) => {
    await sessionWithParkedStop(world);
    assert.equal((await sessionsOf(world))[0]?.state, 'waiting');
    await world.pass(2 * 86_400_000);
    await world.until('the end to be forgotten', () => world.status().outbox.parked === 0);
    await world.pass(2_000);
    const [kept] = await sessionsOf(world);
    assert.deepEqual([kept?.state, kept?.backendTransaction === null], ['givenUp', false]);
  },
);
