import { hardwareDescriptionShape } from '../../hardware-shapes.ts';
import { protocolVersion, versionProblem } from '../../process/driver-protocol.ts';
import { requestLine, rpcErrorNumbers } from '../../process/rpc-message.ts';
import { parse } from '../../shape.ts';
import { isRecord } from '../../../core/json.ts';
import type { CheckBench } from '../check-bench.ts';
import type { DriverCase } from '../driver-case.ts';
import { expect } from '../verdict.ts';
import type { ProbeAnswer, WireProbe } from '../wire-probe.ts';

const wire = { wire: true } as const;

async function station(bench: CheckBench): Promise<WireProbe> {
  const probe = await bench.wire();
  await probe.startAsStation();
  return probe;
}

function refusedWith(answer: ProbeAnswer, what: string, numbers: readonly number[]): void {
  const { error } = answer;
  expect(error !== null, `${what} was answered with a result`);
  const known = numbers.some((number) => number === error.code);
  expect(known, `${what} was refused with ${String(error.code)}; expected ${numbers.join(' or ')}`);
  expect(error.message !== '' && error.message !== 'undefined', `${what} was refused without a message`);
}

async function stillAnswers(bench: CheckBench, probe: WireProbe, after: string): Promise<void> {
  const { error } = await probe.ask('command', { type: 'readState', evse: bench.evse });
  expect(error === null, `after ${after} readState was refused: ${error?.message ?? ''}`);
}

