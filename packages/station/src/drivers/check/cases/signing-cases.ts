import { isDeepStrictEqual } from 'node:util';

import { readOcmf, readPublicKey, verifyRecord } from '@kerbside/ocmf';
import type { OcmfRecord } from '@kerbside/ocmf';

import { messageOf } from '../../../core/errors.ts';
import type {
  HardwareCommand,
  MeterEndReason,
  MeterState,
  SignedBlob,
  SigningDescription,
} from '../../../evse/hardware.ts';
import { verifySignature } from '../../../metering/verify-signature.ts';
import type { CheckBench } from '../check-bench.ts';
import type { DriverCase } from '../driver-case.ts';
import { CaseSkipped, expect } from '../verdict.ts';

const assignment = {
  assigned: true,
  level: 'VERIFIED',
  flags: ['RFID_PLAIN'],
  type: 'ISO14443',
  id: 'CHECK04A2B3C4',
} as const;
const clockToleranceMs = 5_000;
/** What the transactions of a check are called. */
const ours = 'check-';
const zone = { offsetMinutes: 60, nextOffset: null } as const;

/** The commands of one session in the meter; no earlier run has used its name. */
interface Session {
  readonly transaction: string;
  readonly begin: () => Promise<readonly SignedBlob[]>;
  readonly sign: () => Promise<readonly SignedBlob[]>;
  readonly end: (reason?: MeterEndReason) => Promise<readonly SignedBlob[]>;
}

function session(bench: CheckBench, name = 'a'): Session {
  const { evse, time } = bench;
  const transaction = `${ours}${Math.round(time.systemWallMs())}-${Math.round(time.monotonicMs())}-${name}`;
  const named = (): { evse: number; transaction: string; wallMs: number } => ({
    evse,
    transaction,
    wallMs: Math.round(time.systemWallMs()),
  });
  return {
    transaction,
    begin: async () =>
      (await bench.command({ ...named(), type: 'beginMeter', idToken: assignment.id, assignment })).signed,
    sign: async () => (await bench.command({ ...named(), type: 'signMeter' })).signed,
    end: async (reason = 'local') => (await bench.command(endOf(bench, transaction, reason))).signed,
  };
}

function endOf(
  { evse, time }: CheckBench,
  transaction: string,
  reason: MeterEndReason,
): Extract<HardwareCommand, { type: 'endMeter' }> {
  return { type: 'endMeter', evse, transaction, wallMs: Math.round(time.systemWallMs()), reason };
}

function stateOf(bench: CheckBench): Promise<MeterState> {
  return bench.command({ type: 'meterState', evse: bench.evse });
}

function signingOf(bench: CheckBench): SigningDescription {
  const signing = bench.point.meter?.signing ?? null;
  expect(signing !== null, 'the meter does not say what else it can be asked');
  return signing;
}

/** Sets the clock as a station does before a session, and gives the state of the meter then. */
async function ready(bench: CheckBench): Promise<MeterState> {
  const { openTransaction } = await stateOf(bench);
  if (openTransaction !== null && !openTransaction.startsWith(ours))
    throw new CaseSkipped(`the transaction ${openTransaction} is open in the meter; end it first`);
  // What an earlier case left open, such as one that failed.
  if (openTransaction !== null) await bench.command(endOf(bench, openTransaction, 'abort'));
  if (signingOf(bench).clock) await setClock(bench);
  return stateOf(bench);
}

async function setClock(bench: CheckBench): Promise<number> {
  const wallMs = Math.round(bench.time.systemWallMs());
  await bench.command({ type: 'setMeterClock', evse: bench.evse, wallMs, ...zone });
  return wallMs;
}

/** The records of a whole session in the order in which they came. */
async function wholeSession(bench: CheckBench, name?: string): Promise<readonly SignedBlob[]> {
  const { begin, end } = session(bench, name);
  const records = [...(await begin()), ...(await end())];
  const expected = signingOf(bench).records === 'combined' ? 1 : 2;
  expect(records.length === expected, `begin and end together gave ${records.length} records instead of ${expected}`);
  return records;
}

/** The record as OCMF; skipped where the meter signs in another form, which only its maker can read. */
function ocmf({ encoding, data }: SignedBlob): OcmfRecord {
  if (encoding.toUpperCase() !== 'OCMF') throw new CaseSkipped(`what the meter signs is ${encoding}, not OCMF`);
  try {
    return readOcmf(data);
  } catch (error) {
    throw new CaseSkipped(`the record cannot be read: ${messageOf(error)}`);
  }
}

