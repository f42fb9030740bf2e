import { createSystemRandom } from '../../packages/station/src/core/random.ts';
import { createSystemTime } from '../../packages/station/src/core/system-time.ts';
import type { DialectSocket } from '../../packages/station/src/dialects/dialect.ts';
import { ocpp16Dialect } from '../../packages/station/src/dialects/ocpp16/dialect.ts';
import type { Fact } from '../../packages/station/src/transactions/facts.ts';
import { connect } from './kerbside-caller.ts';
import type { Caller } from './contestant.ts';

const time = createSystemTime();
const random = createSystemRandom();
const phases = ['L1', 'L2', 'L3'] as const;

/** The fact behind the MeterValues of `load.ts`. */
const fact: Fact = {
  kind: 'meterValues',
  transaction: 'tx-1',
  evse: 1,
  offline: false,
  index: 1,
  samples: [
    {
      timeMs: Date.parse('2026-11-22T10:00:00.000Z'),
      context: 'Sample.Periodic',
      values: [
        { measurand: 'Energy.Active.Import.Register', value: 1_234_567 },
        { measurand: 'Power.Active.Import', value: 11_040 },
        { measurand: 'SoC', value: 54 },
        ...phases.map((phase) => ({ measurand: 'Current.Import', phase, value: 16 }) as const),
        ...phases.map((phase) => ({ measurand: 'Voltage', phase, value: 230.1 }) as const),
      ],
    },
  ],
};

/** Through the dialect, as the daemon's call scheduler does it; the commands of the backend are never called. */
export async function openDaemonCaller(url: string): Promise<Caller> {
  const connection = await connect(url);
  let observed = 0;
  const socket: DialectSocket = {
    time,
    random,
    commands: {} as DialectSocket['commands'],
    vendor: () => 'Kerbside',
    messageTimeoutMs: () => 30_000,
    send: (text) => {
      connection.send(text);
      return true;
    },
    lateFactAnswer: () => {},
    observe: () => void (observed += 1),
  };
  const dialect = ocpp16Dialect.open(socket);
  connection.listen({
    text: (text) => dialect.receive(text),
    pong: () => {},
    activity: () => {},
    closed: () => dialect.close(),
  });
  const { session } = dialect;
  return {
    call: async (load) => {
      const outcome = await (load === 'Heartbeat' ? session.heartbeat() : session.fact(fact, random.uuid(), '4711'));
      if (outcome.kind !== 'answered') throw new RangeError(`${load} ended as ${outcome.kind}`);
    },
    close: () => connection.destroy(),
  };
}
