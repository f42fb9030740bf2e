import type { DaemonLog } from '../../test/e2e/parts/daemon-log.ts';
import type { SeenEvse } from '../../test/e2e/parts/hardware-view.ts';

/** In what a kill fell, in the order of the summary; those of a transaction have been under way when it came. */
export const killPhases = {
  loading: { text: 'start-up, program loading', inside: false },
  recovering: { text: 'start-up, recovering', inside: false },
  idle: { text: 'idle', inside: false },
  idleOffline: { text: 'idle, offline', inside: false },
  backlog: { text: 'delivering backlog', inside: false },
  starting: { text: 'starting', inside: true },
  startingOffline: { text: 'starting, offline', inside: true },
  charging: { text: 'charging', inside: true },
  chargingOffline: { text: 'charging, offline', inside: true },
  stopping: { text: 'stopping', inside: true },
  stoppingOffline: { text: 'stopping, offline', inside: true },
} as const;

export type KillPhase = keyof typeof killPhases;

/** What the station is doing, as it is seen from outside: by what it printed, and by its hardware. */
export function phaseOf(log: DaemonLog, evses: readonly SeenEvse[]): KillPhase {
  if (log.stage === 'loading' || log.stage === 'recovering') return log.stage;
  const doing = evses.map((evse) => doingOf(log, evse));
  const offline = !log.online;
  if (doing.includes('starting')) return offline ? 'startingOffline' : 'starting';
  if (doing.includes('stopping')) return offline ? 'stoppingOffline' : 'stopping';
  if (doing.includes('charging')) return offline ? 'chargingOffline' : 'charging';
  if (log.hasBacklog && !offline) return 'backlog';
  return offline ? 'idleOffline' : 'idle';
}

/** The meter's transaction is opened before the start is recorded, and closed before the end is (E-07, INV-02). */
function doingOf(
  log: DaemonLog,
  { id, meterOpen, contactorClosed }: SeenEvse,
): 'starting' | 'charging' | 'stopping' | 'idle' {
  const running = log.running(id) !== undefined;
  if (running && contactorClosed) return 'charging';
  if (running) return meterOpen ? 'starting' : 'stopping';
  return meterOpen ? 'starting' : 'idle';
}
