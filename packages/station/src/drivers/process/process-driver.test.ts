import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { KerbsideError } from '../../core/errors.ts';
import { createSeededRandom } from '../../core/random.ts';
import { createSystemTime } from '../../core/system-time.ts';
import type { HardwareEvent } from '../../evse/hardware.ts';
import { driverContract } from '../driver-contract.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { createProcessDriver, simulateAt } from './driver-client.ts';
import type { ProcessDriverOptions } from './driver-client.ts';
import { serveDriver } from './driver-server.ts';
import type { DriverServer } from './driver-server.ts';

/** The world of these tests runs faster, so that a heartbeat takes 50 ms. */
const SPEED = 20;
const signal = new AbortController().signal;

interface World {
  readonly simulator: Simulator;
  readonly socketPath: string;
  readonly client: ProcessDriverOptions;
  server: DriverServer;
  readonly serve: () => Promise<DriverServer>;
  readonly elapse: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openWorld(speed = SPEED): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'kerbside-driver-'));
  const socketPath = join(folder, 'driver.sock');
  const time = createSystemTime({ speed });
  const world: { server?: DriverServer } = {};
  const simulator = createSimulator({
    time,
    random: createSeededRandom('process'),
    evses: [{ signs: true, phaseSwitching: true }, { signs: true }],
    onPowerCycle: () => world.server?.powerCycled(),
  });
  const serve = (): Promise<DriverServer> => serveDriver(simulator, { socketPath, time });
  const opened: World = Object.assign(world, {
    simulator,
    socketPath,
    client: { socketPath, time },
    server: await serve(),
    serve,
    elapse: (ms: number) => delay(ms / speed + 5),
    async close() {
      await opened.server.close();
      await rm(folder, { recursive: true });
    },
  });
  return opened;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (condition()) return;
    await delay(10);
  }
  assert.fail(`it did not happen: ${what}`);
}

driverContract('the simulator in another process', { wire: true }, async () => {
  const { client, socketPath, elapse, close } = await openWorld(SPEED);
  return { driver: createProcessDriver(client), time: client.time, socketPath, elapse, close };
});