/** What goes over the wire, also what should not. */
export const wireCases: readonly DriverCase[] = [
  {
    id: 'version-named',
    title: 'the answer to start names the version and describes the hardware',
    needs: wire,
    run: async (bench) => {
      const probe = await bench.wire();
      const { result } = await probe.ask('start', { protocol: protocolVersion });
      const problem = versionProblem(isRecord(result) ? result['protocol'] : undefined, 'driver');
      expect(problem === null, problem ?? '');
      parse(hardwareDescriptionShape, result, { code: 'driver.refused', what: 'the description cannot be used' });
    },
  },
  {
    id: 'version-minor',
    title: 'a newer minor version, and fields that it may bring, are no obstacle',
    needs: wire,
    run: async (bench) => {
      const probe = await bench.wire();
      const start = await probe.ask('start', { protocol: '1.999', tomorrow: { list: [1, 'a', null, true, -2.5e3] } });
      expect(start.error === null, `version 1.999 was refused: ${start.error?.message ?? ''}`);
      const read = await probe.ask('command', { type: 'readState', evse: bench.evse, tomorrow: '\u00e4\u{1f50c}"\\' });
      expect(read.error === null, `a command with an unknown field was refused: ${read.error?.message ?? ''}`);
    },
  },
  {
    id: 'version-major',
    title: 'an unknown major version is refused with a sentence, and the right one taken afterwards',
    needs: wire,
    run: async (bench) => {
      const probe = await bench.wire();
      for (const params of [{ protocol: '2.0' }, { protocol: 'banana' }, {}]) {
        const what = `start with ${JSON.stringify(params)}`;
        refusedWith(await probe.ask('start', params), what, [rpcErrorNumbers.refused, rpcErrorNumbers.invalidParams]);
      }
      await probe.startAsStation();
    },
  },
  {
    id: 'heartbeat',
    title: 'a heartbeat comes every second, from the connection on',
    needs: wire,
    run: async (bench) => {
      const probe = await bench.wire();
      await probe.until('the first heartbeat', 2_000, () => probe.heartbeats().length >= 1);
      await probe.startAsStation();
      await probe.until('the fourth heartbeat', 5_000, () => probe.heartbeats().length >= 4);
    },
  },
  {
    id: 'unknown-method',
    title: 'an unknown method is refused as such, an unknown notification ignored',
    needs: wire,
    run: async (bench) => {
      const probe = await station(bench);
      refusedWith(await probe.ask('explode', {}), 'the method explode', [rpcErrorNumbers.unknownMethod]);
      probe.write(requestLine('tomorrow', { a: 1 }));
      probe.write(requestLine('$/cancel', { id: 999_999 }));
      await stillAnswers(bench, probe, 'an unknown notification');
    },
  },
  {
    id: 'unknown-command',
    title: 'commands that do not exist or have the wrong types are refused',
    needs: wire,
    run: async (bench) => {
      const probe = await station(bench);
      const { evse } = bench;
      const wrong: readonly unknown[] = [
        { type: 'explode', evse },
        { evse },
        { type: 'setLimit', evse },
        { type: 'setLimit', evse, milliamps: '16000' },
        { type: 'closeContactor', evse: '1' },
        { type: 'closeContactor' },
        [],
        'closeContactor',
        null,
      ];
      for (const params of wrong) {
        const answer = await probe.ask('command', params);
        refusedWith(answer, `the command ${JSON.stringify(params)}`, [
          rpcErrorNumbers.invalidParams,
          rpcErrorNumbers.refused,
        ]);
      }
      await stillAnswers(bench, probe, 'commands that make no sense');
    },
  },
  {
    id: 'start-first',
    title: 'a command before start is refused',
    needs: wire,
    run: async (bench) => {
      const probe = await bench.wire();
      const answer = await probe.ask('command', { type: 'readState', evse: bench.evse });
      expect(answer.error !== null, 'a command was done without start');
      await probe.startAsStation();
    },
  },
  {
    id: 'garbage',
    title: 'lines that are no messages do no harm',
    needs: wire,
    run: async (bench) => {
      const probe = await station(bench);
      const lines = ['', 'nonsense', '[]', 'null', '{', '{"jsonrpc":"2.0"}', '\u00ff\u0000', '"', '[[[[[[[[', '{"a":'];
      probe.write(`${lines.join('\n')}\n`);
      probe.write(`${'['.repeat(10_000)}\n`);
      await stillAnswers(bench, probe, 'garbage');
    },
  },
  {
    id: 'huge-line',
    title: 'a line of two megabytes does no harm',
    needs: wire,
    run: async (bench) => {
      const probe = await station(bench);
      probe.write(`${'x'.repeat(2_000_000)}\n`);
      const id = probe.send('command', { type: 'readState', evse: bench.evse });
      await bench.until('an answer, or a closed connection', 5_000, () => probe.answers(id).length > 0 || probe.ended);
      probe.close();
      await bench.start();
      await bench.state();
    },
  },
  {
    id: 'pieces',
    title: 'messages in pieces, and several in one piece, are understood',
    needs: wire,
    run: async (bench) => {
      // A heartbeat must not come between the pieces.
      const probe = await bench.wire({ heartbeats: false });
      await probe.startAsStation();
      const line = requestLine('command', { type: 'readState', evse: bench.evse }, 1_001);
      for (const piece of line.match(/.{1,20}|\n/gs) ?? []) {
        probe.write(piece);
        await bench.elapse(20);
      }
      await probe.answer(1_001, 'a request in pieces');
      const ids = [2_001, 2_002, 2_003, 2_004];
      probe.write(ids.map((id) => requestLine('command', { type: 'readState', evse: bench.evse }, id)).join(''));
      for (const id of ids) await probe.answer(id, 'several requests in one piece');
    },
  },
  {
    id: 'answers-once',
    title: 'every request is answered exactly once',
    needs: wire,
    run: async (bench) => {
      const probe = await station(bench);
      const ids = Array.from({ length: 50 }, () => probe.send('command', { type: 'readState', evse: bench.evse }));
      for (const id of ids) await probe.answer(id, 'readState');
      await bench.elapse(1_500);
      const twice = ids.filter((id) => probe.answers(id).length !== 1);
      expect(twice.length === 0, `request ${twice[0] ?? ''} was answered ${probe.answers(twice[0] ?? 0).length} times`);
      const strange = probe.heard.find(({ message }) => message === null || message['jsonrpc'] !== '2.0');
      expect(strange === undefined, `a line is no message of JSON-RPC 2.0: ${strange?.text.slice(0, 80) ?? ''}`);
    },
  },
  {
    id: 'stop-answered',
    title: 'stop is answered, and after it the connection is not the station any more',
    needs: wire,
    run: async (bench) => {
      const probe = await station(bench);
      const { error } = await probe.ask('stop', {});
      expect(error === null, `stop was refused: ${error?.message ?? ''}`);
      const answer = await probe.ask('command', { type: 'readState', evse: bench.evse });
      expect(answer.error !== null, 'a command was done after stop');
    },
  },
];
