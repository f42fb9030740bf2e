import type { FreeGrant } from '../evse/evse-state.ts';
import { freeChargingParameters } from '../params/catalogue/free-charging.ts';
import type { ParameterId, ParameterReader, ParameterValues } from '../params/parameters.ts';

/** How charging is free of charge (`authorization.freeChargingMode`). */
export type FreeChargingMode = ParameterValues['authorization.freeChargingMode'];

/** What a mode is. */
export interface FreeTraits {
  /** Its number in the field, which the numeric style of keys shows. */
  readonly number: 0 | 1 | 2 | 3 | 4 | 5;
  /** Whether somebody has to show a card; where not, a plug begins by itself and unplugging ends. */
  readonly card: boolean;
  /** What the backend is told: nothing, what connectors show, or that and every transaction. */
  readonly tells: 'nothing' | 'status' | 'transactions';
  /** Under whose identifier transactions are told. */
  readonly idTag: 'none' | 'configured' | 'shown';
}

/** The six modes (parameters.md section 2). */
const table: Readonly<Record<FreeChargingMode, FreeTraits>> = {
  noOcpp: { number: 0, card: false, tells: 'nothing', idTag: 'none' },
  statusWithoutCard: { number: 1, card: false, tells: 'status', idTag: 'none' },
  statusWithCard: { number: 2, card: true, tells: 'status', idTag: 'none' },
  fixedTagWithCard: { number: 3, card: true, tells: 'transactions', idTag: 'configured' },
  fixedTagWithoutCard: { number: 4, card: false, tells: 'transactions', idTag: 'configured' },
  anyCard: { number: 5, card: true, tells: 'transactions', idTag: 'shown' },
};

/** The modes in the order of their numbers. */
export const freeChargingModes: readonly FreeChargingMode[] =
  freeChargingParameters['authorization.freeChargingMode'].rule.values;

/** What decides whether charging is free, and how. */
export const freeChargingIds: readonly ParameterId[] = [
  'authorization.freeCharging',
  'authorization.freeChargingMode',
  'authorization.freeChargingTag',
];

/** The mode in which charging is free now; null: it is not. */
export function freeChargingMode(params: ParameterReader): FreeChargingMode | null {
  return params.get('authorization.freeCharging') ? params.get('authorization.freeChargingMode') : null;
}

/** What the mode in which charging is free now is like; null: it is not free. */
export function freeTraits(params: ParameterReader): FreeTraits | null {
  const mode = freeChargingMode(params);
  return mode === null ? null : table[mode];
}

/** Whether the backend is told what connectors show. */
export function tellsStatus(params: ParameterReader): boolean {
  return freeTraits(params)?.tells !== 'nothing';
}

/** Whether sessions that begin now are told to the backend. */
export function tellsTransactions(params: ParameterReader): boolean {
  return (freeTraits(params)?.tells ?? 'transactions') === 'transactions';
}

/** Whether the backend is told what a meter shows, of the session that runs by it or of none. */
export function tellsMeter(params: ParameterReader, session: { readonly untold?: true } | null): boolean {
  return session === null ? tellsTransactions(params) : session.untold !== true;
}

/** Who wants to charge, and how. */
export interface FreeWish {
  readonly via: 'card' | 'plug' | 'remote';
  /** The card that was shown, or what the remote start names; null when nobody showed anything. */
  readonly card: string | null;
}

/** Under which identifier a wish is fulfilled; null: it needs the configured one, and none is set. */
export function freeGrant(
  { idTag, tells }: FreeTraits,
  { card }: FreeWish,
  configuredTag: string,
): FreePermission | null {
  const idToken = idTag === 'configured' ? configuredTag : (card ?? '');
  if (idTag !== 'none' && idToken === '') return null;
  const permission = { idToken, parentIdToken: null, free: { card } };
  return tells === 'transactions' ? permission : { ...permission, untold: true };
}

/** What a grant of free charging has of its own. */
export interface FreePermission {
  readonly idToken: string;
  /** No group: only the card that began ends. */
  readonly parentIdToken: null;
  readonly free: FreeGrant;
  readonly untold?: true;
}
