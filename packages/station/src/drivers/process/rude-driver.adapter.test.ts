import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { isRecord } from '../../core/json.ts';
import { createSystemTime } from '../../core/system-time.ts';
import type { DrivableHardware, HardwareEvent } from '../../evse/hardware.ts';
import { createProcessDriver } from './driver-client.ts';

/** The world of these tests runs faster, so that three silent seconds take 150 ms. */
const time = createSystemTime({ speed: 20 });
const signal = new AbortController().signal;

const evse = {
  id: 1,
  maxMilliamps: 32_000,
  minMilliamps: 6_000,
  phases: 3,
  nominalVolts: 230,
  fixedCable: true,
  meter: null,
  state: { pilot: 'A', cableMilliamps: null, contactor: 'open', lock: 'none', faults: [] },
};
const description = { protocol: '1.0', simulated: false, vendor: 'Rude', model: 'Driver', evses: [evse] };

type Answer = (
  request: { readonly id: number; readonly method: string; readonly type: string },
  socket: Socket,
) => unknown;

/** A driver that says what a test tells it to. */
class RudeDriver {
  readonly events: HardwareEvent[] = [];
  readonly heard: string[] = [];
  readonly path: string;
  readonly client: DrivableHardware;
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  /** What `start` is answered with. */
  start: unknown = description;
  /** Undefined: no answer. */
  answer: Answer = () => ({});

  private constructor(path: string) {
    this.path = path;
    this.client = createProcessDriver({ socketPath: path, time, startTimeoutMs: 5_000 });
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async open(t: TestContext): Promise<RudeDriver> {
    const folder = await mkdtemp(join(tmpdir(), 'kb-rude-'));
    const rude = new RudeDriver(join(folder, 'd.sock'));
    await new Promise<void>((resolve) => void rude.#server.listen(rude.path, resolve));
    t.after(async () => {
      for (const socket of rude.#sockets) socket.destroy();
      rude.#server.close();
      await rude.client.stop();
      await rm(folder, { recursive: true });
    });
    return rude;
  }

  static async started(t: TestContext): Promise<RudeDriver> {
    const rude = await RudeDriver.open(t);
    await rude.begin();
    return rude;
  }

  begin(): ReturnType<DrivableHardware['start']> {
    return this.client.start((event) => this.events.push(event), signal);
  }

  write(text: string): void {
    this.#sockets.at(-1)?.write(text);
  }

  tell(event: unknown): void {
    this.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'event', params: event })}\n`);
  }

  /** What the station was told is wrong. */
  problems(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'problem' ? [event.text] : []));
  }

  has(type: HardwareEvent['type']): boolean {
    return this.events.some((event) => event.type === type);
  }

  #accept(socket: Socket): void {
    this.#sockets.push(socket);
    socket.on('error', () => {});
    const beat = setInterval(() => socket.write('{"jsonrpc":"2.0","method":"$/heartbeat","params":{}}\n'), 50);
    socket.on('close', () => clearInterval(beat));
    const lines = createInterface({ input: socket });
    lines.on('error', () => {});
    lines.on('line', (line) => {
      this.heard.push(line);
      const { id, method, params } = JSON.parse(line) as { id?: number; method?: string; params: { type?: string } };
      if (id === undefined || method === undefined) return;
      const result = method === 'start' ? this.start : this.answer({ id, method, type: params.type ?? '' }, socket);
      const body = isRecord(result) && 'error' in result ? result : { result };
      if (result !== undefined) socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...body })}\n`);
    });
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (condition()) return;
    await delay(10);
  }
  assert.fail(`it did not happen: ${what}`);
}

const read = { type: 'readMeter', evse: 1 } as const;

