import type { StationCertificateCommands } from '../../dialects/station-commands.ts';

/** What keeps a signed certificate out. */
export interface PlainLinkGuard {
  /** Why certificates may not be changed over the link as it is; null when they may. */
  readonly refusal: () => string | null;
  readonly onProblem: (text: string) => void;
}

/** The station's certificate, which a link without TLS may be forbidden to replace (fault 61). */
export function guarded(commands: StationCertificateCommands, guard: PlainLinkGuard): StationCertificateCommands {
  return {
    sign: () => commands.sign(),
    signed: async (chain) => {
      const refusal = guard.refusal();
      if (refusal === null) return commands.signed(chain);
      guard.onProblem(`CertificateSigned was refused: ${refusal}`);
      return 'rejected';
    },
  };
}
