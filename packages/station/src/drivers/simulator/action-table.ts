import type { JsonObject } from '../../core/json.ts';
import type { Fields, OptionalField, Shape } from '../shape.ts';
import { boolean, integer, nullable, number, object, oneOf, optional, parse, text } from '../shape.ts';
import { refused } from './evse-actions.ts';
import { faultIds } from './fault-table.ts';
import { keyChanges } from './meter-actions.ts';
import { meterModes } from './meter-model.ts';
import type { ActionTarget } from './action-target.ts';

/** A parameter of an action. */
export interface ActionParameter {
  readonly field: Shape<unknown> | OptionalField<unknown>;
  readonly description: string;
}

/** One action of the simulator; CLI help, HTTP and the documentation are made from it. */
export interface ActionRow {
  readonly description: string;
  readonly parameters: { readonly [name: string]: ActionParameter };
  readonly example: JsonObject;
  /** Checks the parameters and gives back what does the action. Throws `simulator.refused`. */
  readonly prepare: (action: JsonObject) => (simulator: ActionTarget) => void;
}

type Parameters = { readonly [name: string]: ActionParameter };
type Input<P extends Parameters> = Fields<{ readonly [K in keyof P]: P[K]['field'] }>;

/** What a row is written with: its `run` gets the checked parameters. */
interface ActionSource<P extends Parameters> {
  readonly description: string;
  readonly parameters: P;
  readonly example: JsonObject;
  readonly run: (simulator: ActionTarget, input: Input<P>) => void;
}

function row<const P extends Parameters>(source: ActionSource<P>): ActionRow {
  const { description, parameters, example, run } = source;
  const fields = Object.fromEntries(Object.entries(parameters).map(([key, { field }]) => [key, field]));
  const shape = object(fields);
  const what = `${JSON.stringify(example['action'])} cannot be done like this (for example ${JSON.stringify(example)})`;
  const prepare = (action: JsonObject): ((simulator: ActionTarget) => void) => {
    // The row's own fields made the check, so the result has the type that the row describes.
    const input = parse(shape, action, { code: 'simulator.refused', what }) as Input<P>;
    return (simulator) => run(simulator, input);
  };
  return { description, parameters, example, prepare };
}

function parameter<const F extends Shape<unknown> | OptionalField<unknown>>(
  field: F,
  description: string,
): { field: F; description: string } {
  return { field, description };
}

const atEvse = parameter(integer(1, 9_999), 'the charging point, from 1');
const atEvseOrStation = parameter(optional(integer(0, 9_999)), 'the charging point; 0 or left out: the station');
const comesOrGoes = parameter(boolean(), 'true: it comes; false: it goes');

const usbFaults = { reader: 'usbReader', meter: 'usbMeter', other: 'usb' } as const;

