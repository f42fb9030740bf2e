/** OCPP's security profiles (whitepaper, S-01). */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** What the profile follows from. */
export interface SecurityFacts {
  readonly protocol: 'ws' | 'wss';
  readonly hasPassword: boolean;
  readonly usesClientCertificate: boolean;
}

/** Derives the profile (parameters.md section 3); TLS with neither password nor client certificate counts as 0 and warns. */
export function securityProfile(facts: SecurityFacts): {
  readonly profile: SecurityProfile;
  readonly warning?: string;
} {
  if (facts.protocol === 'ws') return { profile: facts.hasPassword ? 1 : 0 };
  if (facts.usesClientCertificate) return { profile: 3 };
  if (facts.hasPassword) return { profile: 2 };
  return {
    profile: 0,
    warning:
      'The connection is encrypted, but the station does not log in: no password is set and no client certificate is used.',
  };
}
