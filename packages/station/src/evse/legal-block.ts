/** Why nobody may start at an EVSE for the sake of calibration law, as it shows (eichrecht.md E-06, E-11). */
export interface LegalBlock {
  readonly id: string;
  readonly errorCode: 'PowerMeterFailure' | 'InternalError';
  readonly vendorCode: string;
  /** For people, at most 40 characters: "Resolved: " goes before it, and OCPP leaves 50. */
  readonly text: string;
  /** What shows while nothing runs. */
  readonly shows: 'Unavailable' | 'Faulted';
}
