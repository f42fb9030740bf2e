/** Why calibration law lets nobody start a session. */
export type BlockCause =
  | 'meterLost'
  | 'meterFailed'
  | 'meterReplaced'
  | 'meterShared'
  | 'keyChanged'
  | 'keyMissing'
  | 'componentChanged'
  | 'clockUnset'
  | 'openInMeter'
  | 'notSigning'
  | 'archiveFull'
  | 'archiveDamaged'
  | 'undelivered';

/** What one cause means to people and to a backend. */
export interface BlockCauseRow {
  /** For the `info` of a status; at most 40 characters (see `LegalBlock.text`). */
  readonly words: string;
  /** What is wrong, in a sentence. */
  readonly sentence: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly errorCode: 'PowerMeterFailure' | 'InternalError';
  /** A meter that does not answer is a fault; everything else puts the connector out of service (E-06, E-11). */
  readonly shows: 'Unavailable' | 'Faulted';
  /** Who may lift it while it lasts: an operator by a release, the manufacturer by a release or by commissioning anew. */
  readonly releasableBy: 'nobody' | 'operator' | 'manufacturer';
  /** How the manufacturer lifts it: by accepting what the meter is now, which is another commissioning (E-13). */
  readonly byCommissioning: boolean;
  /** Belongs into the legal logbook; what comes and goes with a cable or a power cut does not (E-13). */
  readonly logged: boolean;
  /** Somebody may have tampered: a security event. */
  readonly tamper: boolean;
}

const ofMeter = {
  errorCode: 'PowerMeterFailure',
  shows: 'Unavailable',
  releasableBy: 'nobody',
  byCommissioning: false,
  logged: true,
  tamper: false,
} as const;
const passing = { ...ofMeter, logged: false } as const;
const ofIdentity = { ...ofMeter, releasableBy: 'manufacturer', byCommissioning: true, tamper: true } as const;
const ofArchive = { ...ofMeter, errorCode: 'InternalError' } as const;

/** Every cause, with what shows of it and who may lift it (eichrecht.md E-06, E-11, E-13, E-16; parameters.md row 13a). */
export const blockCauses: Readonly<Record<BlockCause, BlockCauseRow>> = {
  meterLost: {
    ...passing,
    shows: 'Faulted',
    words: 'The meter does not answer',
    sentence: 'The meter does not answer, so nothing can be measured for a bill.',
    remedy: 'Check the power and the wiring of the meter; charging is possible again when it answers.',
  },
  meterFailed: {
    ...ofMeter,
    words: 'The meter reports a failure',
    sentence: 'The meter says itself that its values may not be used.',
    remedy: 'Have the meter repaired or exchanged; charging is possible again when it reports that it is good.',
  },
  meterReplaced: {
    ...ofIdentity,
    words: 'Another meter than the commissioned',
    sentence: 'The meter has another serial number than the one that was commissioned.',
    remedy: 'Put the commissioned meter back, or have the manufacturer commission the new one.',
  },
  meterShared: {
    ...ofMeter,
    words: 'Two connectors share one meter',
    sentence: 'The meter has the serial number of the meter of another connector, so its records belong to neither.',
    remedy: 'Give each connector a meter of its own; charging is possible again when the serial numbers differ.',
  },
  keyChanged: {
    ...ofIdentity,
    words: 'The key of the meter changed',
    sentence: 'The meter signs with another key than the one that was commissioned.',
    remedy: 'Find out who changed it; the manufacturer commissions the new key when it is legitimate.',
  },
  keyMissing: {
    ...ofMeter,
    words: 'The meter has no key',
    sentence: 'The meter has no key to sign with.',
    remedy: 'Have the meter repaired or exchanged; charging is possible again when it has the commissioned key.',
  },
  componentChanged: {
    ...ofIdentity,
    words: 'The signing component changed',
    sentence: 'The sealed component that signs has another version or checksum than the one that was commissioned.',
    remedy: 'Put the commissioned software back, or have the manufacturer commission the new one.',
  },
  clockUnset: {
    ...passing,
    words: 'The clock of the meter is not set',
    sentence: 'The clock of the meter is not set, so its readings would have no time.',
    remedy: 'Wait until the station has the time and sets the meter; connect it to its backend if it does not.',
  },
  openInMeter: {
    ...passing,
    words: 'An earlier session is open in the meter',
    sentence: 'A transaction from before is still open in the meter.',
    remedy: 'Wait until the station has closed it; restart the station if that does not happen within minutes.',
  },
  notSigning: {
    ...ofMeter,
    words: 'The meter does not sign',
    sentence: 'Calibration law is switched on here, and the meter gives no signed data.',
    remedy: 'Install a meter that signs, or have the manufacturer set eichrecht.mode to auto.',
  },
  archiveFull: {
    ...ofArchive,
    words: 'The store of signed data is full',
    sentence: 'Signed records that the backend has not taken fill the store, and none of them may be removed.',
    remedy: 'Make the backend take them (kerbside eichrecht status), or have the manufacturer raise the capacity.',
  },
  archiveDamaged: {
    ...ofArchive,
    releasableBy: 'manufacturer',
    tamper: true,
    words: 'Stored signed data are damaged',
    sentence: 'Signed records in the store were changed or are missing.',
    remedy: 'Export what is left and find out why; the manufacturer releases the station afterwards.',
  },
  undelivered: {
    ...ofArchive,
    releasableBy: 'operator',
    words: 'Signed data are not delivered',
    sentence: 'The backend did not take signed data of this connector, in as many attempts as are allowed.',
    remedy: 'Make the backend take them and send them again, or release the connector.',
  },
};

/** Whether a text names a cause. */
export function isBlockCause(text: string): text is BlockCause {
  return Object.hasOwn(blockCauses, text);
}
