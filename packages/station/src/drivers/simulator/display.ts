import type { JsonObject } from '../../core/json.ts';
import { socPercent } from './ev-model.ts';
import { contactorReading } from './contactor-model.ts';
import { pilotOf } from './evse-physics.ts';
import type { ElectricVehicle } from './ev-model.ts';
import type { EvseState } from './evse-state.ts';
import { clockState } from '../signing/meter-clock.ts';
import { readMeter } from './meter-commands.ts';
import { openTransaction } from '../signing/transaction-ledger.ts';
import type { SimulatedEvse } from './simulated-evse.ts';

/** The state of one EVSE as people and tools see it; amperes, watts, percent. */
export function displayOf(evse: SimulatedEvse): JsonObject {
  const { config, present } = evse;
  return {
    evse: config.id,
    pilot: pilotOf(present),
    plugged: present.ev !== null,
    fixedCable: config.fixedCable,
    cableAmps: present.cableMilliamps === null ? null : present.cableMilliamps / 1000,
    contactor: contactorReading(present.contactor),
    lock: present.lock.position,
    limitAmps: present.limitMilliamps / 1000,
    ...(config.phaseSwitching ? { phasesUsed: present.phasesUsed } : {}),
    drawAmps: present.drawMilliamps / 1000,
    vehicle: present.ev === null ? null : vehicleOf(present.ev),
    meter:
      config.meter === null ? null : { ...meterOf(evse, present), serial: present.meter.serial ?? config.meter.serial },
    temperatureC: present.quantities.temperatureC,
    residualMilliamps: present.quantities.residualMilliamps,
    volts: present.quantities.volts,
    faults: [...present.faults],
    signal: present.signal,
  };
}

function vehicleOf(ev: ElectricVehicle): JsonObject {
  return {
    phases: ev.phases,
    soc: Math.round(socPercent(ev) * 10) / 10,
    capacityKwh: ev.capacityWh / 1000,
    maxAmps: ev.maxMilliamps / 1000,
    ready: ev.ready,
    toldAmps: ev.drawMilliamps === null ? null : ev.drawMilliamps / 1000,
  };
}

function meterOf(evse: SimulatedEvse, present: EvseState): JsonObject {
  const { energyImportWh, powerW = 0, currentA = [] } = readMeter(evse.config, present);
  return {
    energyWh: energyImportWh,
    powerW,
    currentA,
    mode: present.meter.mode,
    delaySeconds: present.meter.delaySeconds,
    openTransaction: openTransaction(present.meter),
    power: present.meter.offAtWh === undefined ? 'on' : 'off',
    ...signerOf(evse, present),
  };
}

/** What a meter that signs shows besides; nothing of its secret. */
function signerOf({ config }: SimulatedEvse, { meter, meterClock }: EvseState): JsonObject {
  const signing = config.meter?.signing ?? null;
  if (signing === null) return {};
  return {
    signing: {
      method: signing.method,
      clock: clockState(signing.clock, meterClock),
      key: meter.key === null ? 'lost' : meter.formerKey === undefined ? 'good' : 'changed',
      condition: meter.failure === undefined ? 'good' : `failed: ${meter.failure}`,
      pagination: meter.pagination,
    },
  };
}
