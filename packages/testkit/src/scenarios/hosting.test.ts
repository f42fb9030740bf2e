import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  createMemoryStore,
  createSeededRandom,
  createSimulator,
  Host,
  overridesOf,
  VirtualTime,
  type HardwareDriver,
  type HardwareEvent,
  type HostedStation,
  type Store,
} from '@kerbside/station';

import { FakeBackend } from '../fake/fake-backend.ts';

/** Several stations in one process against one backend, on the virtual clock. */
class Hosting {
  readonly time = new VirtualTime();
  readonly backend = new FakeBackend({ time: this.time });
  readonly host: Host;

  constructor(stations: (hosting: Hosting) => readonly HostedStation[], store: Store = createMemoryStore()) {
    this.host = new Host({
      store,
      time: this.time,
      random: createSeededRandom('hosting'),
      transport: this.backend.transport(),
      stations: stations(this),
      version: 'test',
    });
  }

  simulator(seed: string): HardwareDriver {
    return createSimulator({ time: this.time, random: createSeededRandom(seed) });
  }

  station(
    name: string,
    over: Partial<HostedStation> & { readonly identity?: string; readonly startSpread?: number } = {},
  ): HostedStation {
    const { identity = name, startSpread = 0, ...rest } = over;
    const defaults = {
      'backend.communicationType': 'ocpp1.6',
      'backend.protocol': 'ws',
      'backend.host': 'backend.test',
      'backend.identity': identity,
      'backend.startSpread': startSpread,
    } as const;
    return { name, overrides: overridesOf({ defaults }), driver: this.simulator(name), ...rest };
  }

  async start(): Promise<void> {
    this.backend.configure({ heartbeatInterval: 20 });
    void this.host.start();
    await this.time.advance(10_000);
  }

  calls(identity: string, action: string): number {
    return this.backend.frames.calls(action, identity).length;
  }

  registered(name: string): boolean {
    return this.host.find(name)?.status().registration === 'accepted';
  }

  reasons(name: string): string {
    return this.host.find(name)?.status().notReady.join('; ') ?? '';
  }

  /** The sound stations have been undisturbed, and the process ends in order whatever the others do. */
  async end(...sound: readonly string[]): Promise<void> {
    for (const name of sound) {
      assert.equal(this.calls(name, 'BootNotification'), 1, `${name} booted once`);
      assert.equal(this.calls(name, 'StatusNotification'), 3, `${name} told its three statuses once`);
    }
    let ended = false;
    void this.host.stop().then(() => (ended = true));
    await this.time.advance(120_000);
    assert.ok(ended, 'the process ends in order');
    assert.deepEqual(this.backend.finish(), []);
  }
}

/** Hardware that does as the simulator does, but for what is given. */
function faulty(sound: HardwareDriver, faults: Partial<HardwareDriver>): HardwareDriver {
  return {
    start: (listener, signal) => sound.start(listener, signal),
    command: (command, signal) => sound.command(command, signal),
    stop: () => sound.stop(),
    ...faults,
  };
}

const never = <T>(): Promise<T> => new Promise(() => undefined);

describe('several stations in one process: the fault of one is its own', () => {
  it('a driver that throws, and one that never answers, are told and tried again', async () => {
    let attempts = 0;
    const throws = (): Promise<never> => {
      attempts += 1;
      throw new TypeError('no bus');
    };
    const hosting = new Hosting((world) => [
      world.station('A'),
      world.station('B', { driver: faulty(world.simulator('B'), { start: throws }) }),
      world.station('C', { driver: faulty(world.simulator('C'), { start: never, command: never, stop: never }) }),
      world.station('D', { driver: () => Promise.reject(new TypeError('no such driver')) }),
    ]);
    await hosting.start();
    assert.deepEqual(
      ['A', 'B', 'C', 'D'].map((name) => hosting.registered(name)),
      [true, false, false, false],
    );
    assert.match(hosting.reasons('B'), /did not start: no bus/);
    assert.match(hosting.reasons('D'), /did not start: no such driver/);
    await hosting.time.advance(60_000);
    assert.match(hosting.reasons('C'), /what the hardware is was not told within 60 s/);
    assert.ok(attempts > 10, `${attempts} attempts`);
    assert.ok(hosting.calls('A', 'Heartbeat') >= 2);
    await hosting.end('A');
  });

  it('a driver that answers no command leaves the others charging', async () => {
    const hosting = new Hosting((world) => [
      world.station('A'),
      world.station('B', { driver: faulty(world.simulator('B'), { command: never }) }),
    ]);
    await hosting.start();
    const sound = hosting.host.find('A');
    await sound?.simulator?.simulate({ action: 'plug', evse: 1 });
    await sound?.simulator?.simulate({ action: 'card', evse: 1, uid: 'CARD1' });
    await hosting.time.advance(20_000);
    assert.equal(hosting.calls('A', 'StartTransaction'), 1);
    assert.equal(hosting.host.find('A')?.status().evses[0]?.status, 'Charging');
    void hosting.host.stop();
    await hosting.time.advance(120_000);
    assert.equal(hosting.calls('A', 'StopTransaction'), 1);
    assert.deepEqual(hosting.backend.finish(), []);
  });

  it('what is stored for one station cannot be read', async () => {
    const sound = createMemoryStore();
    const store: Store = {
      ...sound,
      health: sound.health,
      onHealth: (listener) => sound.onHealth(listener),
      commit: (writes) => sound.commit(writes),
      commitLater: (writes) => sound.commitLater(writes),
      readDocuments: (station, collection) =>
        station === 'B' ? Promise.reject(new TypeError('row 7 is damaged')) : sound.readDocuments(station, collection),
      readOutbox: (station) => sound.readOutbox(station),
      readBodies: (station, seqs) => sound.readBodies(station, seqs),
      readArchive: (station, archive, query) => sound.readArchive(station, archive, query),
      archiveEdges: (station, archive, state) => sound.archiveEdges(station, archive, state),
      close: () => sound.close(),
    };
    const hosting = new Hosting((world) => [world.station('A'), world.station('B')], store);
    await hosting.start();
    assert.match(hosting.reasons('B'), /row 7 is damaged/);
    assert.throws(() => hosting.host.find('B')?.parameters, { code: 'station.notRunning' });
    assert.ok(hosting.registered('A'));
    await hosting.end('A');
  });

  it('a configuration that cannot be used is shown with its station, which says nothing to the backend', async () => {
    const refusal = 'kerbside.yaml line 4: backend.port: Must be 1…65535.';
    const hosting = new Hosting((world) => [world.station('A'), world.station('B', { refusal })]);
    await hosting.start();
    await hosting.time.advance(60_000);
    assert.equal(hosting.reasons('B'), refusal);
    assert.equal(hosting.calls('B', 'BootNotification'), 0);
    await hosting.end('A');
  });

  it('a defect at an event of the hardware ends that station, which begins anew from the disk', async () => {
    let tell: (event: HardwareEvent) => void = () => undefined;
    const hosting = new Hosting((world) => {
      const hardware = world.simulator('B');
      const driver = faulty(hardware, {
        start: (listener, signal) => {
          tell = listener;
          return hardware.start(listener, signal);
        },
      });
      return [world.station('A'), world.station('B', { driver })];
    });
    await hosting.start();
    // No event at all: whatever looks at it throws.
    tell(null as unknown as HardwareEvent);
    assert.match(hosting.reasons('B'), /a defect ended the station, it begins anew: Cannot read/);
    assert.ok(hosting.registered('A'));
    await hosting.time.advance(20_000);
    assert.ok(hosting.registered('B'));
    assert.equal(hosting.reasons('B'), '');
    assert.equal(hosting.calls('B', 'BootNotification'), 2);
    await hosting.end('A');
  });

  it('a message of the backend that a station cannot stand ends no other station', async () => {
    const hosting = new Hosting((world) => [world.station('A'), world.station('B')]);
    await hosting.start();
    await assert.rejects(hosting.backend.call('B', 'Reset', { type: 'No such type' }, { timeoutMs: 5_000 }));
    assert.ok(hosting.registered('A') && hosting.registered('B'));
    await hosting.end('A', 'B');
  });
});

