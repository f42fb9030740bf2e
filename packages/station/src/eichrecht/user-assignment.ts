import { sameIdToken } from '../authorization/decision.ts';
import type { Decided } from '../evse/decided.ts';
import type { Grant } from '../evse/evse-state.ts';
import type { UserAssignment } from '../evse/hardware.ts';

/** What OCMF says of how an identifier was decided upon. */
interface AssignmentRow {
  /** HEARSAY: nobody vouches for it; TRUSTED: the backend does, or did. The signing part itself verifies none (OCMF, IL). */
  readonly level: 'HEARSAY' | 'TRUSTED';
  /** The flag of the family OCPP, over a plain link and over TLS. */
  readonly ocpp: readonly [plain: string, secured: string];
}

const rows: Readonly<Record<Decided | 'remote', AssignmentRow>> = {
  backend: { level: 'TRUSTED', ocpp: ['OCPP_AUTH', 'OCPP_AUTH_TLS'] },
  remote: { level: 'TRUSTED', ocpp: ['OCPP_RS', 'OCPP_RS_TLS'] },
  localList: { level: 'TRUSTED', ocpp: ['OCPP_WHITELIST', 'OCPP_WHITELIST'] },
  cache: { level: 'TRUSTED', ocpp: ['OCPP_CACHE', 'OCPP_CACHE'] },
  whiteList: { level: 'TRUSTED', ocpp: ['OCPP_NONE', 'OCPP_NONE'] },
  unknownOffline: { level: 'HEARSAY', ocpp: ['OCPP_NONE', 'OCPP_NONE'] },
  inDoubt: { level: 'HEARSAY', ocpp: ['OCPP_NONE', 'OCPP_NONE'] },
};

/** Nobody showed anything, or it is told under an identifier that is nobody's: who charges is not known, and is not made up. */
const nobody: UserAssignment = { assigned: false, level: 'NONE', flags: [], type: 'NONE', id: '' };

/**
 * Who is charged, as the meter signs it (OCMF: IS, IL, IF, IT, ID). Whoever may charge is never of the levels MISMATCH, INVALID,
 * OUTDATED or UNKNOWN, with which nobody could check the bill (eichrecht.md pitfall 8).
 * @param secured whether the backend is talked to over TLS
 */
export function userAssignment({ via, decided, idToken: id, free }: Grant, secured: boolean): UserAssignment {
  const isOwn = free === undefined || sameIdToken(free.card, id);
  if (via === 'plug' || !isOwn) return nobody;
  const { level, ocpp } = rows[via === 'remote' ? 'remote' : (decided ?? 'unknownOffline')];
  const flag = ocpp[secured ? 1 : 0];
  if (via === 'remote') return { assigned: true, level, flags: [flag], type: 'CENTRAL', id };
  return { assigned: true, level, flags: ['RFID_PLAIN', flag], type: cardType(id), id };
}

/** Cards of ISO 15693 have 8 octets; all others that readers of charging stations read are of ISO 14443. */
function cardType(idToken: string): string {
  return /^[\dA-F]{16}$/i.test(idToken) ? 'ISO15693' : 'ISO14443';
}
