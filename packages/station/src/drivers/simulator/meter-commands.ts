import type { MeterBoundary, MeterReading, MeterState } from '../../evse/hardware.ts';
import { recordsAtOnce } from '../hardware-shapes.ts';
import type { KeyPair, StoredKey } from '../signing/key-pair.ts';
import type { MeterCommand } from '../signing/meter-command.ts';
import { endEvents, signedRecord } from '../signing/signed-record.ts';
import { registerSteps, stepsInKilowattHours, stepsInWattHours } from '../signing/sign-ocmf.ts';
import {
  beginTransaction,
  endTransaction,
  openTransaction,
  recordsAfter,
  signReading,
} from '../signing/transaction-ledger.ts';
import type {
  BoundaryRequest,
  HeldReading,
  MadeBoundary,
  MakeBoundary,
  Metered,
} from '../signing/transaction-ledger.ts';
import { socPercent } from './ev-model.ts';
import type { CommandOutcome } from './evse-commands.ts';
import { phaseMilliamps } from './evse-physics.ts';
import type { EvseConfig, EvseState } from './evse-state.ts';
import { clockShowsMs, clockState, readingMoment, setClock } from '../signing/meter-clock.ts';
import { meterReading } from './meter-model.ts';
import type { Meter } from './meter-model.ts';
import type { MeterSigning } from './meter-signing.ts';

/** What a meter that signs works with. */
export interface MeterKeys {
  /** Makes a new key by chance. */
  readonly make: (method: string) => StoredKey;
  /** Makes a key ready to sign. */
  readonly pairOf: (key: StoredKey) => KeyPair;
}

/** What the meter did and answers; a `problem` is a refusal. */
type MeterOutcome = CommandOutcome<object | null>;

type Of<T extends MeterCommand['type']> = Extract<MeterCommand, { type: T }>;

const longestTariffText = 250;

/** What the meter calls itself in its records; every one says that it is a test (eichrecht.md E-01). */
const identity = {
  GI: 'KERBSIDE SIMULATOR, TEST ONLY',
  GV: '1',
  MV: 'Kerbside',
  MM: 'simulated meter',
  MF: '1',
} as const;

/** The meter's reading at the moment of the state; what it signs has the same register. */
export function readMeter(config: EvseConfig, state: EvseState): MeterReading {
  const counted = countedWh(state.meter);
  const signs = (config.meter?.signing ?? null) !== null;
  return meterReading({
    registerWh: signs ? stepsInWattHours(registerSteps(counted)) : counted,
    milliamps: phaseMilliamps(config, state),
    volts: state.quantities.volts,
    temperatureC: state.quantities.temperatureC,
    soc: state.ev === null ? null : socPercent(state.ev),
  });
}

/** What the register counted, exactly. */
function countedWh({ registerWh, offAtWh = registerWh, restartedAtWh = 0 }: Meter): number {
  return offAtWh - restartedAtWh;
}

/** Asks the meter for one thing; decides only, the shell stores the state. */
export function askMeter(config: EvseConfig, state: EvseState, command: MeterCommand, keys: MeterKeys): MeterOutcome {
  const signing = config.meter?.signing ?? null;
  const problem = obstacle(signing, state, command);
  if (problem !== null) return { state, answer: null, problem };
  const ready = signing === null ? state : withKey(state, signing, keys);
  const bench: Bench = { config, state: ready, signing, keys, toldMs: 'wallMs' in command ? command.wallMs : 0 };
  switch (command.type) {
    case 'meterState':
      return { state: ready, answer: meterState(bench) };
    case 'setMeterClock':
      return { state: { ...ready, meterClock: setClock(command, ready.sinceMs) }, answer: {} };
    case 'beginMeter':
      return begin(bench, command);
    case 'signMeter':
      return sign(bench, command);
    case 'endMeter': {
      const event = endEvents[command.reason ?? 'end'];
      return metered(ready, endTransaction(ready.meter, command.transaction, event, boundaryMaker(bench)));
    }
    case 'readRecords':
      return { state: ready, answer: { records: recordsAfter(ready.meter, command.after, recordsAtOnce) } };
  }
}

/** The same state with a key in its meter, unless the meter has one or has lost it. */
export function withKey(state: EvseState, { method }: MeterSigning, keys: MeterKeys): EvseState {
  if (state.meter.key !== undefined) return state;
  return { ...state, meter: { ...state.meter, key: keys.make(method) } };
}

interface Bench {
  readonly config: EvseConfig;
  readonly state: EvseState;
  readonly signing: MeterSigning | null;
  readonly keys: MeterKeys;
  /** The time that the station told with the command. */
  readonly toldMs: number;
}

/** Why the meter refuses; null when it does not. */
function obstacle(signing: MeterSigning | null, state: EvseState, command: MeterCommand): string | null {
  const { type } = command;
  if (type !== 'beginMeter' && type !== 'endMeter') return unknownTo(signing, type) ?? busy(state, command);
  if (type === 'beginMeter' && (command.tariffText ?? '').length > longestTariffText)
    return `the tariff text is longer than the ${longestTariffText} characters that the meter takes`;
  return signing !== null && needsKey(state.meter, command) ? keyProblem(state.meter) : null;
}

