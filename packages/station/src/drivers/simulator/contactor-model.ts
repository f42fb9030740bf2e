/** The contactor between the supply and the socket. */
export interface Contactor {
  readonly position: 'open' | 'closed';
  /** The contacts stick together: current can flow although it was opened. */
  readonly welded: boolean;
  /** The hardware has noticed it, which it does when the contactor should be open. */
  readonly weldNoticed: boolean;
}

/** An open contactor in good order. */
export const openContactor: Contactor = { position: 'open', welded: false, weldNoticed: false };

/** Whether current can flow. */
export function conducts(contactor: Contactor): boolean {
  return contactor.position === 'closed' || contactor.welded;
}

/** What the hardware reports. */
export function contactorReading(contactor: Contactor): 'open' | 'closed' | 'welded' {
  return contactor.weldNoticed ? 'welded' : contactor.position;
}

/** Lets the armature go; a weld is noticed now. */
export function releaseContactor(contactor: Contactor): Contactor {
  return { ...contactor, position: 'open', weldNoticed: contactor.welded };
}

/** Pulls the armature. */
export function pullContactor(contactor: Contactor): Contactor {
  return { ...contactor, position: 'closed' };
}

/** Welds the contacts; an open contactor is found welded at once. */
export function weldContactor(contactor: Contactor, noticed: boolean): Contactor {
  return { ...contactor, welded: true, weldNoticed: noticed || contactor.position === 'open' };
}
