import type { ProfilePurpose, RateUnit } from './charging-profile.ts';

/** Who sets a limit. `external` is the grid operator's, or that of an energy manager; `failSafe` stands for one that fell silent. */
export type LimitSource =
  | { readonly kind: 'hardware' | 'cable' | 'derating' | 'operator' | 'disconnected' | 'external' | 'failSafe' }
  | { readonly kind: 'phaseSwitch' }
  | { readonly kind: 'profile'; readonly purpose: ProfilePurpose; readonly id: number };

/** One limit that has to be kept. */
export interface LimitBound {
  readonly source: LimitSource;
  readonly unit: RateUnit;
  /** mA per phase, or mW of all phases together; whole, ≥ 0. */
  readonly amount: number;
  /** How many phases it is meant for; null = it does not say. */
  readonly phases: number | null;
  /** Wall time in ms until which it holds; null = until somebody changes it. */
  readonly untilMs: number | null;
}

/** A limit for all EVSEs of a station together. */
export type SharedBound = Omit<LimitBound, 'phases'>;

/** What a limit is called where people read of it; profiles have the names that OCPP gives them. */
export function sourceText(source: LimitSource): string {
  return source.kind === 'profile' ? `${purposeNames[source.purpose]} ${source.id}` : sourceNames[source.kind];
}

/** What OCPP calls the purposes of profiles. */
export const purposeNames: Readonly<Record<ProfilePurpose, string>> = {
  stationMax: 'ChargePointMaxProfile',
  txDefault: 'TxDefaultProfile',
  tx: 'TxProfile',
};

const sourceNames: Readonly<Record<Exclude<LimitSource['kind'], 'profile'>, string>> = {
  hardware: 'hardware',
  cable: 'cable',
  derating: 'derating',
  operator: 'operator limit',
  disconnected: 'limit while disconnected',
  external: 'external limit',
  failSafe: 'fail-safe value of the external limit',
  phaseSwitch: 'switching phases',
};