function numberOf(blob: SignedBlob): number {
  const { pagination } = blob;
  if (pagination !== undefined) return Number(pagination.replace(/^\D*/, ''));
  return ocmf(blob).pagination?.number ?? Number.NaN;
}

/** A meter that signs: what only such a one can be asked. */
export const signingCases: readonly DriverCase[] = [
  {
    id: 'signing-state',
    title: 'a meter that signs says how it is: serial number, key, clock and what is open',
    needs: { signing: true },
    run: async (bench) => {
      const state = await stateOf(bench);
      const described = bench.point.meter?.serial ?? '';
      expect(state.serial !== '', 'the serial number is empty; no record could be told from those of another meter');
      expect(state.serial === described, `meterState says ${state.serial}, the description ${described}`);
      expect(state.condition === 'good', `the meter says that it failed: ${state.problem ?? 'it does not say why'}`);
      expect(state.publicKey !== null, 'the meter has no public key; nobody can verify what it signs');
      try {
        readPublicKey(state.publicKey);
      } catch (error) {
        expect(false, `the public key is no SubjectPublicKeyInfo in hex: ${messageOf(error)}`);
      }
      const hasClock = signingOf(bench).clock;
      const clock = hasClock
        ? 'none, but the description promises one'
        : `${state.clock}, but the description has none`;
      expect((state.clock !== 'none') === hasClock, `the clock is ${clock}`);
    },
  },
  {
    id: 'signing-key',
    title: 'what is signed verifies with the key that the meter tells, and keeps the rules of OCMF',
    needs: { signing: true },
    run: async (bench) => {
      const { publicKey } = await ready(bench);
      for (const blob of await wholeSession(bench)) {
        const same = blob.publicKey.toLowerCase() === (publicKey ?? '').toLowerCase();
        expect(same, 'the key beside the record is not the one of meterState');
        ocmf(blob);
        const { signature, why, findings } = await verifyRecord(blob.data, publicKey, verifySignature);
        expect(signature === 'valid', `the signature is ${signature}: ${why ?? 'it does not fit the text'}`);
        const worst = findings.find(({ severity }) => severity === 'error');
        expect(worst === undefined, `the record breaks a rule of the check software: ${worst?.sentence ?? ''}`);
      }
    },
  },
  {
    id: 'signing-numbers',
    title: 'records are numbered one after another, and the meter says the last number',
    needs: { signing: true },
    run: async (bench) => {
      let { pagination } = await ready(bench);
      for (const blob of [...(await wholeSession(bench)), ...(await wholeSession(bench, 'b'))]) {
        const number = numberOf(blob);
        expect(number === pagination + 1, `after the record ${pagination} came ${number}; a gap looks like a lost one`);
        pagination = number;
      }
      const told = (await stateOf(bench)).pagination;
      expect(told === pagination, `the last record is ${pagination}, but meterState says ${told}`);
    },
  },
  {
    id: 'signing-twice',
    title: 'a begin and an end that are asked for again are the same records, with no new number',
    needs: { signing: true },
    run: async (bench) => {
      await ready(bench);
      const { begin, end } = session(bench);
      const first = await begin();
      expect(isDeepStrictEqual(await begin(), first), 'beginMeter asked again signed something else');
      const last = await end();
      expect(isDeepStrictEqual(await end('abort'), last), 'endMeter asked again signed something else');
      expect(isDeepStrictEqual(await begin(), first), 'beginMeter asked again after the end signed something else');
      const { pagination, openTransaction } = await stateOf(bench);
      const newest = Math.max(...[...first, ...last].map(numberOf));
      expect(pagination === newest, `asking again made the record ${pagination}, after ${newest}`);
      expect(openTransaction === null, `${openTransaction ?? ''} is open again after its end`);
    },
  },
  {
    id: 'signing-clock',
    title: 'the clock is set outside of transactions, and refused within one',
    needs: { signing: true },
    run: async (bench) => {
      if (!signingOf(bench).clock) throw new CaseSkipped('the meter has no clock that the station sets');
      await ready(bench);
      const wallMs = await setClock(bench);
      const { clock, wallMs: shows } = await stateOf(bench);
      expect(clock !== 'unset', 'setMeterClock was answered, but the clock is unset');
      const off = shows === null ? Number.POSITIVE_INFINITY : Math.abs(shows - wallMs);
      expect(off <= clockToleranceMs, `the clock was set to ${wallMs}, but shows ${shows ?? 'nothing'}`);
      const { begin, end } = session(bench);
      await begin();
      const command = { type: 'setMeterClock', evse: bench.evse, wallMs: wallMs + 3_600_000, ...zone } as const;
      try {
        await bench.refused(command, 'a transaction is open, and time may not jump within one');
      } finally {
        await end();
      }
    },
  },
  {
    id: 'signing-assignment',
    title: 'who is charged stands in the record of the begin',
    needs: { signing: true },
    run: async (bench) => {
      await ready(bench);
      for (const blob of await wholeSession(bench)) {
        const { fields } = ocmf(blob);
        expect(fields['IS'] === 'true', `IS is ${fields['IS'] ?? 'missing'}: nobody was assigned before the begin`);
        expect(fields['ID'] === assignment.id, `ID is ${fields['ID'] ?? 'missing'}; ${assignment.id} was written`);
        expect(fields['IL'] === assignment.level, `IL is ${fields['IL'] ?? 'missing'} instead of ${assignment.level}`);
        expect(fields['IT'] === assignment.type, `IT is ${fields['IT'] ?? 'missing'} instead of ${assignment.type}`);
      }
    },
  },
  {
    id: 'signing-open-transaction',
    title: 'a transaction is open in the meter until its end, also over a stop of the driver',
    needs: { signing: true },
    run: async (bench) => {
      await ready(bench);
      const { transaction, begin, end } = session(bench);
      const first = await begin();
      await bench.driver.stop();
      await bench.start();
      const { openTransaction } = await stateOf(bench);
      expect(openTransaction === transaction, `${transaction} began, but meterState says ${openTransaction ?? 'none'}`);
      const last = await end('powerFailure');
      expect(last.length > 0, 'the end after a stop came without signed data');
      expect((await stateOf(bench)).openTransaction === null, 'the transaction is still open after its end');
      expect(isDeepStrictEqual(await begin(), first), 'the begin is not known any more after a stop');
    },
  },
  {
    id: 'signing-records',
    title: 'records are given again, octet for octet, those after a number only',
    needs: { signing: true },
    run: async (bench) => {
      if (!signingOf(bench).memory) throw new CaseSkipped('the meter does not give records again');
      const { pagination } = await ready(bench);
      const given = await wholeSession(bench);
      const read = async (after: number): Promise<readonly string[]> => {
        const { records } = await bench.command({ type: 'readRecords', evse: bench.evse, after });
        return records.map(({ signed }) => signed.data);
      };
      const expected = given.map(({ data }) => data);
      const first = await read(pagination);
      expect(
        isDeepStrictEqual(first, expected),
        `${expected.length} records came after ${pagination}, readRecords gave ${first.length} or others`,
      );
      const rest = await read(pagination + 1);
      expect(isDeepStrictEqual(rest, expected.slice(1)), 'readRecords gave also what is not newer than the number');
    },
  },
  {
    id: 'signing-readings',
    title: 'readings within a transaction are signed, and refused outside of one',
    needs: { signing: true },
    run: async (bench) => {
      if (!signingOf(bench).intermediate) throw new CaseSkipped('the meter signs no readings within a transaction');
      await ready(bench);
      const { transaction, begin, sign, end } = session(bench);
      const wallMs = Math.round(bench.time.systemWallMs());
      const command = { type: 'signMeter', evse: bench.evse, transaction, wallMs } as const;
      await bench.refused(command, 'no transaction is open');
      await begin();
      const before = (await stateOf(bench)).pagination;
      const [reading] = await sign();
      await end();
      expect(reading !== undefined, 'signMeter came without signed data');
      expect(numberOf(reading) === before + 1, `the reading is the record ${numberOf(reading)}, after ${before}`);
    },
  },
  {
    id: 'signing-told',
    title: 'a meter that lost its clock tells it, and says that it is unset',
    needs: { signing: true, actions: ['meterClock'] },
    run: async (bench) => {
      if (!signingOf(bench).clock) throw new CaseSkipped('the meter has no clock that the station sets');
      await ready(bench);
      await bench.play({ action: 'meterClock', evse: bench.evse, state: 'lost' });
      const told = (): boolean => bench.events.some((event) => event.type === 'meter' && event.evse === bench.evse);
      await bench.until('the event `meter`', 5_000, told);
      const { clock } = await stateOf(bench);
      expect(clock === 'unset', `the clock was lost, but is ${clock}`);
    },
  },
];
