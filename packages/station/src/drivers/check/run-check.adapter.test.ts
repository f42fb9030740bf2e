import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { isRecord } from '../../core/json.ts';
import type { JsonObject } from '../../core/json.ts';
import { createSeededRandom } from '../../core/random.ts';
import { createSystemTime } from '../../core/system-time.ts';
import type {
  DrivableHardware,
  EvseReading,
  HardwareAnswer,
  HardwareCommand,
  MeterBoundary,
  MeterReading,
} from '../../evse/hardware.ts';
import { createProcessDriver } from '../process/driver-client.ts';
import { serveDriver } from '../process/driver-server.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { driverCases } from './driver-cases.ts';
import { runDriverCheck } from './run-check.ts';
import type { CheckReport } from './run-check.ts';
import { openLineProxy } from './test-line-proxy.ts';
import type { LineProxy } from './test-line-proxy.ts';

/** So much faster than real time the hardware and its heartbeats run here. */
const speed = 20;

/** A driver with one defect, and the cases that have to find it. */
interface Defect {
  readonly finds: readonly string[];
  /** What it does to the commands. */
  readonly command?: (
    command: HardwareCommand,
    good: (command: HardwareCommand) => Promise<unknown>,
  ) => Promise<unknown>;
  readonly stop?: () => Promise<void>;
  readonly tellsNothing?: true;
  readonly wire?: LineProxy;
}

const evseOf = (command: HardwareCommand): number => (command.type === 'restart' ? 0 : command.evse);
const isAnswer = (message: JsonObject): boolean => 'id' in message && !('method' in message);

/** Twists a line that is a message of JSON-RPC. */
function twist(change: (message: JsonObject) => readonly JsonObject[]): (line: string) => readonly string[] {
  return (line) => {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return [line];
    }
    return isRecord(message) ? change(message as JsonObject).map((each) => JSON.stringify(each)) : [line];
  };
}

let lastEnd = 0;
const ended = new Set<string>();

/** A defect in the answer to one command. */
function changed<T extends HardwareCommand['type']>(
  type: T,
  change: (answer: HardwareAnswer<T>) => unknown,
): NonNullable<Defect['command']> {
  return async (command, good) => {
    const answer = await good(command);
    return command.type === type ? change(answer as HardwareAnswer<T>) : answer;
  };
}

function withData({ reading, signed }: MeterBoundary, change: (data: string) => string): MeterBoundary {
  return { reading, signed: signed.map((blob) => ({ ...blob, data: change(blob.data) })) };
}

