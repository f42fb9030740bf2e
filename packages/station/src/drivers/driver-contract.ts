import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { KerbsideError } from '../core/errors.ts';
import type { DrivableHardware, HardwareCommand, HardwareDescription, HardwareEvent } from '../evse/hardware.ts';

/** A driver under test, with two EVSEs whose sockets have locks and whose meters sign. */
export interface DriverUnderTest {
  readonly driver: DrivableHardware;
  /** Lets so much of the driver's time pass. */
  readonly elapse: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A driver that was started, with what it told. */
interface Started extends DriverUnderTest {
  readonly description: HardwareDescription;
  readonly events: HardwareEvent[];
  readonly signal: AbortSignal;
}

const patient = new AbortController().signal;

/** What every driver with simulated hardware must do; `open` gives a fresh one, which the suite closes. */
export function driverContract(name: string, open: () => Promise<DriverUnderTest>): void {
  const check = (title: string, body: (test: Started) => Promise<void>): void => {
    void it(title, async () => {
      const opened = await open();
      try {
        const events: HardwareEvent[] = [];
        const description = await opened.driver.start((event) => events.push(event), patient);
        await body({ ...opened, description, events, signal: patient });
      } finally {
        await opened.driver.stop();
        await opened.close();
      }
    });
  };
  void describe(`the driver contract, ${name}`, () => {
    startChecks(check);
    powerChecks(check);
    lockChecks(check);
    meterChecks(check);
    givingUpChecks(check);
  });
}

type Check = (title: string, body: (test: Started) => Promise<void>) => void;

function startChecks(check: Check): void {
  check('the start tells what the hardware is and that it is simulated', async ({ description }) => {
    assert.equal(description.simulated, true);
    assert.deepEqual(
      description.evses.map((evse) => evse.id),
      [1, 2],
    );
    assert.deepEqual(description.evses[0]?.state, {
      pilot: 'A',
      cableMilliamps: null,
      contactor: 'open',
      lock: 'unlocked',
      faults: [],
    });
  });
  check('a second start tells the present state', async ({ driver, signal }) => {
    await driver.simulate({ action: 'plug', evse: 2 });
    const again = await driver.start(() => {}, signal);
    assert.equal(again.evses[1]?.state.pilot, 'B');
  });
  check('a plug, a card and an unplugging are told as events', async ({ driver, events, elapse }) => {
    await driver.simulate({ action: 'plug', evse: 1, cable: 20 });
    await driver.simulate({ action: 'card', evse: 1, uid: 'CARD' });
    await driver.simulate({ action: 'unplug', evse: 1 });
    await elapse(100);
    assert.deepEqual(events, [
      { type: 'cable', evse: 1, milliamps: 20_000 },
      { type: 'pilot', evse: 1, state: 'B' },
      { type: 'card', evse: 1, uid: 'CARD' },
      { type: 'cable', evse: 1, milliamps: null },
      { type: 'pilot', evse: 1, state: 'A' },
    ]);
  });
  check(
    'a fault comes and goes under one id, and stands in the state meanwhile',
    async ({ driver, events, elapse, signal }) => {
      await driver.simulate({ action: 'fault', evse: 1, fault: 'overCurrent', active: true });
      const { faults } = await driver.command({ type: 'readState', evse: 1 }, signal);
      assert.equal(faults[0]?.errorCode, 'OverCurrentFailure');
      await driver.simulate({ action: 'fault', evse: 1, fault: 'overCurrent', active: false });
      await elapse(100);
      const told = events.map((event) => (event.type === 'fault' ? [event.fault.id, event.active] : event.type));
      assert.deepEqual(told, [
        ['overCurrent', true],
        ['overCurrent', false],
      ]);
    },
  );
  check('the bearer is told when it is cut and restored', async ({ driver, events, elapse }) => {
    await driver.simulate({ action: 'link', up: false });
    await driver.simulate({ action: 'link', up: true });
    await elapse(100);
    assert.deepEqual(events, [
      { type: 'bearer', up: false },
      { type: 'bearer', up: true },
    ]);
  });
  check('an unknown action is refused and the known ones are named', async ({ driver }) => {
    await assert.rejects(driver.simulate({ action: 'dance' }), refusal('simulator.refused', /dance.*known are plug,/));
  });
  check('stop may be called twice, and a stopped driver takes no commands', async ({ driver, signal }) => {
    await driver.stop();
    await driver.stop();
    await assert.rejects(driver.command({ type: 'readState', evse: 1 }, signal), refusal('driver.lost'));
  });
}

function powerChecks(check: Check): void {
  check('a vehicle draws what it is offered within two seconds', async (test) => {
    await charge(test, 16_000);
    await test.elapse(2_000);
    const { powerW, currentA } = await test.driver.command({ type: 'readMeter', evse: 1 }, test.signal);
    assert.deepEqual({ powerW, currentA }, { powerW: 11_040, currentA: [16, 16, 16] });
    assert.ok(test.events.some((event) => event.type === 'pilot' && event.state === 'C'));
  });
  check('nothing flows after the contactor opened', async (test) => {
    await charge(test, 16_000);
    await test.elapse(2_000);
    await test.driver.command({ type: 'openContactor', evse: 1 }, test.signal);
    const before = await test.driver.command({ type: 'readMeter', evse: 1 }, test.signal);
    await test.elapse(10_000);
    const after = await test.driver.command({ type: 'readMeter', evse: 1 }, test.signal);
    assert.equal(after.powerW, 0);
    assert.equal(after.energyImportWh, before.energyImportWh);
  });
  check('the contactor does not close without a vehicle', async ({ driver, signal }) => {
    await assert.rejects(driver.command({ type: 'closeContactor', evse: 1 }, signal), refusal('driver.refused'));
  });
  check('a limit that cannot be offered is refused', async ({ driver, signal }) => {
    for (const milliamps of [1, 5_999, 32_001]) {
      await assert.rejects(driver.command({ type: 'setLimit', evse: 1, milliamps }, signal), refusal('driver.refused'));
    }
  });
  check('stop leaves the contactor open and the plug in', async (test) => {
    await charge(test, 16_000);
    await test.driver.stop();
    const { evses } = await test.driver.start(() => {}, test.signal);
    assert.equal(evses[0]?.state.contactor, 'open');
    assert.notEqual(evses[0]?.state.pilot, 'A');
  });
  check('a restart of the hardware opens the contactor', async (test) => {
    await charge(test, 16_000);
    await test.driver.command({ type: 'restart' }, test.signal);
    const { contactor } = await test.driver.command({ type: 'readState', evse: 1 }, test.signal);
    assert.equal(contactor, 'open');
  });
  check('a welded contactor is refused at opening and told as a fault', async (test) => {
    await charge(test, 16_000);
    await test.driver.simulate({ action: 'weld', evse: 1, active: true });
    await assert.rejects(
      test.driver.command({ type: 'openContactor', evse: 1 }, test.signal),
      refusal('driver.refused'),
    );
    const state = await test.driver.command({ type: 'readState', evse: 1 }, test.signal);
    assert.deepEqual([state.contactor, state.faults[0]?.errorCode], ['welded', 'PowerSwitchFailure']);
  });
}

function lockChecks(check: Check): void {
  check('a locked plug cannot be pulled, a forced one leaves the socket unlocked', async ({ driver, signal }) => {
    await driver.simulate({ action: 'plug', evse: 1 });
    await driver.command({ type: 'lock', evse: 1 }, signal);
    await assert.rejects(driver.simulate({ action: 'unplug', evse: 1 }), refusal('simulator.refused', /locked/));
    await driver.simulate({ action: 'unplug', evse: 1, force: true });
    const { lock, pilot } = await driver.command({ type: 'readState', evse: 1 }, signal);
    assert.deepEqual({ lock, pilot }, { lock: 'unlocked', pilot: 'A' });
  });
  check('the vehicle can leave while its cable stays locked', async ({ driver, signal }) => {
    await driver.simulate({ action: 'plug', evse: 1 });
    await driver.command({ type: 'lock', evse: 1 }, signal);
    await driver.simulate({ action: 'unplugVehicle', evse: 1 });
    const { lock, pilot, cableMilliamps } = await driver.command({ type: 'readState', evse: 1 }, signal);
    assert.deepEqual({ lock, pilot, cableMilliamps }, { lock: 'locked', pilot: 'A', cableMilliamps: 32_000 });
  });
  check(
    'a jammed lock refuses, tells the fault, and moves again when it is freed',
    async ({ driver, events, elapse, signal }) => {
      await driver.simulate({ action: 'plug', evse: 1 });
      await driver.simulate({ action: 'lockJam', evse: 1, active: true });
      await assert.rejects(driver.command({ type: 'lock', evse: 1 }, signal), refusal('driver.refused', /jammed/));
      await driver.simulate({ action: 'lockJam', evse: 1, active: false });
      await driver.command({ type: 'lock', evse: 1 }, signal);
      await elapse(100);
      const told = events.flatMap((event) =>
        event.type === 'fault' ? [`${event.fault.errorCode} ${event.active}`] : [],
      );
      assert.deepEqual(told, ['ConnectorLockFailure true', 'ConnectorLockFailure false']);
    },
  );
}

function meterChecks(check: Check): void {
  const begin = { type: 'beginMeter', evse: 1, transaction: 'T-1', idToken: 'CARD', wallMs: 0 } as const;
  const end = { type: 'endMeter', evse: 1, transaction: 'T-1', wallMs: 60_000 } as const;

  check('begin and end of a meter transaction answer the same when asked twice', async (test) => {
    const { driver, signal } = test;
    const first = await driver.command(begin, signal);
    assert.match(first.signed[0]?.data ?? '', /^OCMF\|/);
    await charge(test, 16_000);
    await test.elapse(60_000);
    await driver.command({ type: 'openContactor', evse: 1 }, signal);
    assert.deepEqual(await driver.command(begin, signal), first);
    const last = await driver.command(end, signal);
    assert.deepEqual(await driver.command({ ...end, wallMs: 99_000 }, signal), last);
    assert.ok(last.reading.energyImportWh > first.reading.energyImportWh + 100);
  });
  check(
    'the end of a transaction that the meter does not know gives the register, unsigned',
    async ({ driver, signal }) => {
      const { energyImportWh } = await driver.command({ type: 'readMeter', evse: 1 }, signal);
      const unknown = await driver.command({ ...end, transaction: 'never begun' }, signal);
      assert.equal(unknown.reading.energyImportWh, energyImportWh);
      assert.deepEqual(unknown.signed, []);
    },
  );
  check('an open meter transaction outlives a stop of the driver', async ({ driver, signal }) => {
    await driver.command(begin, signal);
    await driver.stop();
    await driver.start(() => {}, signal);
    const { signed } = await driver.command(end, signal);
    assert.match(signed[0]?.data ?? '', /"TX":"E"/);
  });
  check('a failing meter is refused', async ({ driver, signal }) => {
    await driver.simulate({ action: 'meter', evse: 1, mode: 'fail' });
    for (const command of [{ type: 'readMeter', evse: 1 }, begin, end] as const) {
      await assert.rejects(driver.command<HardwareCommand>(command, signal), refusal('driver.refused', /meter failed/));
    }
  });
  check('a slow meter answers begin and end after its delay', async ({ driver, signal, elapse }) => {
    await driver.simulate({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 20 });
    let answered = false;
    const answer = driver.command(begin, signal).then(() => (answered = true));
    await elapse(10_000);
    assert.equal(answered, false);
    await elapse(15_000);
    await answer;
  });
}

function givingUpChecks(check: Check): void {
  check('a silent meter never answers; the caller gives up with driver.timeout', async ({ driver, elapse }) => {
    await driver.simulate({ action: 'meter', evse: 1, mode: 'silent' });
    const controller = new AbortController();
    const answer = driver.command({ type: 'readMeter', evse: 1 }, controller.signal);
    const rejected = assert.rejects(answer, refusal('driver.timeout'));
    await elapse(60_000);
    controller.abort();
    await rejected;
  });
  check('a command that was given up before it began is not done', async ({ driver, signal }) => {
    await driver.simulate({ action: 'plug', evse: 1 });
    const aborted = AbortSignal.abort();
    await assert.rejects(driver.command({ type: 'lock', evse: 1 }, aborted), refusal('driver.timeout'));
    assert.equal((await driver.command({ type: 'readState', evse: 1 }, signal)).lock, 'unlocked');
  });
  check('a stop ends the commands that wait', async ({ driver, signal }) => {
    await driver.simulate({ action: 'meter', evse: 1, mode: 'silent' });
    const answer = assert.rejects(driver.command({ type: 'readMeter', evse: 1 }, signal), refusal('driver.lost'));
    await driver.stop();
    await answer;
  });
}

async function charge({ driver, signal }: Started, milliamps: number): Promise<void> {
  await driver.simulate({ action: 'plug', evse: 1, soc: 20, maxAmps: 32, phases: 3 });
  await driver.command({ type: 'lock', evse: 1 }, signal);
  await driver.command({ type: 'setLimit', evse: 1, milliamps }, signal);
  await driver.command({ type: 'closeContactor', evse: 1 }, signal);
}

function refusal(code: string, message = /./): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof KerbsideError, String(thrown));
    assert.equal(thrown.code, code, thrown.message);
    assert.match(thrown.message, message);
    return true;
  };
}
