import type { LinkShape, StationShape } from '../../net/shapes.ts';
import type { Tone } from '../../parts/notice.tsx';

/** The tone of each status of a connector (OCPP 1.6 §7.7). */
const tones: Readonly<Record<string, Tone>> = {
  Available: 'good',
  Preparing: 'info',
  Charging: 'info',
  SuspendedEV: 'warn',
  SuspendedEVSE: 'warn',
  Finishing: 'info',
  Reserved: 'warn',
  Unavailable: 'soft',
  Faulted: 'bad',
};

/** How a status of a connector is coloured. */
export function statusTone(status: string): Tone {
  return tones[status] ?? 'soft';
}

/** How the way to the backend stands, in one word of ours. */
export type BackendStanding =
  | 'online'
  | 'onlinePending'
  | 'onlineRejected'
  | 'onlineUnregistered'
  | 'connecting'
  | 'offline'
  | 'waitingForBearer'
  | 'off';

/** Reads it from link and registration. */
export function backendStanding({ link, registration }: Pick<StationShape, 'link' | 'registration'>): BackendStanding {
  switch (link.kind) {
    case 'open':
      return openStandings[registration];
    case 'connecting':
      return 'connecting';
    case 'backingOff':
      return 'offline';
    case 'waitingForBearer':
      return 'waitingForBearer';
    case 'disabled':
      return 'off';
  }
}

const openStandings: Readonly<Record<StationShape['registration'], BackendStanding>> = {
  accepted: 'online',
  pending: 'onlinePending',
  rejected: 'onlineRejected',
  none: 'onlineUnregistered',
};

/** How it is coloured. */
export function backendTone(standing: BackendStanding): Tone {
  if (standing === 'online') return 'good';
  if (standing === 'off') return 'soft';
  return standing === 'connecting' || standing === 'onlineUnregistered' || standing === 'onlinePending'
    ? 'warn'
    : 'bad';
}

/** When the link tries again (wall ms); null when it does not wait. */
export function nextAttempt(link: LinkShape): number | null {
  return link.kind === 'backingOff' ? (link.nextDueMs ?? null) : null;
}