const defects: Readonly<Record<string, Defect>> = {
  'closes without a vehicle': {
    finds: ['no-vehicle-no-power'],
    command: (command, good) => (command.type === 'closeContactor' ? Promise.resolve({}) : good(command)),
  },
  'takes every limit': {
    finds: ['limits'],
    command: async (command, good) => (command.type === 'setLimit' ? {} : good(command)),
  },
  'does not follow the limit': {
    finds: ['draws-what-is-offered', 'follows-the-limit'],
    command: async (command, good) =>
      good(command.type === 'setLimit' && command.milliamps > 0 ? { ...command, milliamps: 32_000 } : command),
  },
  'says that it switched the phases and did not': {
    finds: ['switches-phases'],
    command: async (command, good) => (command.type === 'setPhases' ? {} : good(command)),
  },
  'says that it closed and did not': {
    finds: ['draws-what-is-offered', 'charging-told'],
    command: async (command, good) => (command.type === 'closeContactor' ? {} : good(command)),
  },
  'says that it opened and did not': {
    finds: ['open-ends-energy'],
    command: async (command, good) => (command.type === 'openContactor' ? {} : good(command)),
  },
  'closes although it was told to open meanwhile': {
    finds: ['open-overtakes-close'],
    command: async (command, good) => {
      if (command.type === 'closeContactor') await delay(20);
      return good(command);
    },
  },
  'has a register that goes back': {
    finds: ['register-monotone'],
    command: async (command, good) => {
      if (command.type !== 'readMeter') return good(command);
      const reading = (await good(command)) as MeterReading;
      return { ...reading, energyImportWh: 1_000_000 - reading.energyImportWh };
    },
  },
  'measures milliamperes': {
    finds: ['draws-what-is-offered'],
    command: async (command, good) => {
      if (command.type !== 'readMeter') return good(command);
      const reading = (await good(command)) as MeterReading;
      return { ...reading, currentA: (reading.currentA ?? []).map((amps) => amps * 1_000) };
    },
  },
  'promises a signature and gives none': {
    finds: ['boundaries-signed', 'meter-outlives-stop'],
    command: async (command, good) => {
      const answer = await good(command);
      return command.type === 'beginMeter' || command.type === 'endMeter'
        ? { ...(answer as MeterBoundary), signed: [] }
        : answer;
    },
  },
  'has no key that can be read': {
    finds: ['signing-state'],
    command: changed('meterState', (state) => ({ ...state, publicKey: 'none' })),
  },
  'signs with another key than the one that it tells': {
    finds: ['signing-key'],
    command: changed('meterState', (state) => ({ ...state, publicKey: `${state.publicKey ?? ''}00` })),
  },
  'rewrites what the meter signed': {
    finds: ['signing-key'],
    command: changed('endMeter', (boundary) => withData(boundary, (data) => data.replace('0000,', '0,'))),
  },
  'leaves out a number': {
    finds: ['signing-numbers'],
    command: changed('beginMeter', (boundary) =>
      withData(boundary, (data) => data.replace(/"PG":"T\d+"/, '"PG":"T99"')),
    ),
  },
  'forgets the begin of a transaction that it ended': {
    finds: ['signing-twice', 'signing-open-transaction'],
    command: async (command, good) => {
      if (command.type === 'endMeter') ended.add(command.transaction);
      const answer = await good(command);
      return command.type === 'beginMeter' && ended.has(command.transaction)
        ? { ...(answer as MeterBoundary), signed: [] }
        : answer;
    },
  },
  'sets the clock within a transaction': {
    finds: ['signing-clock'],
    command: async (command, good) =>
      good(command).catch((error: unknown) => {
        if (command.type === 'setMeterClock') return {};
        throw error;
      }),
  },
  'does not set the clock': {
    finds: ['signing-clock'],
    command: async (command, good) => (command.type === 'setMeterClock' ? {} : good(command)),
  },
  'writes nobody into the meter': {
    finds: ['signing-assignment'],
    command: async (command, good) => {
      if (command.type !== 'beginMeter') return good(command);
      const { assignment: _, ...bare } = command;
      return good(bare);
    },
  },
  'does not know what is open in the meter': {
    finds: ['signing-open-transaction'],
    command: changed('meterState', (state) => ({ ...state, openTransaction: null })),
  },
  'gives all records, whatever is asked': {
    finds: ['signing-records'],
    command: async (command, good) => good(command.type === 'readRecords' ? { ...command, after: 0 } : command),
  },
  'reads within a transaction and signs nothing': {
    finds: ['signing-readings'],
    command: changed('signMeter', (boundary) => ({ ...boundary, signed: [] })),
  },
  'ends a meter transaction anew each time': {
    finds: ['boundaries-twice'],
    command: async (command, good) => {
      const answer = await good(command);
      if (command.type !== 'endMeter') return answer;
      const { reading } = answer as MeterBoundary;
      lastEnd += 1;
      return { signed: [], reading: { ...reading, energyImportWh: reading.energyImportWh + lastEnd } };
    },
  },
  'takes every charging point for the first': {
    finds: ['unknown-evse'],
    command: async (command, good) =>
      good(evseOf(command) > 1 ? ({ ...command, evse: 1 } as HardwareCommand) : command),
  },
  'has a contactor that is closed without a vehicle': {
    finds: ['rest'],
    command: async (command, good) => {
      const answer = await good(command);
      return command.type === 'readState' ? { ...(answer as EvseReading), contactor: 'closed' } : answer;
    },
  },
  'restarts without opening': {
    finds: ['restart-opens'],
    command: async (command, good) => (command.type === 'restart' ? {} : good(command)),
  },
  'leaves the contactor closed without a station': {
    finds: ['stop-opens', 'station-killed-opens', 'station-silent-opens'],
    stop: async () => {},
  },
  'tells nothing': { finds: ['signing-told', 'plug-told', 'fault-told', 'charging-told'], tellsNothing: true },
  'has no heartbeat': {
    finds: ['heartbeat'],
    wire: { toStation: twist((message) => (message['method'] === '$/heartbeat' ? [] : [message])) },
  },
  'takes every version': {
    finds: ['version-major'],
    wire: {
      toDriver: twist((message) => [
        message['method'] === 'start' ? { ...message, params: { protocol: '1.0' } } : message,
      ]),
    },
  },
  'refuses a newer minor version': {
    finds: ['version-minor'],
    wire: {
      toDriver: twist((message) => {
        const isNewer = JSON.stringify(message).includes('1.999');
        return [isNewer ? { ...message, params: { protocol: '9.9' } } : message];
      }),
    },
  },
  'answers twice': {
    finds: ['answers-once'],
    wire: { toStation: twist((message) => (isAnswer(message) ? [message, message] : [message])) },
  },
  'swallows what it does not know': {
    finds: ['unknown-method'],
    wire: { toDriver: twist((message) => (message['method'] === 'explode' ? [] : [message])) },
  },
  'does what it does not understand': {
    finds: ['unknown-command'],
    wire: {
      toStation: twist((message) => [
        'error' in message ? { jsonrpc: '2.0', id: message['id'] ?? 0, result: {} } : message,
      ]),
    },
  },
  'ends at a line that it cannot read': {
    finds: ['garbage'],
    wire: { toDriver: (line) => (/^\{.*\}$/.test(line) ? [line] : 'end') },
  },
  'says something between its messages': {
    finds: ['answers-once'],
    wire: { toStation: (line) => (line.includes('"result"') ? ['debug: ready', line] : [line]) },
  },
};

