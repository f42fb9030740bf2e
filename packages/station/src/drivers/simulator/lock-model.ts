/** The lock that holds a plug in the socket. */
export interface Lock {
  /** *none*: a captive cable has no lock. */
  readonly position: 'locked' | 'unlocked' | 'none';
  /** The motor does not move; noticed at the next movement, or at once when told as a fault. */
  readonly jammed: boolean;
}

/** What became of an order to the lock. */
export type LockOutcome =
  | { readonly kind: 'moved'; readonly lock: Lock }
  | { readonly kind: 'refused' | 'jammed'; readonly problem: string };

/** Moves the lock, when there is one, a plug to hold, and no jam. Moving where it already stands does nothing. */
export function moveLock(lock: Lock, to: 'locked' | 'unlocked', plugged: boolean): LockOutcome {
  if (lock.position === 'none') return { kind: 'refused', problem: 'the cable is captive, there is no lock' };
  if (to === 'locked' && !plugged)
    return { kind: 'refused', problem: 'no plug is in the socket, there is nothing to lock' };
  if (lock.position === to) return { kind: 'moved', lock };
  if (lock.jammed) return { kind: 'jammed', problem: 'the lock is jammed and did not move' };
  return { kind: 'moved', lock: { ...lock, position: to } };
}
