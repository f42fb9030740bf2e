import type { HardwareDescription, MainMeterDescription, MeterReading } from '../../evse/hardware.ts';
import type { MeasurandContext } from '../../metering/measurands.ts';
import { RegisterGuard, type TrustedReading } from '../../metering/register-guard.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { evseContext, inletContext, type OfferedNow } from './sample-maker.ts';
import type { StationDeps } from '../station-deps.ts';

/** A place where the station is metered: a connector, or its inlet. */
export interface MeteredPlace {
  /** The number that stands in messages; 0 is the inlet. */
  readonly connector: number;
  /** The EVSE; null at the inlet, where nothing charges. */
  readonly evse: EvseController | null;
  /** Reads the meter once; a register that went back is left out. Rejects when the meter does not answer. */
  readonly read: () => Promise<TrustedReading>;
  readonly context: () => MeasurandContext;
  /** The wall clock of this place; null while there is none. */
  readonly wallMs: () => number | null;
  /** Whether a transaction runs that is measured here. */
  readonly charges: () => boolean;
}

/** What the places share. */
export interface PlaceSurroundings {
  readonly limits: OfferedNow;
  readonly readMainMeter: () => Promise<MeterReading>;
}

/** A transaction whose clock differs by more than this keeps to its own: its times go one way (G-03). */
const ownClockMs = 5_000;

/** Every place with a meter, the inlet last. */
export function meteredPlaces(
  evses: readonly EvseController[],
  { mainMeter }: Pick<HardwareDescription, 'mainMeter'>,
  deps: StationDeps,
  around: PlaceSurroundings,
): readonly MeteredPlace[] {
  const connectors = evses
    .filter((evse) => evse.description.meter !== null)
    .map((evse): MeteredPlace => evsePlace(evse, deps, around));
  if (mainMeter === undefined || mainMeter === null) return connectors;
  return [...connectors, inletPlace(mainMeter, evses, deps, around)];
}

function evsePlace(evse: EvseController, { clock, params }: StationDeps, around: PlaceSurroundings): MeteredPlace {
  return {
    connector: evse.id,
    evse,
    read: () => evse.readMeter(),
    context: () => evseContext(params, evse.description, around.limits),
    wallMs: () => {
      if (!clock.valid) return null;
      const stationMs = clock.nowMs();
      const ownMs = evse.keeper.clockMs ?? stationMs;
      return Math.abs(ownMs - stationMs) > ownClockMs ? ownMs : stationMs;
    },
    charges: () => evse.keeper.record !== null,
  };
}

function inletPlace(
  meter: MainMeterDescription,
  evses: readonly EvseController[],
  { clock, params }: StationDeps,
  { readMainMeter }: PlaceSurroundings,
): MeteredPlace {
  const guard = new RegisterGuard();
  guard.begin(0);
  return {
    connector: 0,
    evse: null,
    read: async () => guard.judge(await readMainMeter()).reading,
    context: () => inletContext(params, meter),
    wallMs: () => (clock.valid ? clock.nowMs() : null),
    charges: () => evses.some((evse) => evse.keeper.record !== null),
  };
}
