import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { statusOf } from './steps.ts';

/**
 * Every fault of parameters.md section 4, coming and going in every status that a connector can have, under the switches of
 * rows 14 to 16. What a backend has to see stands in two tables: what each fault is, and what each kind does in each status.
 */

type Kind = 'stops' | 'held' | 'refuses' | 'warns' | 'pilot' | 'diode';
type Status = keyof typeof statuses;

interface FaultRow {
  readonly kind: Kind;
  readonly code: string;
  readonly vendor: string;
  /** Told only when USB errors are wanted. */
  readonly usb?: true;
  /** Lowers the limit meanwhile, which is an informative report of its own. */
  readonly derates?: true;
  /** What the StopTransaction says; Other unless it is named. */
  readonly reason?: string;
}

/** What each fault is. */
const faults: Readonly<Record<string, FaultRow>> = {
  groundFailure: { kind: 'held', code: 'GroundFailure', vendor: 'SIM-RCD' },
  evCommunication: { kind: 'pilot', code: 'EVCommunicationError', vendor: 'SIM-CP-E' },
  pilotUnavailable: { kind: 'pilot', code: 'EVCommunicationError', vendor: 'SIM-CP-F' },
  diode: { kind: 'diode', code: 'EVCommunicationError', vendor: 'SIM-CP-DIODE' },
  overCurrent: { kind: 'stops', code: 'OverCurrentFailure', vendor: 'SIM-MCB' },
  contactorWelded: { kind: 'stops', code: 'PowerSwitchFailure', vendor: 'SIM-WELD' },
  lockJam: { kind: 'refuses', code: 'ConnectorLockFailure', vendor: 'SIM-LOCK' },
  meterLost: { kind: 'refuses', code: 'PowerMeterFailure', vendor: 'SIM-METER' },
  temperatureWarning: { kind: 'warns', code: 'HighTemperature', vendor: 'SIM-TEMP-1', derates: true },
  highTemperature: { kind: 'stops', code: 'HighTemperature', vendor: 'SIM-TEMP-2' },
  overVoltage: { kind: 'stops', code: 'OverVoltage', vendor: 'SIM-U-HIGH' },
  underVoltage: { kind: 'stops', code: 'UnderVoltage', vendor: 'SIM-U-LOW' },
  emergencyStop: { kind: 'stops', code: 'OtherError', vendor: 'SIM-ESTOP', reason: 'EmergencyStop' },
  reader: { kind: 'warns', code: 'ReaderFailure', vendor: 'SIM-READER' },
  reset: { kind: 'warns', code: 'ResetFailure', vendor: 'SIM-RESET' },
  internal: { kind: 'warns', code: 'InternalError', vendor: 'SIM-INTERNAL' },
  usb: { kind: 'warns', code: 'OtherError', vendor: 'SIM-USB', usb: true },
  usbReader: { kind: 'warns', code: 'ReaderFailure', vendor: 'SIM-USB-READER', usb: true },
  usbMeter: { kind: 'refuses', code: 'PowerMeterFailure', vendor: 'SIM-USB-METER', usb: true },
};
const faultIds = Object.keys(faults);

/**
 * What a backend sees that wants to know everything: when the fault comes, when the hardware clears it, when car and cable
 * leave. `!` with the fault's code, text and vendor's code · `?` OtherError stands for it · `~` NoError, and the text says that
 * it is resolved · `^` the fault that was there before · nothing: NoError without a text. ENDS: the transaction ends.
 */
