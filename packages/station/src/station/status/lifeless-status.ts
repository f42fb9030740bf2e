import type { StationStatus } from '../../api/host-port.ts';
import { noCounts } from '../../delivery/delivery-counters.ts';
import type { StoreHealth } from '../../store/store.ts';

const noOutbox: StationStatus['outbox'] = {
  waiting: 0,
  waitingByFact: {},
  parked: 0,
  inFlight: null,
  head: null,
  nextDueInMs: null,
  storeBlocked: false,
  overflow: false,
  counters: noCounts,
};

/** What is known of a station that does not live: why, and nothing else. */
export function lifelessStatus(station: {
  readonly name: string;
  readonly problem: string;
  readonly startedMs: number;
  readonly nowMs: number;
  readonly health: StoreHealth;
}): StationStatus {
  const { name, problem, startedMs, nowMs, health } = station;
  const reason = problem === '' ? 'the station is being started' : problem;
  return {
    name,
    identity: '',
    simulated: false,
    vendor: '',
    model: '',
    startedMs,
    notReady: [reason],
    link: { kind: 'disabled', sinceMs: startedMs, reason },
    silence: null,
    security: { profile: 0, certificate: null, certificateAwaited: false },
    bearer: { name: 'none', interface: null, address: null, reason: 'not started', policyRouting: '' },
    registration: 'none',
    clock: { nowMs, source: 'none' },
    store: { health: health.kind, problem: health.kind === 'ok' ? '' : health.problem },
    blocked: reason,
    freeCharging: null,
    firmware: {
      version: '',
      slot: null,
      simulated: false,
      onTrial: false,
      update: null,
      upload: null,
      uploadRefusal: null,
    },
    evses: [],
    outbox: noOutbox,
    problems: problem === '' ? [] : [{ atMs: nowMs, text: problem }],
  };
}
