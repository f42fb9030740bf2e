import type { ParameterId } from './catalogue.ts';
import type { ParameterValue } from './row.ts';
import type { SecurityProfile } from './security-profile.ts';

/** What decides whether a backend may raise the security profile. */
export interface ProfileFacts {
  /** In force. */
  readonly current: SecurityProfile;
  /** The profile rose by itself, when the backend set a password where nothing was, and was not asked for since. */
  readonly roseByPassword: boolean;
  readonly hasPassword: boolean;
  /** A root for the backend's certificate is installed; the public ones do not count. */
  readonly hasRoot: boolean;
  /** The station has a signed certificate. */
  readonly hasCertificate: boolean;
}

/** The values that bring a profile about, or why the backend does not get it. */
export type ProfileChange =
  | { readonly ok: true; readonly values: ReadonlyMap<ParameterId, ParameterValue> }
  | { readonly ok: false; readonly reason: string };

/**
 * What a backend that writes SecurityProfile gets (S-05): only more than now, and only with what that needs. A profile that its
 * own AuthorizationKey brought about already is confirmed, since the backend asks in that order.
 */
export function raiseProfile(wanted: SecurityProfile, facts: ProfileFacts): ProfileChange {
  const { current, roseByPassword } = facts;
  if (wanted === current && roseByPassword && wanted > 0) return { ok: true, values: new Map() };
  if (wanted <= current)
    return refused(`The security profile is ${current}. Only the manufacturer can lower it, on site.`);
  const missing = missingFor(wanted, facts);
  if (missing !== undefined) return refused(`Security profile ${wanted} needs ${missing}`);
  if (wanted === 1) return { ok: true, values: new Map() };
  return {
    ok: true,
    values: new Map<ParameterId, ParameterValue>([
      ['backend.protocol', 'wss'],
      ['security.useClientCertificate', wanted === 3],
    ]),
  };
}

function missingFor(wanted: SecurityProfile, facts: ProfileFacts): string | undefined {
  if (wanted < 3 && !facts.hasPassword) return 'a password. Set AuthorizationKey first.';
  if (wanted > 1 && !facts.hasRoot)
    return 'a CentralSystemRootCertificate. Install one first, by InstallCertificate or backend.tlsCaFile.';
  if (wanted === 3 && !facts.hasCertificate)
    return 'a certificate of the station. Have one signed first (SignChargePointCertificate).';
  return undefined;
}

function refused(reason: string): ProfileChange {
  return { ok: false, reason };
}
