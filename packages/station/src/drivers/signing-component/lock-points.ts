import { curves } from '@kerbside/ocmf';

import { KerbsideError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { HardwareDescription } from '../../evse/hardware.ts';
import { keyPairOf, makeKey } from '../signing/key-pair.ts';
import type { ComponentState, LockEntry } from './component-file.ts';
import type { MeasuringPoint } from './measuring-point.ts';

/** What locking needs. */
export interface LockAround {
  readonly random: Random;
  readonly wallMs: number;
  readonly checksum: string;
}

/** Locks each meter that was not seen before; a component is locked once, at its first start with the meter. */
export function lockNewPoints(
  state: ComponentState,
  description: HardwareDescription,
  around: LockAround,
): ComponentState {
  return metersOf(description).reduce((before, { evse, serial }) => {
    const isKnown = before.points.some((point) => point.evse === evse);
    const isUsed = before.points.some((point) => point.serial === serial);
    return isKnown || isUsed || serial === '' ? before : withLock(before, { evse, serial }, 'first start', around);
  }, state);
}

/**
 * Locks again what differs from its lock, with a reason that is kept. Another meter gets another key; records go on counting.
 * @throws KerbsideError `command.usage` without a reason, or when a transaction is open
 */
export function lockAgain(
  state: ComponentState,
  description: HardwareDescription,
  reason: string,
  around: LockAround,
): ComponentState {
  if (reason.trim() === '') throw new KerbsideError('command.usage', 'a reason is needed to lock again');
  return metersOf(description).reduce((before, { evse, serial }) => {
    const point = before.points.find((each) => each.evse === evse);
    if (point !== undefined && point.serial === serial && point.checksum === around.checksum) return before;
    const isTwice = before.points.some((each) => each.evse !== evse && each.serial === serial);
    return serial === '' || isTwice ? before : withLock(before, { evse, serial }, reason, around);
  }, state);
}

/** Why a measuring point is not as it was locked, in words; null when it is. */
export function sealProblem(
  point: MeasuringPoint,
  behind: { readonly serial: string; readonly checksum: string },
): string | null {
  if (point.serial !== behind.serial)
    return `the meter behind the component is ${behind.serial || 'without a serial number'}, but it is locked to ${point.serial}; lock it again with a reason`;
  if (point.checksum !== behind.checksum)
    return `the signing component is not the one that was locked (checksum ${behind.checksum.slice(0, 12)}…, locked ${point.checksum.slice(0, 12)}…); lock it again with a reason`;
  return null;
}

/** The meters that do not sign by themselves. */
function metersOf({ evses }: HardwareDescription): readonly { readonly evse: number; readonly serial: string }[] {
  return evses.flatMap(({ id, meter }) =>
    meter === null || meter.signs ? [] : [{ evse: id, serial: meter.serial.trim() }],
  );
}

function withLock(
  state: ComponentState,
  { evse, serial }: { readonly evse: number; readonly serial: string },
  reason: string,
  { random, wallMs, checksum }: LockAround,
): ComponentState {
  const before = state.points.find((point) => point.evse === evse);
  const isSameMeter = before?.serial === serial;
  const key = isSameMeter ? before.key : makeKey(curves[0]?.method ?? '', random);
  const register = isSameMeter ? before.register : null;
  // What another meter left open can have no end that is true; it stays known, with nothing signed.
  const transactions = (before?.transactions ?? []).map((each) =>
    each.end !== null || isSameMeter ? each : { ...each, end: { reading: each.begin.reading, signed: [] } },
  );
  const { records = [], pagination = 0 } = before ?? {};
  const kept = isSameMeter ? before : {};
  const point: MeasuringPoint = { ...kept, evse, serial, checksum, key, register, pagination, transactions, records };
  const publicKey = keyPairOf(key).publicKey;
  const number = (state.locks.at(-1)?.number ?? 0) + 1;
  const entry: LockEntry = { number, atMs: Math.max(0, Math.floor(wallMs)), evse, reason, serial, checksum, publicKey };
  const points = [...state.points.filter((each) => each.evse !== evse), point];
  return { points, locks: [...state.locks, entry] };
}
