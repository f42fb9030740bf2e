/** The phases of a three-phase supply, as OCPP names them on the wire. */
type Phase = 'L1' | 'L2' | 'L3';

/** Which phase of the grid each terminal of a meter is connected to, in the order of its terminals. */
export type PhaseRotation = readonly [Phase, Phase, Phase];

/** What is not known, or does not apply, leaves the meter's own names: nothing better can be said. */
const standard: PhaseRotation = ['L1', 'L2', 'L3'];

const rotations: ReadonlyMap<string, PhaseRotation> = new Map([
  ['RST', standard],
  ['RTS', ['L1', 'L3', 'L2']],
  ['SRT', ['L2', 'L1', 'L3']],
  ['STR', ['L2', 'L3', 'L1']],
  ['TRS', ['L3', 'L1', 'L2']],
  ['TSR', ['L3', 'L2', 'L1']],
]);

/**
 * The rotation that a word of `ConnectorPhaseRotation` stands for (OCPP 1.6 §9.1.6): its letters name the grid phase (R = L1,
 * S = L2, T = L3) at the first, second and third terminal. `Unknown`, `NotApplicable` and anything else: as the meter counts.
 */
export function rotationOf(word: string): PhaseRotation {
  return rotations.get(word) ?? standard;
}
