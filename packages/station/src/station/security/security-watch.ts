import type { Cancel } from '../../core/time.ts';
import type { WireEvent } from '../../dialects/dialect.ts';
import type { ParameterId } from '../../params/parameters.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import type { StationDeps } from '../station-deps.ts';
import type { SecurityEvents } from './security-events.ts';

/** What decides who is trusted and how the station proves itself; its changes are security events (S-04, S-14). */
const securitySettings: ReadonlySet<ParameterId> = new Set<ParameterId>([
  'backend.authorizationKey',
  'backend.passwordEncoding',
  'backend.tlsVerification',
  'backend.tlsTrust',
  'backend.tlsCaFile',
  'security.profile',
  'security.useClientCertificate',
  'security.additionalRootCertificateCheck',
  'security.certificatesOverPlainLink',
  'security.sendEvents',
]);

/** A jump of the clock that is worth an event; corrections of some seconds are everyday (H-03). */
const notableJumpMs = 5_000;

/** Raises what the parts of a station cannot know to be security events: settings, store and clock. Returns the end of it. */
export function watchSecurity(deps: Pick<StationDeps, 'params' | 'store' | 'clock'>, events: SecurityEvents): Cancel {
  const { params, store, clock } = deps;
  const undo = [
    params.onChange((changed) => {
      const names = [...changed].filter((id) => securitySettings.has(id)).toSorted();
      if (names.length > 0) void events.raise('ReconfigurationOfSecurityParameters', `changed: ${names.join(', ')}`);
    }),
    store.onHealth((health) => {
      if (health.kind === 'ok') void events.storeRecovered();
      else void events.raise('MemoryExhaustion', `nothing can be stored: ${health.problem}`);
    }),
    clock.onSet(() => void events.release()),
  ];
  return () => {
    for (const stop of undo) stop();
    events.stop();
  };
}

/** Raises an event when the backend sent what breaks the protocol. */
export function watchWire(event: WireEvent, events: SecurityEvents): void {
  if (event.kind !== 'mishap' || (event.what !== 'malformedFrame' && event.what !== 'inViolation')) return;
  const what = event.action ?? 'a frame';
  void events.raise('InvalidMessages', `${what} of the backend: ${event.problem}`);
}

/** Raises an event when the backend's time is another than the station's. */
export function clockJumped(jumpMs: number, nowMs: number, events: SecurityEvents): void {
  if (Math.abs(jumpMs) <= notableJumpMs) return;
  const from = new Date(nowMs - jumpMs).toISOString();
  void events.raise('SettingSystemTime', `set by the backend from ${from} to ${new Date(nowMs).toISOString()}`);
}

/** Raises an event when the hardware says that its housing was opened. */
export function tampered(evse: number, { text, vendorCode }: HardwareFault, events: SecurityEvents): void {
  const where = evse === 0 ? 'station' : `EVSE ${evse}`;
  void events.raise('TamperDetectionActivated', `${where}: ${text} (${vendorCode})`);
}