describe('the start of many stations', () => {
  const many = (world: Hosting, spreadSeconds = 0): readonly HostedStation[] =>
    Array.from({ length: 200 }, (_, index) => world.station(`S${index}`, { startSpread: spreadSeconds }));

  it('lets some begin at a time, and a slow backend does not make that slow', async () => {
    const hosting = new Hosting((world) => many(world));
    hosting.backend.network.latencyMs = 3_000;
    void hosting.host.start();
    const attempts: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      await hosting.time.advance(turn === 0 ? 50 : 100);
      attempts.push(hosting.backend.attempts.length);
    }
    assert.deepEqual(attempts, [64, 128, 192, 200]);
    await hosting.time.advance(60_000);
    assert.ok(hosting.host.stations().every((station) => station.status().registration === 'accepted'));
    assert.deepEqual(hosting.backend.finish(), []);
  });

  it('registers all at once where the backend answers at once', async () => {
    const hosting = new Hosting((world) => many(world));
    void hosting.host.start();
    await hosting.time.advance(99);
    assert.ok(hosting.host.stations().every((station) => station.status().registration === 'accepted'));
  });

  it('spreads their connections over backend.startSpread after a power cut of the whole site', async () => {
    const hosting = new Hosting((world) => many(world, 100));
    void hosting.host.start();
    let before = 0;
    for (let seconds = 0; seconds < 110; seconds += 10) {
      await hosting.time.advance(10_000);
      const now = hosting.backend.attempts.length;
      if (seconds < 100) assert.ok(now - before > 5 && now - before < 40, `${now - before} in ten seconds`);
      before = now;
    }
    assert.equal(before, 200);
  });
});

describe('the names of several stations', () => {
  it('stay apart when two have one identity: each is found by its own name', async () => {
    const hosting = new Hosting((world) => [
      world.station('left', { identity: 'SAME' }),
      world.station('right', { identity: 'SAME' }),
      world.station('own'),
    ]);
    await hosting.start();
    const [left, right, own] = hosting.host.stations();
    assert.deepEqual([left?.name, right?.name, own?.name], ['left', 'right', 'own']);
    assert.equal(hosting.host.find('left'), left);
    assert.equal(hosting.host.find('right'), right);
    assert.equal(hosting.host.find('SAME'), null, 'an identity of two stations names neither');
    assert.equal(hosting.host.find('own'), own);
  });

  it('are refused when they are equal, for the stations would share what is stored', () => {
    assert.throws(() => new Hosting((world) => [world.station('A'), world.station('A')]), {
      code: 'config.invalid',
      message: 'Two stations are called A. Every station needs its own name.',
    });
  });

  it('are identities where only one station has them', async () => {
    const hosting = new Hosting((world) => [
      world.station('left', { identity: 'L' }),
      world.station('right', { identity: 'R' }),
    ]);
    await hosting.start();
    assert.equal(hosting.host.find('L'), hosting.host.find('left'));
    const alone = new Hosting((world) => [world.station('station', { identity: 'CP1' })]);
    await alone.start();
    assert.equal(alone.host.stations()[0]?.name, 'CP1');
    await hosting.end('L', 'R');
  });
});
