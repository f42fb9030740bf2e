import { KerbsideError } from '../core/errors.ts';
import type { Time } from '../core/time.ts';
import type { HardwareAnswer, HardwareCommand, HardwareDriver } from './hardware.ts';

/** How long each command may take, in milliseconds; a meter may need 30 s for its signature (eichrecht.md E-08). */
export const commandLimitsMs: Readonly<Record<HardwareCommand['type'], number>> = {
  setLimit: 5_000,
  setPhases: 10_000,
  closeContactor: 10_000,
  openContactor: 10_000,
  lock: 10_000,
  unlock: 10_000,
  readState: 5_000,
  readMeter: 5_000,
  meterState: 10_000,
  setMeterClock: 10_000,
  beginMeter: 30_000,
  signMeter: 30_000,
  endMeter: 30_000,
  readRecords: 30_000,
  indicate: 5_000,
  restart: 30_000,
};

/** Sends a command and gives up after its time limit with `driver.timeout`, whatever the driver does. */
export async function commandWithLimit<C extends HardwareCommand>(
  driver: HardwareDriver,
  time: Time,
  command: C,
): Promise<HardwareAnswer<C['type']>> {
  const controller = new AbortController();
  const limitMs = commandLimitsMs[command.type];
  const timedOut = Promise.withResolvers<never>();
  const cancel = time.after(limitMs, () => {
    const error = new KerbsideError('driver.timeout', `${command.type} took longer than ${limitMs / 1000} s`);
    timedOut.reject(error);
    controller.abort(error);
  });
  try {
    return await Promise.race([driver.command(command, controller.signal), timedOut.promise]);
  } finally {
    cancel();
  }
}