function unknownTo(signing: MeterSigning | null, type: MeterCommand['type']): string | null {
  const knows =
    signing !== null &&
    signing.answers &&
    (type !== 'setMeterClock' || signing.clock !== 'none') &&
    (type !== 'signMeter' || signing.intermediate) &&
    (type !== 'readRecords' || signing.memory);
  return knows ? null : `the simulated meter does not know ${type}`;
}

function busy({ meter }: EvseState, command: MeterCommand): string | null {
  const open = openTransaction(meter);
  if (command.type === 'setMeterClock' && open !== null)
    return `its clock is not set within a transaction, and ${open} is open`;
  if (command.type !== 'signMeter') return null;
  if (command.transaction !== open) return `the transaction ${command.transaction} is not open in the meter`;
  return keyProblem(meter);
}

/** What the meter has signed already, and what it does not know, needs no key. */
function needsKey({ transactions }: Meter, command: Of<'beginMeter' | 'endMeter'>): boolean {
  const known = transactions.find(({ transaction }) => transaction === command.transaction);
  return command.type === 'beginMeter' ? known === undefined : known?.end === null;
}

function keyProblem({ key, mode }: Meter): string | null {
  return key === null && mode !== 'unsigned' ? 'the meter has lost its key and cannot sign' : null;
}

function meterState({ config, state, signing, keys }: Bench): MeterState {
  const { meter, meterClock, sinceMs } = state;
  const quality = signing?.clock ?? 'none';
  return {
    serial: meter.serial ?? config.meter?.serial ?? '',
    publicKey: meter.key === undefined || meter.key === null ? null : keys.pairOf(meter.key).publicKey,
    condition: meter.failure === undefined ? 'good' : 'failed',
    ...(meter.failure === undefined ? {} : { problem: meter.failure }),
    clock: clockState(quality, meterClock),
    wallMs: meterClock === null ? null : clockShowsMs(meterClock, sinceMs),
    openTransaction: openTransaction(meter),
    pagination: meter.pagination,
  };
}

function begin(bench: Bench, command: Of<'beginMeter'>): MeterOutcome {
  const { transaction, idToken, assignment, tariffText, place } = command;
  const order = {
    transaction,
    idToken,
    ...(assignment === undefined ? {} : { assignment }),
    ...(tariffText === undefined ? {} : { tariffText }),
    ...(place === undefined ? {} : { place }),
  };
  return metered(bench.state, beginTransaction(bench.state.meter, order, boundaryMaker(bench)));
}

function sign(bench: Bench, { transaction }: Of<'signMeter'>): MeterOutcome {
  const { state } = bench;
  const signed = signReading(state.meter, transaction, boundaryMaker(bench));
  if (signed === null) return { state, answer: null, problem: 'the transaction is not open in the meter' };
  return metered(state, signed);
}

function metered(state: EvseState, { meter, boundary }: Metered<Meter>): { state: EvseState; answer: MeterBoundary } {
  return { state: { ...state, meter }, answer: boundary };
}

function boundaryMaker(bench: Bench): MakeBoundary {
  return (request) => {
    const { config, state, signing, keys } = bench;
    const { meter } = state;
    const reading = readMeter(config, state);
    const isSilentOnIt = signing === null || request.order === null || meter.mode === 'unsigned';
    if (isSilentOnIt || meter.key === undefined || meter.key === null) return { reading, signed: [] };
    return { reading, ...record(request, { ...bench, signing, held: heldReading(bench) }, keys.pairOf(meter.key)) };
  };
}

/** The record of a boundary; a meter of combined records holds the begin until the end. */
function record(
  { kind, event, number, order, held }: BoundaryRequest,
  bench: Bench & { readonly signing: MeterSigning; readonly held: HeldReading },
  pair: KeyPair,
): Omit<MadeBoundary, 'reading'> {
  const { config, state, signing } = bench;
  if (order === null) return { signed: [] };
  if (kind === 'begin' && signing.records === 'combined') return { signed: [], held: bench.held };
  const readings = kind === 'end' && held !== undefined ? [held, bench.held] : [bench.held];
  const serial = state.meter.serial ?? config.meter?.serial ?? '';
  const facts = { identity: { ...identity, GS: serial, MS: serial }, version: signing.version };
  return { signed: [signedRecord({ ...facts, number, order, event, readings }, pair)] };
}

function heldReading({ state, signing, toldMs }: Bench): HeldReading {
  const moment = readingMoment(signing?.clock ?? 'none', state.meterClock, { nowMs: state.sinceMs, toldMs });
  const energy = state.meter.failure === undefined ? '' : 'E';
  return {
    time: moment.text,
    register: stepsInKilowattHours(registerSteps(countedWh(state.meter))),
    errors: `${energy}${moment.known ? '' : 't'}`,
  };
}