describe('a driver that cannot be used', () => {
  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    [
      'speaks another major version',
      { ...description, protocol: '2.0' },
      /the driver speaks version "2\.0".*speaks 1\.0/,
    ],
    ['does not name its version', { ...description, protocol: undefined }, /does not name its version/],
    ['describes nothing', { protocol: '1.0' }, /simulated is missing; expected true or false/],
    ['describes no charging point', { ...description, evses: [] }, /no charging point/],
    ['leaves a number out', { ...description, evses: [{ ...evse, id: 2 }] }, /count from 1 without a gap/],
    ['has no room for a limit', { ...description, evses: [{ ...evse, minMilliamps: 40_000 }] }, /above maxMilliamps/],
  ];
  for (const [what, start, message] of bad) {
    it(`is refused at once with a sentence when it ${what}`, async (t) => {
      const rude = await RudeDriver.open(t);
      rude.start = start;
      const startedMs = time.monotonicMs();
      await assert.rejects(rude.begin(), { code: 'driver.refused', message });
      assert.ok(time.monotonicMs() - startedMs < 4_000, 'without trying again in vain');
    });
  }

  it('names its own version to the driver in the first request', async (t) => {
    const rude = await RudeDriver.started(t);
    assert.match(rude.heard[0] ?? '', /"method":"start","params":\{"protocol":"1\.0"\}/);
  });

  it('stays lost when it comes back as other hardware, and is told why', async (t) => {
    const rude = await RudeDriver.started(t);
    rude.start = { ...description, evses: [evse, { ...evse, id: 2 }] };
    rude.answer = (_, socket) => void socket.destroy();
    await assert.rejects(rude.client.command(read, signal), { code: 'driver.lost' });
    await until('the problem', () => rude.problems().length > 0);
    assert.match(rude.problems()[0] ?? '', /2 charging points instead of 1; restart Kerbside/);
    assert.equal(rude.has('back'), false);
    rude.start = description;
    await until('back', () => rude.has('back'));
  });
});

