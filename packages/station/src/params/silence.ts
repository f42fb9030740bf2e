/** What decides how long a healthy connection may be silent; seconds, 0 = off. */
export interface SilenceFacts {
  readonly watchdogSeconds: number;
  readonly keepAliveSeconds: number;
  readonly heartbeatSeconds: number;
  readonly communicationTimeoutSeconds: number;
}

/** The longest silence of a healthy link: keep-alive if on, else heartbeat; 0 when nothing makes the backend talk. */
function expectedSilenceSeconds(facts: SilenceFacts): number {
  return facts.keepAliveSeconds > 0 ? facts.keepAliveSeconds : facts.heartbeatSeconds;
}

/** The shortest watchdog that cannot drop a healthy link (parameters.md row 9); 0 when there is no such bound. */
function safeWatchdogSeconds(facts: SilenceFacts): number {
  const silence = expectedSilenceSeconds(facts);
  return silence === 0 ? 0 : 2 * silence + facts.communicationTimeoutSeconds;
}

/** Why the watchdog may drop a healthy link, or `undefined`. */
export function watchdogProblem(facts: SilenceFacts): string | undefined {
  if (facts.watchdogSeconds === 0) return undefined;
  const safe = safeWatchdogSeconds(facts);
  if (safe === 0)
    return 'The TCP watchdog is on, but neither keep-alive nor heartbeat is: a quiet link will be dropped.';
  if (facts.watchdogSeconds >= safe) return undefined;
  return `The TCP watchdog may drop a healthy link: it should be 0 or at least ${safe} s (twice the expected silence plus the communication timeout).`;
}

/**
 * The watchdog to run: a heartbeat interval that came with BootNotification and makes a valid set false stretches it, so that
 * the backend's wish never makes it fire. `configuredHeartbeatSeconds`: the interval before BootNotification changed it.
 */
export function stretchedWatchdogSeconds(facts: SilenceFacts, configuredHeartbeatSeconds: number): number {
  const wasValid = watchdogProblem({ ...facts, heartbeatSeconds: configuredHeartbeatSeconds }) === undefined;
  if (!wasValid || watchdogProblem(facts) === undefined) return facts.watchdogSeconds;
  return safeWatchdogSeconds(facts);
}
