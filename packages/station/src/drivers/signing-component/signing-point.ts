import type { HardwareAnswer, MeterBoundary, MeterReading, MeterState, SigningComponent } from '../../evse/hardware.ts';
import { recordsAtOnce } from '../hardware-shapes.ts';
import type { KeyPair, StoredKey } from '../signing/key-pair.ts';
import { clockShowsMs, clockState, readingMoment, setClock } from '../signing/meter-clock.ts';
import type { MeterClock } from '../signing/meter-clock.ts';
import type { MeterCommand } from '../signing/meter-command.ts';
import { endEvents, signedRecord } from '../signing/signed-record.ts';
import type { RecordIdentity } from '../signing/signed-record.ts';
import {
  beginTransaction,
  endTransaction,
  openTransaction,
  recordsAfter,
  signReading,
} from '../signing/transaction-ledger.ts';
import type { MakeBoundary, Metered, TransactionLedger } from '../signing/transaction-ledger.ts';
import { exactKilowattHours } from './exact-register.ts';

/** With what a component was locked together: nothing else is signed for. */
export interface Lock {
  /** The serial number of the meter. */
  readonly serial: string;
  /** Over the legally relevant part. */
  readonly checksum: string;
}

/** A measuring point: a meter, the key that signs for it, and what was signed. */
export interface SigningPoint extends TransactionLedger {
  readonly evse: number;
  readonly lock: Lock;
  readonly key: StoredKey;
  /** The highest register that the meter showed; null before its first reading. */
  readonly highestWh: number | null;
  /** Why nothing of this meter may be used any more, until it is locked anew; null: all is well. */
  readonly failure: string | null;
}

/** What is there at the moment of a command. */
export interface Present {
  readonly lock: Lock;
  readonly component: SigningComponent;
  readonly identity: RecordIdentity;
  /** Null until it is set. */
  readonly clock: MeterClock | null;
  /** On the monotonic clock. */
  readonly nowMs: number;
  readonly keys: KeyPair;
  /** What the meter showed just now; null where none was needed. */
  readonly reading: MeterReading | null;
}

/** What becomes of a command; a `problem` is a refusal in words. */
export interface PointOutcome {
  readonly point: SigningPoint;
  readonly clock: MeterClock | null;
  readonly answer: HardwareAnswer<MeterCommand['type']> | null;
  readonly problem: string | null;
}

/** OCMF 1.1 is the first that signs the tariff text. */
const version = '1.1';
const quality = 'informative';
const lockAnew = 'it signs nothing until it is locked anew (--relock)';

/** A point that was locked just now. */
export function lockedPoint(evse: number, lock: Lock, key: StoredKey): SigningPoint {
  return { evse, lock, key, highestWh: null, failure: null, pagination: 0, transactions: [] };
}

/** Why the point signs nothing, in words; null when it does. */
export function lockProblem({ lock, failure }: SigningPoint, present: Lock): string | null {
  if (failure !== null) return `${failure}; ${lockAnew}`;
  if (present.serial !== lock.serial)
    return `the component is locked with the meter ${lock.serial}, and ${present.serial || 'one without a number'} is there now; ${lockAnew}`;
  if (present.checksum !== lock.checksum)
    return `the legally relevant part has the checksum ${present.checksum}, and it was locked with ${lock.checksum}; ${lockAnew}`;
  return null;
}

/** Whether a command needs what the meter shows now: what was signed before is given again without it. */
export function needsReading(point: SigningPoint, present: Lock, command: MeterCommand): boolean {
  if (lockProblem(point, present) !== null) return false;
  switch (command.type) {
    case 'meterState':
      return true;
    case 'beginMeter':
    case 'signMeter':
    case 'endMeter':
      return givenBefore(point, command) === null;
    case 'setMeterClock':
    case 'readRecords':
      return false;
  }
}

/** Takes note of what the meter shows: a register that cannot be, or that went back, is nothing to sign. */
export function seeRegister(
  point: SigningPoint,
  { energyImportWh }: MeterReading,
): { point: SigningPoint; problem: string | null } {
  if (exactKilowattHours(energyImportWh) === null)
    return { point, problem: `the meter behind the component shows ${energyImportWh} Wh, which is no register` };
  const { highestWh } = point;
  if (highestWh === null || energyImportWh > highestWh)
    return { point: { ...point, highestWh: energyImportWh }, problem: null };
  if (energyImportWh === highestWh || point.failure !== null) return { point, problem: point.failure };
  const failure = `the register of the meter went back from ${highestWh} Wh to ${energyImportWh} Wh`;
  return { point: { ...point, failure }, problem: `${failure}; ${lockAnew}` };
}