describe('the process driver', () => {
  it('waits for a driver that starts later, and gives up after its time', async () => {
    const world = await openWorld();
    await world.server.close();
    const driver = createProcessDriver({ ...world.client, startTimeoutMs: 20_000 });
    const description = driver.start(() => {}, signal);
    await world.elapse(1_000);
    world.server = await world.serve();
    assert.equal((await description).evses.length, 2);
    await driver.stop();
    await world.server.close();
    const lonely = createProcessDriver({ ...world.client, startTimeoutMs: 2_000 });
    await assert.rejects(
      lonely.start(() => {}, signal),
      code('driver.lost'),
    );
    await world.close();
  });

  it('tells lost and, with the fresh state before it, back when the driver was restarted', async () => {
    const world = await openWorld();
    const events: HardwareEvent[] = [];
    const driver = createProcessDriver(world.client);
    world.simulator.fault(1, 'internal', true);
    world.simulator.link(false);
    await driver.start((event) => events.push(event), signal);
    await world.server.close();
    await until(() => events.some((event) => event.type === 'lost'), 'lost');
    await assert.rejects(driver.command({ type: 'readState', evse: 1 }, signal), code('driver.lost'));
    world.simulator.plug(1);
    world.simulator.fault(1, 'internal', false);
    world.simulator.link(true);
    events.length = 0;
    world.server = await world.serve();
    await until(() => events.some((event) => event.type === 'back'), 'back');
    assert.deepEqual(events.at(-1), { type: 'back' });
    const told = events.map((event) => JSON.stringify(event));
    assert.ok(told.includes('{"type":"pilot","evse":1,"state":"B"}'), told.join());
    assert.ok(told.includes('{"type":"bearer","up":true}'), told.join());
    assert.ok(
      events.some((event) => event.type === 'fault' && event.fault.id === 'internal' && !event.active),
      told.join(),
    );
    assert.equal((await driver.command({ type: 'readState', evse: 1 }, signal)).pilot, 'B');
    await driver.stop();
    await world.close();
  });

  it('loses a driver that keeps silent for three seconds', async () => {
    const world = await openWorld();
    const driver = createProcessDriver(world.client);
    const events: HardwareEvent[] = [];
    await world.server.close();
    const { createServer } = await import('node:net');
    const description = await world.simulator.start(() => {}, signal);
    const mute = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { protocol: '1.0', ...description } })}\n`),
      );
    }).listen(world.socketPath);
    await driver.start((event) => events.push(event), signal);
    await until(() => events.length > 0, 'lost');
    assert.deepEqual(events[0], { type: 'lost', problem: 'nothing was heard for 3 s' });
    await driver.stop();
    mute.close();
    await world.close();
  });

  it('opens the contactor five seconds after the station was lost, not before, and leaves the plug in', async () => {
    const world = await openWorld();
    const driver = createProcessDriver(world.client);
    await driver.start(() => {}, signal);
    await driver.simulate({ action: 'plug', evse: 1 });
    await driver.command({ type: 'lock', evse: 1 }, signal);
    await driver.command({ type: 'closeContactor', evse: 1 }, signal);
    // A station that is killed: its connection ends without `stop`.
    const other = createProcessDriver(world.client);
    await driver.start(() => {}, AbortSignal.abort()).catch(() => {});
    await world.elapse(2_000);
    assert.equal(world.simulator.display(1)['contactor'], 'closed');
    await until(() => world.simulator.display(1)['contactor'] === 'open', 'the contactor opens');
    const { evses } = await other.start(() => {}, signal);
    assert.deepEqual([evses[0]?.state.lock, evses[0]?.state.pilot], ['locked', 'B']);
    await other.stop();
    await world.close();
  });

  it('serves one station at a time and lets anybody simulate', async () => {
    const world = await openWorld();
    const driver = createProcessDriver(world.client);
    await driver.start(() => {}, signal);
    const second = createProcessDriver({ ...world.client, startTimeoutMs: 1_000 });
    await assert.rejects(
      second.start(() => {}, signal),
      code('driver.lost', /another station/),
    );
    const state = await simulateAt(world.client, { action: 'plug', evse: 2 });
    assert.equal(state['pilot'], 'B');
    await assert.rejects(simulateAt(world.client, { action: 'plug', evse: 2 }), code('simulator.refused'));
    await driver.stop();
    await world.close();
  });

  it('tells its host of a power cut, after which the station starts anew', async () => {
    const world = await openWorld();
    let cuts = 0;
    const driver = createProcessDriver({ ...world.client, onPowerCycle: () => (cuts += 1) });
    await driver.start(() => {}, signal);
    await driver.simulate({ action: 'powerCycle' });
    await until(() => cuts === 1, 'the host is told');
    await assert.rejects(driver.command({ type: 'readState', evse: 1 }, signal), code('driver.lost'));
    assert.equal((await driver.start(() => {}, signal)).evses.length, 2);
    await driver.stop();
    await world.close();
  });

  it('is neither crashed nor confused by lines that are no messages', async () => {
    const world = await openWorld();
    const socket = connect(world.socketPath);
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    const nonsense = [
      '',
      'nonsense',
      '[]',
      'null',
      '{"jsonrpc":"2.0"}',
      '{"jsonrpc":"2.0","id":{},"method":"start"}',
      '{"jsonrpc":"2.0","id":7,"result":1}',
      '{"jsonrpc":"2.0","method":"$/cancel","params":{"id":[]}}',
      '{"jsonrpc":"2.0","id":1,"method":"command","params":{"type":"lock"}}',
      '{"jsonrpc":"2.0","id":2,"method":"explode"}',
      '{"jsonrpc":"2.0","id":3,"method":"simulate","params":3}',
      '\u00ff\u0000',
      'x'.repeat(1_100_000),
      '{"jsonrpc":"2.0","id":"last","method":"simulate","params":{"action":"state"}}',
    ];
    socket.write(`${nonsense.join('\n')}\n`);
    await until(() => heard.includes('"id":"last"'), 'the last line is answered');
    assert.match(heard, /longer than 1 MiB/);
    assert.match(heard, /"id":2,"error":.*knows no method \\"explode\\"/);
    assert.match(heard, /"id":1,"error":.*start the driver first/);
    socket.destroy();
    const driver = createProcessDriver(world.client);
    await driver.start(() => {}, signal);
    await driver.stop();
    await world.close();
  });

  it('does not take a socket from a driver that lives', async () => {
    const world = await openWorld();
    await assert.rejects(world.serve(), code('driver.refused', /already running/));
    await world.close();
  });
});

describe('the simulator as a process of its own', () => {
  it('keeps register, plug, key and open meter transaction when it is killed', async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'kerbside-simulator-'));
    const socketPath = join(folder, 'driver.sock');
    const driver = createProcessDriver({ socketPath, time: createSystemTime(), startTimeoutMs: 30_000 });
    const events: string[] = [];
    let child = runSimulator(folder, socketPath);
    test.after(async () => {
      child.kill('SIGKILL');
      await driver.stop();
      await rm(folder, { recursive: true });
    });
    await driver.start((event) => events.push(event.type), signal);
    await driver.simulate({ action: 'plug', evse: 1, soc: 20 });
    await driver.command({ type: 'beginMeter', evse: 1, transaction: 'T', idToken: 'CARD', wallMs: 0 }, signal);
    await driver.command({ type: 'setLimit', evse: 1, milliamps: 32_000 }, signal);
    await driver.command({ type: 'closeContactor', evse: 1 }, signal);
    await delay(300);
    const before = await driver.command({ type: 'readMeter', evse: 1 }, signal);
    assert.ok(before.energyImportWh > 100_000);
    const meter = await driver.command({ type: 'meterState', evse: 1 }, signal);
    assert.equal(meter.openTransaction, 'T');
    child.kill('SIGKILL');
    await until(() => events.includes('lost'), 'the station notices');
    child = runSimulator(folder, socketPath);
    await until(() => events.includes('back'), 'the driver is back');
    assert.deepEqual(await driver.command({ type: 'meterState', evse: 1 }, signal), meter);
    const end = await driver.command({ type: 'endMeter', evse: 1, transaction: 'T', wallMs: 1 }, signal);
    const lostWh = before.energyImportWh - end.reading.energyImportWh;
    assert.ok(lostWh <= 0 && lostWh > -10, `${lostWh} Wh are missing`);
    assert.match(end.signed[0]?.data ?? '', /"TX":"E"/);
    assert.equal((await driver.command({ type: 'readState', evse: 1 }, signal)).contactor, 'open');
    await driver.stop();
    const exited = new Promise((resolve) => void child.once('exit', resolve));
    child.kill('SIGTERM');
    assert.equal(await exited, 0);
  });
});

function runSimulator(folder: string, socketPath: string): ChildProcess {
  const main = join(import.meta.dirname, 'simulator-main.ts');
  const own = [
    '--socket',
    socketPath,
    '--state',
    join(folder, 'state.json'),
    '--seed',
    'kill',
    '--speed',
    '50',
    '--signed',
  ];
  return spawn(process.execPath, ['--conditions=source', main, ...own], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function code(expected: string, message = /./): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof KerbsideError, String(thrown));
    assert.equal(thrown.code, expected, thrown.message);
    assert.match(thrown.message, message);
    return true;
  };
}