function drivenBadly(simulator: Simulator, { command, stop, tellsNothing }: Defect): DrivableHardware {
  return {
    start: (listener, signal) => simulator.start(tellsNothing === true ? () => {} : listener, signal),
    command: (each, signal) =>
      // What a defect answers is not what the contract says; that is its purpose.
      (command ?? ((same, good) => good(same)))(each, (other) => simulator.command(other, signal)) as never,
    stop: () => (stop ?? (() => simulator.stop()))(),
    simulate: (action) => simulator.simulate(action),
  };
}

async function checkWith(defect: Defect, only: (id: string) => boolean): Promise<CheckReport> {
  const folder = await mkdtemp(join(tmpdir(), 'kb-check-'));
  const time = createSystemTime({ speed });
  const simulator = createSimulator({
    time,
    random: createSeededRandom('check'),
    evses: [{ signs: true, phaseSwitching: true }],
  });
  const good = join(folder, 'good.sock');
  const bad = join(folder, 'bad.sock');
  const server = await serveDriver(drivenBadly(simulator, defect), { socketPath: good, time });
  const endProxy = await openLineProxy(bad, good, defect.wire ?? {});
  try {
    return await runDriverCheck({
      cases: driverCases.filter(({ id }) => only(id)),
      open: () => createProcessDriver({ socketPath: bad, time, startTimeoutMs: 20_000 }),
      time,
      socketPath: bad,
      evse: 1,
      withVehicle: false,
    });
  } finally {
    await endProxy();
    await server.close();
    await simulator.stop();
    await rm(folder, { recursive: true });
  }
}

describe('the check of a driver', () => {
  it('finds nothing at a driver that keeps the contract', async () => {
    const { results } = await checkWith({ finds: [] }, () => true);
    assert.deepEqual(
      results.filter(({ outcome }) => outcome !== 'passed'),
      [],
    );
    assert.equal(results.length, driverCases.length);
  });

  for (const [what, defect] of Object.entries(defects)) {
    it(`finds a driver that ${what}`, async () => {
      const { results } = await checkWith(defect, (id) => defect.finds.includes(id));
      assert.deepEqual(
        results.map(({ id, outcome, detail }) => [id, outcome, detail === '']),
        defect.finds.toSorted(byOrder).map((id) => [id, 'failed', false]),
        JSON.stringify(results),
      );
    });
  }
});

function byOrder(a: string, b: string): number {
  const at = (wanted: string): number => driverCases.findIndex(({ id }) => id === wanted);
  return at(a) - at(b);
}
