import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Time } from '../core/time.ts';
import type { DrivableHardware } from '../evse/hardware.ts';
import { CheckBench } from './check/check-bench.ts';
import { skipReason } from './check/driver-case.ts';
import { driverCases } from './check/driver-cases.ts';

/** A driver under test, whose socket 1 has a lock, whose meter signs, and which can be played with. */
export interface DriverUnderTest {
  readonly driver: DrivableHardware;
  readonly time: Time;
  /** The driver's own socket; null for a driver in this process. */
  readonly socketPath: string | null;
  /** Lets so much of the driver's time pass. */
  readonly elapse: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The cases of `kerbside driver-check` as tests; none of them may be skipped, but those of the ids in `without`. `open` gives a fresh driver, which the suite closes. */
export function driverContract(
  name: string,
  options: { readonly wire: boolean; readonly without?: readonly string[] },
  open: () => Promise<DriverUnderTest>,
): void {
  void describe(`the driver contract, ${name}`, () => {
    const without = new Set(options.without);
    const cases = driverCases.filter(({ id, needs }) => !without.has(id) && (options.wire || needs?.wire !== true));
    for (const each of cases) {
      it(each.title, async () => {
        const opened = await open();
        const bench = new CheckBench({ ...opened, evse: 1 });
        try {
          const description = await bench.start();
          assert.equal(skipReason(each, description, bench.point, { ...opened, withVehicle: false }), null);
          await each.run(bench);
        } finally {
          await bench.close();
          await opened.close();
        }
      });
    }
  });
}
