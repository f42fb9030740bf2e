import { catalogue } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import type { ParameterData } from './layers.ts';
import { environmentName } from './names.ts';
import { findOverride } from './overrides.ts';
import type { ChangeSource, ParameterValue, Role } from './row.ts';
import { parameterOf, type ValueId } from './value-id.ts';

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, manufacturer: 2 };

/** True when a role includes another. */
export function includesRole(role: Role, needed: Role): boolean {
  return ranks[role] >= ranks[needed];
}

/** True when the backend has no name for the parameter. */
export function isHiddenFrom(id: ParameterId, source: ChangeSource): boolean {
  return source === 'backend' && catalogue[id].ocpp16 === undefined;
}

/** A session that can outlast its plug cannot be billed: where calibration law applies this is true, whatever is stored (E-10). */
const boundByLaw: readonly ParameterId[] = ['charging.stopTransactionOnEVSideDisconnect'];

function lawApplies(data: ParameterData): boolean {
  return data.provide['eichrecht.applies']?.() === true;
}

/** Nobody switches on what no meter can do (E-21). */
const needsSigningWithin: readonly ParameterId[] = [
  'metering.sampledDataSignUpdatedReadings',
  'metering.alignedDataSignUpdatedReadings',
];

/** What is told to those whose role does not reach. */
export const manufacturerOnly = 'Only the manufacturer may change this value.';

/** Why somebody may not change a parameter, or `undefined` when he may. */
export function whyNotWritable(data: ParameterData, valueId: ValueId, source: ChangeSource): string | undefined {
  const id = parameterOf(valueId);
  const row = catalogue[id];
  if (row.effect === 'fixed' || data.provide[id] !== undefined)
    return 'The value comes from the station and is read only.';
  if (row.scope === 'process') {
    return `The value belongs to the daemon. Set ${environmentName(id)} or the configuration file.`;
  }
  if (boundByLaw.includes(id) && lawApplies(data))
    return 'Calibration law fixes the value while eichrecht.applies is true.';
  if (needsSigningWithin.includes(id) && data.provide['metering.signedUpdatesSupported']?.() === false)
    return 'No meter of this station can sign within a transaction.';
  if (row.derived !== undefined && source !== 'backend') return row.derived;
  const pinned = findOverride(data.overrides, 'pinned', valueId);
  if (pinned !== undefined) return `The value is pinned by ${pinned.where}. Change it there.`;
  if (source === 'backend' && (row.backendWrite === 'never' || row.ocpp16?.access === 'R')) {
    return 'The value can be changed on site only, not by the backend.';
  }
  if (row.write === 'manufacturer' && source !== 'manufacturer') return manufacturerOnly;
  return undefined;
}

/** What the backend would shut itself out with (parameters.md section 3). */
export function whyNotFromBackend(id: ParameterId, value: ParameterValue): string | undefined {
  if (id === 'backend.communicationType' && value === 'off') return 'OCPP can be switched off on site only.';
  if (id === 'backend.connectionType' && value === 'none') return 'The network can be switched off on site only.';
  if (id === 'backend.host' && value === '') return 'The host can be removed on site only.';
  if (id === 'backend.identity' && value === '') return 'The identity can be removed on site only.';
  return undefined;
}