const cells: Readonly<Record<Kind, Readonly<Record<Status, string>>>> = {
  stops: {
    Available: 'Faulted! | Available~ |',
    Preparing: 'Faulted! | Preparing~ | Available',
    Charging: 'Faulted! ENDS | Finishing~ | Available',
    SuspendedEV: 'Faulted! ENDS | Finishing~ | Available',
    SuspendedEVSE: 'Faulted! ENDS | Finishing~ | Available',
    Finishing: 'Faulted! | Finishing~ | Available',
    Unavailable: 'Faulted! | Unavailable~ |',
    Faulted: 'Faulted! | Faulted^ |',
  },
  held: {
    Available: 'Faulted! | Available~ |',
    Preparing: 'Faulted! | | Available~',
    Charging: 'Faulted! ENDS | | Available~',
    SuspendedEV: 'Faulted! ENDS | | Available~',
    SuspendedEVSE: 'Faulted! ENDS | | Available~',
    Finishing: 'Faulted! | | Available~',
    Unavailable: 'Faulted! | Unavailable~ |',
    Faulted: 'Faulted! | Faulted^ |',
  },
  refuses: {
    Available: 'Faulted! | Available~ |',
    Preparing: 'Faulted! | Preparing~ | Available',
    Charging: 'Charging! | Charging~ | Available',
    SuspendedEV: 'SuspendedEV! | SuspendedEV~ | Available',
    SuspendedEVSE: 'SuspendedEVSE! | SuspendedEVSE~ | Available',
    Finishing: 'Faulted! | Finishing~ | Available',
    Unavailable: 'Faulted! | Unavailable~ |',
    Faulted: 'Faulted! | Faulted^ |',
  },
  warns: {
    Available: 'Available! | Available~ |',
    Preparing: 'Preparing! | Preparing~ | Available',
    Charging: 'Charging! | Charging~ | Available',
    SuspendedEV: 'SuspendedEV! | SuspendedEV~ | Available',
    SuspendedEVSE: 'SuspendedEVSE! | SuspendedEVSE~ | Available',
    Finishing: 'Finishing! | Finishing~ | Available',
    Unavailable: 'Unavailable! | Unavailable~ |',
    Faulted: 'Faulted! | Faulted^ |',
  },
  // EVCommunicationError goes with four statuses only, and lasts until the car is gone.
  pilot: {
    Available: 'Faulted? | Available~ |',
    Preparing: 'Preparing! | | Available~',
    Charging: 'SuspendedEVSE! | | SuspendedEVSE~ Available',
    SuspendedEV: 'SuspendedEVSE! | | SuspendedEVSE~ Available',
    SuspendedEVSE: 'SuspendedEVSE! | | SuspendedEVSE~ Available',
    Finishing: 'Finishing! | | Available~',
    Unavailable: 'Faulted? | Unavailable~ |',
    Faulted: '| |',
  },
  diode: {
    Available: 'Faulted? | Available~ |',
    Preparing: 'Finishing! | | Available~',
    Charging: 'SuspendedEVSE! Finishing! ENDS | | Available~',
    SuspendedEV: 'SuspendedEVSE! Finishing! ENDS | | Available~',
    SuspendedEVSE: 'SuspendedEVSE! Finishing! ENDS | | Available~',
    Finishing: 'Finishing! | | Available~',
    Unavailable: 'Faulted? | Unavailable~ |',
    Faulted: '| |',
  },
};

