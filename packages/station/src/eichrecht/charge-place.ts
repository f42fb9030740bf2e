import type { ChargePlace } from '../evse/hardware.ts';

/** The place of charging as it is signed (OCMF: CT, CI): the EVSE id where the operator gave one, else identity and connector. */
export function chargePlace(evseId: string | null, identity: string, connector: number): ChargePlace {
  return evseId === null ? { type: 'CBIDC', id: `${identity} ${connector}` } : { type: 'EVSEID', id: evseId };
}
