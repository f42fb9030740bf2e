import type { Random } from '../../core/random.ts';
import type { Time } from '../../core/time.ts';
import type { EvseConfig } from './evse-state.ts';
import { meterSigning } from './meter-signing.ts';
import type { SigningSettings } from './meter-signing.ts';
import type { Mechanics } from './simulated-evse.ts';
import type { SimulatorState } from './simulator-image.ts';

/** What a simulator is made from. */
export interface SimulatorOptions {
  readonly time: Time;
  readonly random: Random;
  /** How many EVSEs, or what differs from the usual one; default two (3 phases, 32 A, 230 V, socket with lock). */
  readonly evses?: number | readonly SimulatedEvseSettings[];
  /** The image to go on from: registers, open meter transactions, plugs, locks and faults stay over a power cut. */
  readonly state?: SimulatorState;
  /** Called with the new image after each change and before each meter reading is given away; store it before returning. */
  readonly onState?: (image: SimulatorState) => void;
  /** Called when `powerCycle` cut the power of the whole station: drop the station without shutdown, then start it again. */
  readonly onPowerCycle?: () => void;
  /** Whether the station has a main meter at its inlet; default no. */
  readonly mainMeter?: boolean;
  /** How long contactor and lock take to move; default at once. */
  readonly mechanics?: Partial<Mechanics>;
}

/** What may differ from the usual EVSE. */
export interface SimulatedEvseSettings {
  readonly phases?: 1 | 2 | 3;
  readonly maxMilliamps?: number;
  readonly nominalVolts?: number;
  readonly fixedCable?: boolean;
  /** It can be switched between one phase and three; default no. */
  readonly phaseSwitching?: boolean;
  /** False: no meter. */
  readonly meter?: boolean;
  /** The meter signs, with a key of its own; every record says that it is a test. */
  readonly signs?: boolean;
  /** How it signs; default the usual way. False: an older meter, which cannot be asked how it is. */
  readonly signing?: SigningSettings | boolean;
  /** Where the register of a new meter stands, in Wh; default 100 kWh times the EVSE's number. */
  readonly registerWh?: number;
}

/** The whole description of each EVSE. */
export function evseConfigs(evses: SimulatorOptions['evses'] = 2): readonly EvseConfig[] {
  const settings = typeof evses === 'number' ? Array.from({ length: evses }, (): SimulatedEvseSettings => ({})) : evses;
  return settings.map((own, index) => ({
    id: index + 1,
    phases: own.phases ?? 3,
    maxMilliamps: own.maxMilliamps ?? 32_000,
    nominalVolts: own.nominalVolts ?? 230,
    fixedCable: own.fixedCable ?? false,
    phaseSwitching: own.phaseSwitching ?? false,
    meter:
      own.meter === false
        ? null
        : {
            type: 'simulated meter',
            serial: `SIM-METER-${index + 1}`,
            signing: own.signs === true ? meterSigning(own.signing ?? true) : null,
          },
    registerWh: own.registerWh ?? 100_000 * (index + 1),
  }));
}