describe('a rude driver', () => {
  it('that sends garbage is told and answered, and goes on', async (t) => {
    const rude = await RudeDriver.started(t);
    rude.write('nonsense\n[]\n{"jsonrpc":"2.0"}\n');
    await until('the problems', () => rude.problems().length === 3);
    assert.match(rude.problems()[0] ?? '', /the driver: a line cannot be used: not JSON/);
    await until('the answers', () => rude.heard.filter((line) => line.includes('-32700')).length === 3);
    await rude.client.command({ type: 'openContactor', evse: 1 }, signal);
    assert.equal(rude.has('lost'), false);
  });

  it('that sends a huge line is told, and goes on', async (t) => {
    const rude = await RudeDriver.started(t);
    rude.write(`"${'x'.repeat(1_500_000)}"\n`);
    await until('the problem', () => rude.problems().length === 1);
    assert.match(rude.problems()[0] ?? '', /longer than 1 MiB/);
    await rude.client.command({ type: 'openContactor', evse: 1 }, signal);
  });

  it('that tells events of the wrong type or of a place that is not there changes nothing', async (t) => {
    const rude = await RudeDriver.started(t);
    rude.tell({ type: 'pilot', evse: 1, state: 'Z' });
    rude.tell({ type: 'pilot', evse: 7, state: 'B' });
    rude.tell({ type: 'pilot', evse: 0, state: 'B' });
    rude.tell({ type: 'party', evse: 1 });
    rude.tell(null);
    rude.write('{"jsonrpc":"2.0","method":"sing","params":{}}\n');
    rude.tell({ type: 'pilot', evse: 1, state: 'B' });
    await until('the good event', () => rude.has('pilot'));
    assert.deepEqual(
      rude.events.filter(({ type }) => type !== 'problem'),
      [{ type: 'pilot', evse: 1, state: 'B' }],
    );
    const told = rude.problems().join('\n');
    for (const part of [
      /state is "Z"; expected one of A, B/,
      /EVSE 7, which it did not describe/,
      /pilot needs/,
      /"party"/,
      /"sing"/,
    ])
      assert.match(told, part);
  });

  it('that answers with the wrong types is refused, naming what is wrong', async (t) => {
    const rude = await RudeDriver.started(t);
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [
        { energyImportWh: '12' },
        /answer to readMeter cannot be used: energyImportWh is "12"; expected a number from 0/,
      ],
      [{ energyImportWh: -1 }, /energyImportWh is -1/],
      [{ energyImportWh: null }, /energyImportWh is null/],
      [[], /it is \[\]; expected an object/],
      [null, /it is null/],
    ];
    for (const [result, message] of wrong) {
      rude.answer = () => result;
      await assert.rejects(rude.client.command(read, signal), { code: 'driver.refused', message });
    }
  });

  it('that answers twice, or what was not asked, is told once each and believed the first time', async (t) => {
    const rude = await RudeDriver.started(t);
    rude.answer = ({ id }, socket) => {
      socket.write(`{"jsonrpc":"2.0","id":${id},"result":{"energyImportWh":5}}\n`);
      return { energyImportWh: 6 };
    };
    assert.deepEqual(await rude.client.command(read, signal), { energyImportWh: 5 });
    rude.write('{"jsonrpc":"2.0","id":77,"result":{}}\n');
    await until('both problems', () => rude.problems().length === 2);
    assert.match(rude.problems()[1] ?? '', /an answer to request 77, which is answered already or was not asked/);
  });

  it('that answers after it was given up is no problem', async (t) => {
    const rude = await RudeDriver.started(t);
    let late = (): void => {};
    rude.answer = ({ id }, socket) => {
      late = () => void socket.write(`{"jsonrpc":"2.0","id":${id},"result":{"energyImportWh":5}}\n`);
    };
    const patience = new AbortController();
    const refused = assert.rejects(rude.client.command(read, patience.signal), { code: 'driver.timeout' });
    await until('the request', () => rude.heard.some((line) => line.includes('readMeter')));
    patience.abort();
    await refused;
    await until('the cancellation', () => rude.heard.some((line) => line.includes('$/cancel')));
    late();
    rude.tell({ type: 'notice', evse: 0, text: 'after it' });
    await until('what came after it', () => rude.has('notice'));
    assert.deepEqual(rude.problems(), []);
  });

  it('that floods is cut off with the reason, and gets a pause before it is taken back', async (t) => {
    const rude = await RudeDriver.started(t);
    const line = '{"jsonrpc":"2.0","method":"event","params":{"type":"notice","evse":0,"text":"!"}}\n';
    rude.write(line.repeat(20_000));
    await until('lost', () => rude.has('lost'));
    const lost = rude.events.find((event) => event.type === 'lost');
    assert.match(lost?.type === 'lost' ? lost.problem : '', /sends more than 500 lines a second/);
    const lostMs = time.monotonicMs();
    await until('back', () => rude.has('back'));
    assert.ok(time.monotonicMs() - lostMs >= 4_900);
    await rude.client.command({ type: 'openContactor', evse: 1 }, signal);
  });

  it('that does a thousand things wrong is told ten times a minute, with their number', async (t) => {
    const rude = await RudeDriver.started(t);
    rude.write('nonsense\n'.repeat(1_000));
    await until('the answers', () => rude.heard.filter((line) => line.includes('-32700')).length === 1_000);
    assert.equal(rude.problems().length, 10);
    await delay(60_000 / 20);
    rude.write('nonsense\n');
    await until('the next minute', () => rude.problems().length > 10);
    assert.match(rude.problems()[10] ?? '', /990 more problems/);
  });

  it('that comes back and never answers start is tried again until it does', async (t) => {
    const rude = await RudeDriver.started(t);
    rude.start = undefined;
    rude.answer = (_, socket) => void socket.destroy();
    await assert.rejects(rude.client.command(read, signal), { code: 'driver.lost' });
    const starts = (): number => rude.heard.filter((line) => line.includes('"start"')).length;
    await until('two more attempts', () => starts() >= 3);
    rude.start = description;
    await until('back', () => rude.has('back'));
  });

  it('that asks the station something is refused', async (t) => {
    const rude = await RudeDriver.started(t);
    rude.write('{"jsonrpc":"2.0","id":5,"method":"sudo","params":{}}\n');
    await until('the refusal', () => rude.heard.some((line) => /"id":5,"error".*answers no sudo/.test(line)));
  });
});