/** How every connector is brought into a status. */
const statuses = {
  Available: async () => {},
  Preparing: (world: World) => each((evse) => world.sim({ action: 'plug', evse })),
  Charging: (world: World) => charge(world),
  SuspendedEV: async (world: World) => {
    await charge(world);
    await each((evse) => world.sim({ action: 'pause', evse }));
  },
  SuspendedEVSE: async (world: World) => {
    const invalid = { answer: { merge: { idTagInfo: { status: 'Invalid' } } } };
    world.backend.setRules([{ on: { action: 'StartTransaction' }, do: invalid }]);
    await charge(world);
  },
  Finishing: async (world: World) => {
    await charge(world);
    await each((evse) => world.sim({ action: 'card', uid: `CARD${evse}`, evse }));
  },
  Unavailable: async (world: World) => {
    await ask(world, 'ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
  },
  Faulted: (world: World) =>
    each((evse) => world.sim({ action: 'fault', evse, fault: firstFault(faultIds[evse - 1] ?? ''), active: true })),
};

const transactionRuns: readonly Status[] = ['Charging', 'SuspendedEV', 'SuspendedEVSE'];
const nobodyThere: readonly Status[] = ['Available', 'Unavailable', 'Faulted'];
const nobodyMayStart: readonly Status[] = ['Unavailable', 'Faulted'];

/** The fault that made a connector Faulted before the one that is looked at. */
function firstFault(id: string): string {
  return id === 'overCurrent' ? 'overVoltage' : 'overCurrent';
}

interface Switches {
  readonly informative: boolean;
  readonly errors: boolean;
  readonly usbErrors: boolean;
}

const switchSets: readonly Switches[] = [
  { informative: false, errors: true, usbErrors: false },
  { informative: false, errors: false, usbErrors: false },
  { informative: true, errors: true, usbErrors: true },
  { informative: true, errors: false, usbErrors: true },
];

for (const switches of switchSets) {
  const { informative, errors, usbErrors } = switches;
  const wanted = Object.entries({ informative, errors, USB: usbErrors }).filter(([, on]) => on);
  const title = wanted.length === 0 ? 'nothing' : wanted.map(([name]) => name).join(', ');
  for (const status of Object.keys(statuses) as Status[]) {
    scenario(
      `every fault in ${status}, and what is told of it when the switches want ${title} (X-11, X-13, N-01, N-03, TC_041)`,
      {
        only: 'virtual',
        evses: faultIds.length,
        defaults: {
          'charging.connectionTimeOut': 3600,
          'charging.stopTransactionOnInvalidId': false,
          'metering.sampleInterval': 0,
          'status.sendInformative': informative,
          'status.sendErrors': errors,
          'status.sendUsbErrors': usbErrors,
        },
      },
      (world) => playTable(world, status, switches),
    );
  }
}

async function playTable(world: World, status: Status, switches: Switches): Promise<void> {
  await statuses[status](world);
  await world.pass(12_000);
  for (const [index] of faultIds.entries()) assert.equal(statusOf(world, index + 1), status);
  const came = await phase(world, (evse, fault) => world.sim({ action: 'fault', evse, fault, active: true }));
  const ended = faultIds.map((_, index) => reasonOf(world, index + 1, status));
  const refused = await startsRefused(world, status);
  const cleared = await phase(world, (evse, fault) => world.sim({ action: 'fault', evse, fault, active: false }));
  const left = await phase(world, async (evse) => {
    if (!nobodyThere.includes(status)) await world.sim({ action: 'unplug', evse, force: true });
  });
  const seen = Object.fromEntries(
    faultIds.map((id, index) => {
      const frames = [came, cleared, left].map((reports) => (reports[index] ?? []).map((frame) => written(frame, id)));
      return [id, { frames, ended: ended[index], refused: refused[index] }];
    }),
  );
  assert.deepEqual(seen, Object.fromEntries(faultIds.map((id) => [id, expected(id, status, switches)])));
}

/** What has to be seen of one fault, from the tables. */
function expected(id: string, status: Status, switches: Switches): JsonObject {
  const row = faults[id];
  assert.ok(row !== undefined);
  const cell = cells[row.kind][status];
  const told = row.usb === true ? switches.errors && switches.usbErrors : switches.errors;
  let shown: string = status;
  const frames = cell.split('|').map((part, index) => {
    const tokens = part.split(' ').filter((token) => token !== '' && token !== 'ENDS');
    const seen = tokens.flatMap((token) => {
      const next = token.replace(/\W+/, '');
      const before = shown;
      shown = next;
      return told ? [token] : withoutDetails(token, next !== before);
    });
    const limited = row.derates === true && switches.informative && index < 2 && shown !== 'Faulted';
    // Beside an error NoError would be a lie: while it is told, the limit is not.
    return limited && !(told && index === 0) ? [...seen, `${shown} info`] : seen;
  });
  const ended = cell.includes('ENDS') ? (row.reason ?? 'Other') : null;
  const busy = transactionRuns.includes(status) && ended === null;
  return { frames, ended, refused: busy ? null : row.kind !== 'warns' || nobodyMayStart.includes(status) };
}

/** Without row 15 every transition is still told, Faulted with its true code, and nothing else. */
function withoutDetails(token: string, isTransition: boolean): readonly string[] {
  if (!isTransition) return [];
  return [token.startsWith('Faulted') ? `${token} bare` : token.replace(/\W+/, '')];
}

/** Plays something at every connector and gives the reports of each meanwhile. */
async function phase(
  world: World,
  play: (evse: number, fault: string) => Promise<unknown>,
): Promise<readonly (readonly JsonObject[])[]> {
  const before = world.calls('StatusNotification').length;
  for (const [index, fault] of faultIds.entries()) await play(index + 1, fault);
  await world.pass(5_000);
  const since = world.calls('StatusNotification').slice(before);
  return faultIds.map((_, index) =>
    since.map(({ payload }) => payload).filter((payload) => payload['connectorId'] === index + 1),
  );
}

/** A report in the words of the tables. */
function written(report: JsonObject, id: string): string {
  const { status, errorCode, info, vendorErrorCode } = report;
  const first = faults[firstFault(id)];
  const fault = faults[id];
  if (errorCode === 'NoError') {
    const text = info === undefined ? '' : String(info).startsWith('Resolved: ') ? '~' : ' info';
    return `${String(status)}${vendorErrorCode === undefined ? text : JSON.stringify(report)}`;
  }
  const mark =
    errorCode === fault?.code
      ? '!'
      : errorCode === first?.code
        ? '^'
        : errorCode === 'OtherError'
          ? '?'
          : JSON.stringify(report);
  const vendor = mark === '^' ? first?.vendor : fault?.vendor;
  const detailed = vendorErrorCode === vendor && typeof info === 'string' && info !== '';
  const bare = vendorErrorCode === undefined && info === undefined;
  const over = typeof info === 'string' && info.startsWith('Resolved: ') ? '~' : '';
  return `${String(status)}${mark}${over}${detailed ? '' : bare ? ' bare' : JSON.stringify(report)}`;
}

/** Why the transaction of a connector ended; null when it did not, or when there was none to be ended by a fault. */
function reasonOf(world: World, evse: number, status: Status): string | null {
  if (!transactionRuns.includes(status)) return null;
  const booked = world.backend.ledger.transactions().filter(({ connectorId }) => connectorId === evse);
  const [transaction] = booked;
  assert.ok(booked.length === 1 && transaction !== undefined && transaction.stops.length <= 1);
  return transaction.stops[0]?.reason ?? null;
}

/** Whether a start is refused; null while a transaction runs, which would refuse it anyway. */
async function startsRefused(world: World, status: Status): Promise<readonly (boolean | null)[]> {
  const answers: (boolean | null)[] = [];
  for (const [index, id] of faultIds.entries()) {
    const evse = index + 1;
    const busy = transactionRuns.includes(status) && reasonOf(world, evse, status) === null;
    const mayStart = faults[id]?.kind === 'warns' && !nobodyMayStart.includes(status);
    // One that is accepted would change the story; that it is possible is shown below.
    if (busy) answers.push(null);
    else if (mayStart) answers.push(false);
    else answers.push((await remoteStart(world, evse)) === 'Rejected');
  }
  return answers;
}

async function remoteStart(world: World, connectorId: number): Promise<unknown> {
  return (await ask(world, 'RemoteStartTransaction', { connectorId, idTag: 'REMOTE' }))['status'];
}

async function charge(world: World): Promise<void> {
  await each(async (evse) => {
    await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: `CARD${evse}`, evse });
  });
  await world.pass(10_000);
}

