import { readFileSync } from 'node:fs';

import { createSystemTime, isRecord, type JsonObject } from '@kerbside/station';

import { simulateAt } from '../../../packages/station/src/drivers/process/driver-client.ts';

/** One charging point as the hardware shows it. */
export interface SeenEvse {
  readonly id: number;
  readonly plugged: boolean;
  readonly contactorClosed: boolean;
  /** A transaction is open in the meter. */
  readonly meterOpen: boolean;
  /** The register of the meter. */
  readonly wattHours: number;
}

/** A transaction in the meter's own memory: the truth about its energy. */
export interface MeterTransaction {
  readonly transaction: string;
  readonly evse: number;
  readonly idToken: string;
  readonly beginWh: number;
  /** Null: still open. */
  readonly endWh: number | null;
}

const time = createSystemTime();

/** Does something at the hardware. Rejects with what it refuses. */
export function simulate(socketPath: string, action: JsonObject): Promise<JsonObject> {
  return simulateAt({ socketPath, time }, action);
}

/** Looks at all charging points. */
export async function look(socketPath: string): Promise<readonly SeenEvse[]> {
  const { evses } = await simulate(socketPath, { action: 'state' });
  return listOf(evses).map((evse) => {
    const meter = recordOf(evse['meter']);
    return {
      id: Number(evse['evse']),
      plugged: evse['plugged'] === true,
      contactorClosed: evse['contactor'] === 'closed',
      meterOpen: typeof meter['openTransaction'] === 'string',
      wattHours: Number(meter['energyWh']),
    };
  });
}

/** Reads what the meters remember, oldest first, from the file in which the simulator keeps its state. */
export function meterTransactions(stateFile: string): readonly MeterTransaction[] {
  const image = recordOf(JSON.parse(readFileSync(stateFile, 'utf8')));
  return listOf(image['evses']).flatMap((evse) =>
    listOf(recordOf(evse['meter'])['transactions']).map((one) => ({
      transaction: String(one['transaction']),
      evse: Number(evse['id']),
      idToken: String(one['idToken']),
      beginWh: registerOf(one['begin']),
      endWh: one['end'] === null ? null : registerOf(one['end']),
    })),
  );
}

function registerOf(boundary: unknown): number {
  return Number(recordOf(recordOf(boundary)['reading'])['energyImportWh']);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
