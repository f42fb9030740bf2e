import type { TimeOfDay } from './day-clock.ts';

/** How somebody begins. */
export type Beginning =
  /** The plug, then the card. */
  | 'card'
  /** The card, then the plug. */
  | 'cardFirst'
  /** The plug, then the backend. */
  | 'remote'
  /** The backend, then the plug. */
  | 'remoteFirst'
  /** The plug, then the backend with a charging profile for the transaction. */
  | 'remoteProfile';

/** How a session ends; at the power, the resets and the refusal something else has ended it when the driver comes back. */
export type Ending =
  | 'card'
  | 'groupCard'
  | 'remote'
  | 'disconnect'
  | 'unlock'
  | 'powerCut'
  | 'resetSoft'
  | 'resetHard'
  | 'refused';

/** The reason of StopTransaction for each ending. */
export const reasonOf: Readonly<Record<Ending, string>> = {
  card: 'Local',
  groupCard: 'Local',
  remote: 'Remote',
  disconnect: 'EVDisconnected',
  unlock: 'UnlockCommand',
  powerCut: 'PowerLoss',
  resetSoft: 'SoftReset',
  resetHard: 'HardReset',
  refused: 'DeAuthorized',
};

/** One session of the day. */
export interface Visit {
  readonly from: TimeOfDay;
  readonly to: TimeOfDay;
  readonly evse: number;
  readonly who: string;
  readonly begins: Beginning;
  readonly ends: Ending;
  /** The reservation that it uses. */
  readonly reservation?: number;
}

function visit(
  from: TimeOfDay,
  to: TimeOfDay,
  evse: number,
  who: string,
  begins: Beginning,
  ends: Ending,
  reservation?: number,
): Visit {
  return { from, to, evse, who, begins, ends, ...(reservation === undefined ? {} : { reservation }) };
}

/** Who charges when and where, and how it begins and ends. */
export const visits: readonly Visit[] = [
  visit('06:05', '06:50', 1, 'ANNA', 'card', 'card'),
  visit('06:10', '07:40', 2, 'VAN-1', 'cardFirst', 'groupCard'),
  visit('06:20', '07:10', 3, 'APP-1', 'remote', 'remote'),
  visit('07:00', '08:10', 1, 'BEN', 'card', 'disconnect'),
  visit('07:25', '08:50', 3, 'CLEO', 'card', 'card'),
  visit('08:05', '09:10', 2, 'ANNA', 'card', 'card'),
  visit('08:30', '09:40', 1, 'APP-2', 'remoteProfile', 'remote'),
  visit('09:20', '10:30', 3, 'ROSA', 'card', 'powerCut', 11),
  visit('09:25', '10:20', 2, 'EMIL', 'card', 'powerCut'),
  visit('10:25', '11:10', 1, 'VAN-2', 'cardFirst', 'card'),
  visit('10:40', '12:10', 2, 'FINN', 'card', 'card'),
  visit('11:00', '12:15', 3, 'APP-3', 'remoteFirst', 'unlock'),
  visit('11:30', '12:50', 1, 'ANNA', 'card', 'card'),
  visit('12:20', '14:10', 3, 'GRETA', 'card', 'card'),
  visit('12:40', '13:30', 2, 'LIST-1', 'card', 'card'),
  visit('13:05', '14:50', 1, 'LIST-2', 'cardFirst', 'refused'),
  visit('13:45', '15:30', 2, 'VAN-1', 'card', 'resetSoft'),
  visit('14:45', '15:35', 3, 'HUGO', 'card', 'resetSoft'),
  visit('15:20', '15:55', 1, 'BEN', 'card', 'card'),
  visit('15:45', '16:30', 2, 'FINN', 'card', 'card'),
  visit('15:40', '16:45', 3, 'APP-4', 'remote', 'disconnect'),
  visit('16:40', '18:25', 1, 'APP-5', 'remoteProfile', 'resetHard'),
  visit('16:50', '17:40', 2, 'JAN', 'card', 'card'),
  visit('17:00', '17:50', 3, 'VAN-3', 'card', 'groupCard'),
  visit('17:45', '18:30', 2, 'KIM', 'cardFirst', 'resetHard'),
  visit('18:35', '19:20', 1, 'LEA', 'card', 'remote'),
  visit('18:40', '19:30', 2, 'MAX', 'card', 'card'),
  visit('18:55', '20:10', 3, 'NORA', 'card', 'disconnect'),
  visit('19:40', '21:00', 1, 'OTTO', 'card', 'card'),
  visit('20:15', '22:10', 3, 'ZOE', 'card', 'powerCut', 14),
  visit('20:25', '21:10', 2, 'APP-6', 'remote', 'remote'),
  visit('21:20', '22:30', 1, 'ANNA', 'cardFirst', 'card'),
  visit('21:45', '23:10', 2, 'PAULA', 'card', 'card'),
  visit('22:40', '00:40', 1, 'QUINN', 'card', 'card'),
  visit('23:20', '01:10', 2, 'APP-7', 'remoteFirst', 'remote'),
  visit('23:40', '02:40', 3, 'VAN-2', 'card', 'groupCard'),
  visit('00:50', '01:20', 1, 'RITA', 'card', 'refused'),
  visit('03:10', '04:30', 1, 'CLEO', 'card', 'card'),
  visit('03:20', '05:10', 2, 'APP-8', 'remote', 'remote'),
  visit('03:30', '05:30', 3, 'DORA', 'card', 'disconnect'),
  visit('04:40', '05:40', 1, 'VAN-3', 'card', 'card'),
];

/** The sessions of a short morning. */
export const morningVisits: readonly Visit[] = [
  visit('06:01', '06:06', 1, 'ANNA', 'card', 'card'),
  visit('06:02', '06:09', 2, 'VAN-1', 'cardFirst', 'groupCard'),
  visit('06:03', '06:08', 3, 'APP-1', 'remote', 'remote'),
  visit('06:07', '06:13', 1, 'BEN', 'card', 'disconnect'),
  visit('06:11', '06:15', 2, 'ANNA', 'card', 'card'),
  visit('06:12', '06:18', 3, 'VAN-1', 'cardFirst', 'powerCut'),
  visit('06:15', '06:19', 1, 'APP-2', 'remoteProfile', 'powerCut'),
];
