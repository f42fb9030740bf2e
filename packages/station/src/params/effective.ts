import type { ParameterId } from './catalogue.ts';
import type { ParameterValue } from './row.ts';
import { securityProfile } from './security-profile.ts';

/** Where a value in force comes from. */
export type ValueLayer = 'computed' | 'pinned' | 'stored' | 'default' | 'factory';

/** A value as it is set, with its layer. */
export interface RawValue {
  readonly value: ParameterValue;
  readonly layer: ValueLayer;
}

/** Finds the value of a parameter as it is set. */
export type RawLookup = (id: ParameterId) => RawValue;

/** The keep-alive interval that `auto` stands for, by the bearer in use (parameters.md row 10). */
const autoKeepAliveSeconds = { other: 25, gsm: 50 } as const;

/** How the value in force follows from the values that are set, where the two differ. */
const derivations: Partial<Record<ParameterId, (raw: RawValue, lookup: RawLookup) => ParameterValue>> = {
  'backend.bearerFallback': (raw, lookup) =>
    raw.layer === 'factory' ? lookup('backend.connectionType').value === 'auto' : raw.value,
  'backend.keepAliveInterval': (raw, lookup) => {
    if (raw.value !== 'auto') return raw.value;
    return lookup('backend.activeBearer').value === 'gsm' ? autoKeepAliveSeconds.gsm : autoKeepAliveSeconds.other;
  },
  'backend.tlsTrust': (raw, lookup) => {
    const rootInstalled = lookup('backend.tlsCaFile').value !== '' || Number(lookup('security.backendRoots').value) > 0;
    return raw.layer === 'factory' && rootInstalled ? 'installed' : raw.value;
  },
  // E-10: a session is one plug-in.
  'charging.stopTransactionOnEVSideDisconnect': (raw, lookup) =>
    lookup('eichrecht.applies').value === true || raw.value,
  // E-21: what no meter can do is not switched on.
  'metering.sampledDataSignUpdatedReadings': signedUpdates,
  'metering.alignedDataSignUpdatedReadings': signedUpdates,
  'security.profile': (_raw, lookup) => {
    const protocol = lookup('backend.protocol').value === 'ws' ? 'ws' : 'wss';
    const hasPassword = lookup('backend.authorizationKey').value !== '';
    const usesClientCertificate = lookup('security.useClientCertificate').value === true;
    return securityProfile({ protocol, hasPassword, usesClientCertificate }).profile;
  },
};

function signedUpdates(raw: RawValue, lookup: RawLookup): ParameterValue {
  return raw.value === true && lookup('metering.signedUpdatesSupported').value === true;
}

/** Parameters whose value in force may depend on others. */
export const derivedIds: readonly ParameterId[] = Object.keys(derivations) as ParameterId[];

/** The value in force. */
export function effectiveValue(id: ParameterId, raw: RawValue, lookup: RawLookup): ParameterValue {
  const derive = derivations[id];
  return derive === undefined ? raw.value : derive(raw, lookup);
}
