import type { SignedBlob } from '../../evse/hardware.ts';

/** What a simulated signature is made over. */
export interface SignedFacts {
  readonly serial: string;
  readonly pagination: number;
  readonly idToken: string;
  readonly kind: 'begin' | 'end';
  readonly registerWh: number;
  readonly wallMs: number;
}

/**
 * Text in the form of OCMF, marked as a test: its signature is a constant and verifies nowhere (eichrecht.md E-01). The
 * register keeps trailing zeros, so that whoever re-writes the text is found out.
 */
export function simulatedSignature(facts: SignedFacts): SignedBlob {
  const reading = {
    TM: `${new Date(facts.wallMs).toISOString().replace('.', ',').replace('Z', '+0000')} I`,
    TX: facts.kind === 'begin' ? 'B' : 'E',
    RV: '@',
    RI: '01-00:B2.08.00*FF',
    RU: 'kWh',
    ST: 'G',
  };
  const payload = JSON.stringify({
    FV: '1.0',
    GI: 'KERBSIDE SIMULATOR, TEST ONLY',
    GS: facts.serial,
    PG: `T${facts.pagination}`,
    MV: 'Kerbside',
    MM: 'simulated',
    MS: facts.serial,
    IS: facts.idToken !== '',
    IT: 'LOCAL',
    ID: facts.idToken,
    RD: [reading],
  }).replace('"@"', (facts.registerWh / 1000).toFixed(4));
  return {
    encoding: 'OCMF',
    method: 'TEST-simulated-no-signature',
    data: `OCMF|${payload}|{"SA":"TEST","SD":"simulated, not a signature"}`,
    publicKey: `TEST-${facts.serial}`,
  };
}
