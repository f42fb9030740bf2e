import { writeOcmf } from '@kerbside/ocmf';
import type { OcmfPayload } from '@kerbside/ocmf';

import type { SignedBlob } from '../../evse/hardware.ts';
import type { KeyPair } from './key-pair.ts';

/** Writes a record of OCMF and signs exactly its octets. Throws `OcmfError` for a register that is no decimal number. */
export function signOcmf(payload: OcmfPayload, { curve, publicKey, sign }: KeyPair): SignedBlob {
  return { encoding: 'OCMF', method: curve.method, data: writeOcmf(payload, sign, { curve }), publicKey };
}

/** How many steps of a register of 0.1 Wh a watt-hour has. */
const STEPS_PER_WATT_HOUR = 10;

/** What a meter shows of what it counted, in steps of 0.1 Wh: never more, and never less than it showed before. */
export function registerSteps(wattHours: number): number {
  // Sums of fractions fall a little short of a step that they reached.
  return Math.floor(wattHours * STEPS_PER_WATT_HOUR + 1e-6);
}

/** Such a register in watt-hours. */
export function stepsInWattHours(steps: number): number {
  return steps / STEPS_PER_WATT_HOUR;
}

/** Such a register in kWh as it is signed: exact, and with its trailing zeros, so that whoever rewrites it is found out. */
export function stepsInKilowattHours(steps: number): string {
  const digits = String(steps).padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