/** Everything that can be done to the simulated world. */
export const actionTable: { readonly [name: string]: ActionRow } = {
  plug: row({
    description: 'A vehicle comes and plugs in, with its cable unless one is in the socket already.',
    parameters: {
      evse: atEvse,
      cable: parameter(
        optional(oneOf([13, 20, 32, 63])),
        'what the cable carries, in A (default 32); not for captive cables',
      ),
      phases: parameter(optional(oneOf([1, 2, 3])), 'phases of its charger (default 3)'),
      soc: parameter(optional(number(0, 100)), 'state of charge in % (default by chance, 20 to 60)'),
      capacityKwh: parameter(optional(number(0.01, 1_000)), 'battery in kWh (default 60)'),
      maxAmps: parameter(optional(number(6, 80)), 'the most its charger takes per phase, in A (default 32)'),
      ready: parameter(optional(boolean()), 'whether it wants to charge at once (default true)'),
      ventilation: parameter(optional(boolean()), 'it shows state D instead of C (default false)'),
    },
    example: { action: 'plug', evse: 1, soc: 40 },
    run: (simulator, { evse, ...vehicle }) => simulator.plug(evse, vehicle),
  }),
  unplug: row({
    description: 'Vehicle and cable leave. Refused while the lock holds the plug.',
    parameters: { evse: atEvse, force: parameter(optional(boolean()), 'tear a locked plug out (default false)') },
    example: { action: 'unplug', evse: 1 },
    run: (simulator, { evse, force }) => simulator.unplug(evse, { force: force ?? false }),
  }),
  unplugVehicle: row({
    description: 'The vehicle leaves, its cable stays in the socket (the end at the vehicle is pulled).',
    parameters: { evse: atEvse },
    example: { action: 'unplugVehicle', evse: 1 },
    run: (simulator, { evse }) => simulator.unplugVehicle(evse),
  }),
  card: row({
    description: 'A card is held to the reader.',
    parameters: { uid: parameter(text(1, 255), 'what the reader reads'), evse: atEvseOrStation },
    example: { action: 'card', uid: '04A2B3C4D5E6F7', evse: 1 },
    run: (simulator, { uid, evse }) => simulator.card(uid, evse),
  }),
  ready: row({
    description: 'The vehicle wants to charge.',
    parameters: { evse: atEvse },
    example: { action: 'ready', evse: 1 },
    run: (simulator, { evse }) => simulator.vehicle(evse, { ready: true }),
  }),
  pause: row({
    description: 'The vehicle pauses: state B, no current.',
    parameters: { evse: atEvse },
    example: { action: 'pause', evse: 1 },
    run: (simulator, { evse }) => simulator.vehicle(evse, { ready: false }),
  }),
  resume: row({
    description: 'The vehicle goes on charging.',
    parameters: { evse: atEvse },
    example: { action: 'resume', evse: 1 },
    run: (simulator, { evse }) => simulator.vehicle(evse, { ready: true }),
  }),
  draw: row({
    description: 'The vehicle draws exactly this, even more than it is offered; null: it behaves again.',
    parameters: { evse: atEvse, amps: parameter(nullable(number(0, 200)), 'per phase, in A') },
    example: { action: 'draw', evse: 1, amps: 8 },
    run: (simulator, { evse, amps }) =>
      simulator.vehicle(evse, { drawMilliamps: amps === null ? null : Math.round(amps * 1000) }),
  }),
  fault: row({
    description: 'A fault comes or goes.',
    parameters: { evse: atEvseOrStation, fault: parameter(oneOf(faultIds), 'the fault'), active: comesOrGoes },
    example: { action: 'fault', evse: 1, fault: 'groundFailure', active: true },
    run: (simulator, { evse, fault, active }) => simulator.fault(evse ?? 0, fault, active),
  }),
  lockJam: row({
    description: 'The lock jams or is freed; a jam shows at its next movement.',
    parameters: { evse: atEvse, active: comesOrGoes },
    example: { action: 'lockJam', evse: 1, active: true },
    run: (simulator, { evse, active }) => simulator.lockJam(evse, active),
  }),
  weld: row({
    description: 'The contactor welds or is repaired; a weld shows when it should be open.',
    parameters: { evse: atEvse, active: comesOrGoes },
    example: { action: 'weld', evse: 1, active: true },
    run: (simulator, { evse, active }) => simulator.weld(evse, active),
  }),
  meter: row({
    description: 'The meter fails, goes silent, becomes slow where it signs, stops to sign, or is well again.',
    parameters: {
      evse: atEvse,
      mode: parameter(oneOf(meterModes), 'how it answers'),
      delaySeconds: parameter(optional(number(0, 600)), 'how long it takes to sign while slow (default 10)'),
    },
    example: { action: 'meter', evse: 1, mode: 'slow', delaySeconds: 30 },
    run: (simulator, { evse, mode, delaySeconds }) => simulator.meter(evse, mode, delaySeconds),
  }),
  meterRegister: row({
    description: 'The meter restarts or is replaced: its register shows this from now on, less than before as well.',
    parameters: { evse: atEvse, wattHours: parameter(number(0, 1_000_000_000), 'what the register shows, in Wh') },
    example: { action: 'meterRegister', evse: 1, wattHours: 0 },
    run: (simulator, { evse, wattHours }) => simulator.meterRegister(evse, wattHours),
  }),
  meterPower: row({
    description:
      'The meter alone loses its power, or gets it back: its clock is unset then, its transaction still open.',
    parameters: { evse: atEvse, state: parameter(oneOf(['off', 'on']), 'off: it does not answer') },
    example: { action: 'meterPower', evse: 1, state: 'off' },
    run: (simulator, { evse, state }) => simulator.meterPower(evse, state === 'on'),
  }),
  meterClock: row({
    description: 'The clock of a meter that signs loses its time, until the station sets it, or goes wrong unnoticed.',
    parameters: {
      evse: atEvse,
      state: parameter(oneOf(['lost', 'wrong']), 'what happens to it'),
      seconds: parameter(optional(number(-1_000_000_000, 1_000_000_000)), 'how far a wrong one is ahead (default 60)'),
    },
    example: { action: 'meterClock', evse: 1, state: 'lost' },
    run: (simulator, { evse, state, seconds }) => simulator.meterClock(evse, state === 'lost' ? null : (seconds ?? 60)),
  }),
  meterKey: row({
    description: 'A meter that signs loses its key, has another one from now on, or has its first one again.',
    parameters: { evse: atEvse, state: parameter(oneOf(keyChanges), 'what becomes of the key') },
    example: { action: 'meterKey', evse: 1, state: 'changed' },
    run: (simulator, { evse, state }) => simulator.meterKey(evse, state),
  }),
  meterExchange: row({
    description:
      'Another meter takes the place of this one, with a serial number, key, register and numbers of its own.',
    parameters: {
      evse: atEvse,
      serial: parameter(optional(text(1, 50)), 'its serial number (default a new one)'),
      wattHours: parameter(optional(number(0, 1_000_000_000)), 'what its register shows, in Wh (default 0)'),
    },
    example: { action: 'meterExchange', evse: 1, serial: 'SIM-METER-9' },
    run: (simulator, { evse, ...another }) => simulator.meterExchange(evse, another),
  }),
  meterCondition: row({
    description: 'A meter that signs says that nothing it gives may be used, or that it is well again.',
    parameters: {
      evse: atEvse,
      state: parameter(oneOf(['failed', 'good']), 'what it says of itself'),
      problem: parameter(optional(text(1, 200)), 'why it failed, in its words'),
    },
    example: { action: 'meterCondition', evse: 1, state: 'failed' },
    run: (simulator, { evse, state, problem }) =>
      simulator.meterCondition(evse, state === 'good' ? null : (problem ?? 'its self-test failed')),
  }),
  usb: row({
    description: 'A USB device fails or is well again.',
    parameters: {
      evse: atEvseOrStation,
      active: comesOrGoes,
      device: parameter(optional(oneOf(['reader', 'meter'])), 'what it is (default something else)'),
    },
    example: { action: 'usb', active: true },
    run: (simulator, { evse, active, device }) => simulator.fault(evse ?? 0, usbFaults[device ?? 'other'], active),
  }),
  temperature: row({
    description: 'The temperature: a warning from 75 °C, a fault from 90 °C.',
    parameters: { evse: atEvse, celsius: parameter(number(-50, 200), 'in °C') },
    example: { action: 'temperature', evse: 1, celsius: 80 },
    run: (simulator, { evse, celsius }) => simulator.quantity(evse, { temperatureC: celsius }),
  }),
  residualCurrent: row({
    description: 'The residual current: a ground failure from 6 mA.',
    parameters: { evse: atEvse, milliamps: parameter(number(0, 1_000), 'in mA') },
    example: { action: 'residualCurrent', evse: 1, milliamps: 30 },
    run: (simulator, { evse, milliamps }) => simulator.quantity(evse, { residualMilliamps: milliamps }),
  }),
  voltage: row({
    description: 'The supply voltage: a fault beyond 10 % of the nominal one.',
    parameters: { evse: atEvse, volts: parameter(number(0, 600), 'phase against neutral, in V') },
    example: { action: 'voltage', evse: 1, volts: 200 },
    run: (simulator, { evse, volts }) => simulator.quantity(evse, { volts }),
  }),
  notice: row({
    description: 'The hardware says something that is no fault.',
    parameters: { evse: atEvseOrStation, text: parameter(text(1, 1_000), 'what it says') },
    example: { action: 'notice', evse: 1, text: 'Fan replaced' },
    run: (simulator, input) => simulator.notice(input.evse ?? 0, input.text),
  }),
  link: row({
    description: 'The bearer of the backend link is cut or restored; while it is cut the station makes no attempts.',
    parameters: { up: parameter(boolean(), 'false: cut') },
    example: { action: 'link', up: false },
    run: (simulator, { up }) => simulator.link(up),
  }),
  supply: row({
    description: 'The supply fails and only backup power is left, or it is back; a power cycle brings it back too.',
    parameters: { state: parameter(oneOf(['failing', 'back']), 'what the hardware tells') },
    example: { action: 'supply', state: 'failing' },
    run: (simulator, { state }) => simulator.supply(state),
  }),
  externalLimit: row({
    description: 'A grid operator limits the whole station through the hardware; without a value it is released.',
    parameters: {
      watts: parameter(optional(number(0, 10_000_000)), 'what all phases together may take, in W'),
      amps: parameter(optional(number(0, 10_000)), 'what each phase may carry, in A'),
    },
    example: { action: 'externalLimit', watts: 4200 },
    run: (simulator, { watts, amps }) => {
      if (watts !== undefined && amps !== undefined)
        throw refused('an external limit is in watts or in amperes, not both');
      const limit =
        watts !== undefined ? { watts } : amps !== undefined ? { milliamps: Math.round(amps * 1000) } : null;
      simulator.externalLimit(limit);
    },
  }),
  powerCycle: row({
    description: 'The power of the whole station is cut and comes back.',
    parameters: {},
    example: { action: 'powerCycle' },
    run: (simulator) => simulator.powerCycle(),
  }),
  state: row({
    description: 'Shows the state of the simulated world, or of one charging point.',
    parameters: { evse: parameter(optional(integer(1, 9_999)), 'the charging point (default all)') },
    example: { action: 'state' },
    run: () => {},
  }),
};
