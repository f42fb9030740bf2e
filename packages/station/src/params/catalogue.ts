import { authorizationParameters } from './catalogue/authorization.ts';
import { backendParameters } from './catalogue/backend.ts';
import { certificateParameters } from './catalogue/certificates.ts';
import { chargingParameters } from './catalogue/charging.ts';
import { chargingProfileParameters } from './catalogue/charging-profiles.ts';
import { compatParameters } from './catalogue/compat.ts';
import { diagnosticsParameters } from './catalogue/diagnostics.ts';
import { eichrechtParameters } from './catalogue/eichrecht.ts';
import { freeChargingParameters } from './catalogue/free-charging.ts';
import { limitParameters } from './catalogue/limits.ts';
import { meteringParameters } from './catalogue/metering.ts';
import { processParameters } from './catalogue/process.ts';
import { firmwareParameters } from './catalogue/firmware.ts';
import { reservationParameters } from './catalogue/reservation.ts';
import { securityParameters } from './catalogue/security.ts';
import { securityEventParameters } from './catalogue/security-events.ts';
import { signedMeteringParameters } from './catalogue/signed-metering.ts';
import { stationParameters } from './catalogue/station.ts';
import { statusParameters } from './catalogue/status.ts';
import { trafficParameters } from './catalogue/traffic.ts';
import type { ParameterRow, ParameterValue } from './row.ts';

type Catalogue = typeof backendParameters &
  typeof trafficParameters &
  typeof statusParameters &
  typeof meteringParameters &
  typeof signedMeteringParameters &
  typeof eichrechtParameters &
  typeof authorizationParameters &
  typeof freeChargingParameters &
  typeof chargingParameters &
  typeof chargingProfileParameters &
  typeof limitParameters &
  typeof firmwareParameters &
  typeof reservationParameters &
  typeof securityParameters &
  typeof certificateParameters &
  typeof securityEventParameters &
  typeof diagnosticsParameters &
  typeof stationParameters &
  typeof compatParameters &
  typeof processParameters;

/** The id of a parameter, such as `backend.host`. */
export type ParameterId = keyof Catalogue;

type ValueOf<R extends ParameterRow> = R['rule'] extends { readonly type: 'boolean' }
  ? boolean
  : R['rule'] extends { readonly type: 'integer' }
    ? number | (R['default'] extends null ? null : never)
    : R['rule'] extends { readonly type: 'choice'; readonly values: infer V extends readonly string[] }
      ? V[number]
      : R['rule'] extends { readonly type: 'list' | 'measurands' }
        ? readonly string[]
        : string;

type WordsOf<R extends ParameterRow> = R['rule'] extends { readonly also: infer A extends readonly string[] }
  ? A[number]
  : never;

/** Effective values by id: integers that may be a word (`auto`) are the number in force, unset texts ''. */
export type ParameterValues = { readonly [K in ParameterId]: ValueOf<Catalogue[K]> };

/** Values as they are set, by id: with the words (`auto`) that stand for a number. */
export type RawParameterValues = { readonly [K in ParameterId]: ValueOf<Catalogue[K]> | WordsOf<Catalogue[K]> };

/** Parameters of which each connector has a value of its own; lists by connector have parts instead. */
export type IndividualId = Exclude<
  { [K in ParameterId]: Catalogue[K]['scope'] extends 'individual' ? K : never }[ParameterId],
  'metering.connectorPhaseRotation'
>;

/** Every row by id; this assignment also checks the tables against the row contract. */
export const catalogue: Readonly<Record<ParameterId, ParameterRow>> = {
  ...backendParameters,
  ...trafficParameters,
  ...statusParameters,
  ...meteringParameters,
  ...signedMeteringParameters,
  ...eichrechtParameters,
  ...authorizationParameters,
  ...freeChargingParameters,
  ...chargingParameters,
  ...chargingProfileParameters,
  ...limitParameters,
  ...firmwareParameters,
  ...reservationParameters,
  ...securityParameters,
  ...certificateParameters,
  ...securityEventParameters,
  ...diagnosticsParameters,
  ...stationParameters,
  ...compatParameters,
  ...processParameters,
} satisfies Catalogue;

/** All ids in the order of the reference. */
export const parameterIds: readonly ParameterId[] = Object.keys(catalogue) as ParameterId[];

/** Factory defaults, shared by all stations. */
export const factoryDefaults: Readonly<Record<ParameterId, ParameterValue>> = Object.freeze(
  Object.fromEntries(parameterIds.map((id) => [id, catalogue[id].default])) as Record<ParameterId, ParameterValue>,
);

/** True for the exact spelling of an id. */
export function isParameterId(name: string): name is ParameterId {
  return Object.hasOwn(catalogue, name);
}