async function each(play: (evse: number) => Promise<unknown>): Promise<void> {
  for (const [index] of faultIds.entries()) await play(index + 1);
}

scenario(
  'a warning refuses nobody: a start beside each of them (X-13, TC_041)',
  { only: 'virtual', evses: 19 },
  async (world) => {
    const warnings = faultIds.flatMap((id, index) => (faults[id]?.kind === 'warns' ? [index + 1] : []));
    for (const evse of warnings) {
      await world.sim({ action: 'fault', evse, fault: faultIds[evse - 1] ?? '', active: true });
      await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
      assert.equal(await remoteStart(world, evse), 'Accepted');
    }
    await world.pass(10_000);
    assert.deepEqual(
      warnings.map((evse) => statusOf(world, evse)),
      warnings.map(() => 'Charging'),
    );
    assert.equal(world.calls('StartTransaction').length, warnings.length);
    for (const evse of warnings) await world.sim({ action: 'unplug', evse, force: true });
    await world.pass(5_000);
  },
);

scenario(
  'a ground failure is over 10 s after the car has left, when its cable stays in the socket; a new car begins the wait anew (N-01, X-11)',
  { only: 'virtual' },
  async (world) => {
    await world.sim({ action: 'plug', evse: 1 });
    await world.sim({ action: 'fault', evse: 1, fault: 'groundFailure', active: true });
    await world.sim({ action: 'fault', evse: 1, fault: 'groundFailure', active: false });
    await world.pass(60_000);
    assert.equal(statusOf(world, 1), 'Faulted');
    await world.sim({ action: 'unplugVehicle', evse: 1 });
    await world.pass(9_000);
    await world.sim({ action: 'plug', evse: 1 });
    await world.pass(30_000);
    assert.equal(statusOf(world, 1), 'Faulted');
    await world.sim({ action: 'unplugVehicle', evse: 1 });
    await world.pass(9_900);
    assert.equal(statusOf(world, 1), 'Faulted');
    await world.pass(200);
    assert.equal(statusOf(world, 1), 'Available');
    await world.pass(1_000);
    const reported = world.calls('StatusNotification').filter(({ payload }) => payload['connectorId'] === 1);
    assert.equal(reported.at(-1)?.payload['status'], 'Available');
  },
);
