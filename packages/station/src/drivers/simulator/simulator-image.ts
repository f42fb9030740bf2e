import { KerbsideError } from '../../core/errors.ts';
import { boolean, integer, listOf, nullable, number, object, oneOf, optional, parse, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { ledgerFields, storedKeyShape } from '../signing/ledger-shapes.ts';
import { openContactor, weldContactor } from './contactor-model.ts';
import type { ElectricVehicle } from './ev-model.ts';
import type { EvseConfig, EvseState, Quantities } from './evse-state.ts';
import { newEvseState } from './evse-state.ts';
import { faultIds } from './fault-table.ts';
import type { FaultId } from './fault-table.ts';
import { meterModes } from './meter-model.ts';
import type { Meter } from './meter-model.ts';

/** What of the simulated world outlives a power cut, as plain JSON: plugs, locks, welds, registers, faults, the link. */
export interface SimulatorState {
  readonly version: 1;
  readonly linkUp: boolean;
  readonly stationFaults: readonly FaultId[];
  readonly evses: readonly EvseImage[];
}

/** One EVSE of the image. */
export interface EvseImage {
  readonly id: number;
  readonly cableMilliamps: number | null;
  readonly ev: ElectricVehicle | null;
  readonly locked: boolean;
  readonly lockJammed: boolean;
  readonly welded: boolean;
  readonly meter: Meter;
  readonly quantities: Quantities;
  readonly faults: readonly FaultId[];
}

const vehicleShape: Shape<ElectricVehicle> = object({
  phases: oneOf([1, 2, 3]),
  capacityWh: number(1),
  batteryWh: number(0),
  maxMilliamps: integer(0),
  ready: boolean(),
  ventilation: boolean(),
  drawMilliamps: nullable(integer(0)),
  pilotReactionMs: number(0),
  drawReactionMs: number(0),
});

/** Images of earlier versions have fewer fields. */
const meterShape: Shape<Meter> = object({
  registerWh: number(0),
  restartedAtWh: optional(number()),
  mode: oneOf(meterModes),
  delaySeconds: number(0),
  ...ledgerFields,
  serial: optional(text()),
  key: optional(nullable(storedKeyShape)),
  formerKey: optional(storedKeyShape),
  failure: optional(text()),
  offAtWh: optional(number(0)),
});

const imageShape: Shape<SimulatorState> = object({
  version: oneOf([1]),
  linkUp: boolean(),
  stationFaults: listOf(oneOf(faultIds)),
  evses: listOf(
    object({
      id: integer(1),
      cableMilliamps: nullable(integer(1_000)),
      ev: nullable(vehicleShape),
      locked: boolean(),
      lockJammed: boolean(),
      welded: boolean(),
      meter: meterShape,
      quantities: object({ temperatureC: number(), residualMilliamps: number(0), volts: number(0) }),
      faults: listOf(oneOf(faultIds)),
    }),
  ),
});

/** Checks an image from a file. Throws `config.invalid` with the part that is wrong. */
export function parseSimulatorState(value: unknown): SimulatorState {
  return parse(imageShape, value, { code: 'config.invalid', what: 'the state of the simulator cannot be used' });
}

/** The image of one EVSE. */
export function imageOf(id: number, state: EvseState): EvseImage {
  const { cableMilliamps, ev, lock, contactor, meter, quantities, faults } = state;
  const locked = lock.position === 'locked';
  return {
    id,
    cableMilliamps,
    ev,
    locked,
    lockJammed: lock.jammed,
    welded: contactor.welded,
    meter,
    quantities,
    faults,
  };
}

/** The EVSE as it is when power comes (back): contactor open unless welded, nothing offered. Throws `config.invalid` for an image that does not fit the hardware. */
export function stateOf(config: EvseConfig, image: EvseImage | undefined, nowMs: number): EvseState {
  const fresh = newEvseState(config, nowMs);
  if (image === undefined) return fresh;
  const fits = config.fixedCable ? image.cableMilliamps === null : image.ev === null || image.cableMilliamps !== null;
  if (!fits) {
    const problem = `the stored plug of EVSE ${image.id} does not fit ${config.fixedCable ? 'a captive cable' : 'a socket'}`;
    throw new KerbsideError('config.invalid', problem);
  }
  const position = config.fixedCable ? 'none' : image.locked && image.cableMilliamps !== null ? 'locked' : 'unlocked';
  return {
    ...fresh,
    cableMilliamps: image.cableMilliamps,
    ev: image.ev,
    lock: { position, jammed: image.lockJammed },
    contactor: image.welded ? weldContactor(openContactor, true) : openContactor,
    meter: image.meter,
    quantities: image.quantities,
    faults: image.faults,
  };
}