/** Answers a command about a measuring point; decides only, the shell stores the point before the answer leaves. */
export function askPoint(before: SigningPoint, command: MeterCommand, present: Present): PointOutcome {
  const seen = present.reading === null ? { point: before, problem: null } : seeRegister(before, present.reading);
  const { point } = seen;
  const { clock } = present;
  const answered = (answer: PointOutcome['answer'], after = point): PointOutcome => ({
    point: after,
    clock,
    answer,
    problem: null,
  });
  const refused = (problem: string): PointOutcome => ({ point, clock, answer: null, problem });
  switch (command.type) {
    case 'meterState':
      // That the register is no number must not be told as a state that can be used.
      return seen.problem !== null && point.failure === null
        ? refused(seen.problem)
        : answered(stateOf(point, present));
    case 'readRecords':
      return answered({ records: recordsAfter(point, command.after, recordsAtOnce) });
    case 'setMeterClock': {
      const open = openTransaction(point);
      if (open !== null) return refused(`the clock is not set within a transaction, and ${open} is open`);
      return { ...answered({}), clock: setClock(command, present.nowMs) };
    }
    case 'beginMeter':
    case 'signMeter':
    case 'endMeter':
      return boundary(point, command, present, seen.problem);
  }
}

type Boundary = Extract<MeterCommand, { type: 'beginMeter' | 'signMeter' | 'endMeter' }>;

function boundary(point: SigningPoint, command: Boundary, present: Present, unreadable: string | null): PointOutcome {
  const { clock, reading } = present;
  const again = givenBefore(point, command);
  if (again !== null) return { point, clock, answer: again, problem: null };
  const problem = unreadable ?? lockProblem(point, present.lock);
  const register = reading === null ? null : exactKilowattHours(reading.energyImportWh);
  if (problem !== null || reading === null || register === null)
    return { point, clock, answer: null, problem: problem ?? 'the meter behind the component was not read' };
  const made = booked(point, command, recordMaker(command, present, { reading, register }));
  if (made !== null) return { point: made.meter, clock, answer: made.boundary, problem: null };
  const closed = `the transaction ${command.transaction} is not open in the component`;
  return { point, clock, answer: null, problem: closed };
}

/** What was signed already is given again, whatever became of meter and clock. */
function givenBefore({ transactions }: SigningPoint, { type, transaction }: Boundary): MeterBoundary | null {
  const known = transactions.find((each) => each.transaction === transaction);
  if (known === undefined || type === 'signMeter') return null;
  return type === 'beginMeter' ? known.begin : known.end;
}

function booked(point: SigningPoint, command: Boundary, make: MakeBoundary): Metered<SigningPoint> | null {
  switch (command.type) {
    case 'beginMeter': {
      const { type: _, evse: __, wallMs: ___, ...order } = command;
      return beginTransaction(point, order, make);
    }
    case 'signMeter':
      return signReading(point, command.transaction, make);
    case 'endMeter':
      return endTransaction(point, command.transaction, endEvents[command.reason ?? 'end'], make);
  }
}

function recordMaker(
  { wallMs }: Boundary,
  { identity, clock, nowMs, keys }: Present,
  { reading, register }: { readonly reading: MeterReading; readonly register: string },
): MakeBoundary {
  return ({ order, event, number }) => {
    if (order === null) return { reading, signed: [] };
    const moment = readingMoment(quality, clock, { nowMs, toldMs: wallMs });
    const readings = [{ time: moment.text, register, errors: moment.known ? '' : 't' }];
    return { reading, signed: [signedRecord({ identity, version, number, order, event, readings }, keys)] };
  };
}

function stateOf(point: SigningPoint, { lock, component, clock, nowMs, keys }: Present): MeterState {
  const problem = lockProblem(point, lock);
  return {
    serial: lock.serial,
    publicKey: keys.publicKey,
    condition: problem === null ? 'good' : 'failed',
    ...(problem === null ? {} : { problem: problem.slice(0, 500) }),
    clock: clockState(quality, clock),
    wallMs: clock === null ? null : clockShowsMs(clock, nowMs),
    openTransaction: openTransaction(point),
    pagination: point.pagination,
    component,
  };
}
