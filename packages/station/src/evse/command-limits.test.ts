import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { KerbsideError } from '../core/errors.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import { commandWithLimit } from './command-limits.ts';
import type { HardwareAnswer, HardwareCommand, HardwareDriver } from './hardware.ts';

interface Asked {
  readonly command: HardwareCommand;
  readonly signal: AbortSignal;
}

function driverThat(does: (asked: Asked) => Promise<unknown>): HardwareDriver & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    start: () => Promise.reject(new Error('not used')),
    stop: () => Promise.resolve(),
    command: <C extends HardwareCommand>(command: C, signal: AbortSignal) => {
      asked.push({ command, signal });
      return does({ command, signal }) as Promise<HardwareAnswer<C['type']>>;
    },
  };
}

const never = (): Promise<never> => new Promise(() => undefined);
const boundary = { evse: 1, transaction: 'T', wallMs: 0 } as const;
const limits: readonly (readonly [HardwareCommand, number])[] = [
  [{ type: 'setLimit', evse: 1, milliamps: 16_000 }, 5],
  [{ type: 'closeContactor', evse: 1 }, 10],
  [{ type: 'openContactor', evse: 1 }, 10],
  [{ type: 'lock', evse: 1 }, 10],
  [{ type: 'unlock', evse: 1 }, 10],
  [{ type: 'readState', evse: 1 }, 5],
  [{ type: 'readMeter', evse: 1 }, 5],
  [{ type: 'beginMeter', ...boundary, idToken: 'A' }, 30],
  [{ type: 'endMeter', ...boundary }, 30],
  [{ type: 'indicate', evse: 1, signal: 'ready' }, 5],
  [{ type: 'restart' }, 30],
];

describe('a silent driver is given up', () => {
  for (const [command, seconds] of limits) {
    test(`${command.type} after ${seconds} s, and is told so`, async () => {
      const time = new VirtualTime();
      const driver = driverThat(never);
      let failure: unknown;
      const asked = commandWithLimit(driver, time, command).catch((error: unknown) => (failure = error));
      await time.advance(seconds * 1000 - 1);
      assert.deepEqual([failure, driver.asked[0]?.signal.aborted], [undefined, false]);
      await time.advance(1);
      await asked;
      assert.ok(failure instanceof KerbsideError && failure.code === 'driver.timeout', String(failure));
      assert.match(failure.message, new RegExp(`${command.type} took longer than ${seconds} s`));
      assert.deepEqual([driver.asked[0]?.signal.aborted, driver.asked[0]?.signal.reason], [true, failure]);
    });
  }
});

test('an answer in time passes, and leaves no timer behind', async () => {
  const time = new VirtualTime();
  const reading = { energyImportWh: 7 };
  assert.equal(
    await commandWithLimit(
      driverThat(() => Promise.resolve(reading)),
      time,
      { type: 'readMeter', evse: 1 },
    ),
    reading,
  );
  assert.equal(time.pendingTimers, 0);
});

test('a refusal passes as it is, and leaves no timer behind, also when the driver throws at once', async () => {
  const time = new VirtualTime();
  const refused = new KerbsideError('driver.refused', 'the lock is jammed');
  const rejects = driverThat(() => Promise.reject(refused));
  const throws = driverThat(() => {
    throw refused;
  });
  for (const driver of [rejects, throws]) {
    await assert.rejects(commandWithLimit(driver, time, { type: 'lock', evse: 1 }), refused);
  }
  assert.equal(time.pendingTimers, 0);
});

test('an answer or a refusal that comes after the time is nobody’s business any more', async () => {
  const time = new VirtualTime();
  for (const end of ['answer', 'refusal'] as const) {
    const late = Promise.withResolvers<unknown>();
    const asked = commandWithLimit(
      driverThat(() => late.promise),
      time,
      { type: 'lock', evse: 1 },
    );
    const refused = assert.rejects(asked, { code: 'driver.timeout' });
    await time.advance(10_000);
    await refused;
    if (end === 'answer') late.resolve({});
    else late.reject(new Error('too late'));
    await time.advance(0);
  }
});
