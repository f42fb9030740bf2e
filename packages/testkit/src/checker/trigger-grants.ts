import type { JsonObject } from '@kerbside/station';

import { say } from '../say.ts';
import type { StationCall, WireEvent } from './wire-event.ts';

interface Grant {
  readonly actions: readonly string[];
  readonly connectorId: unknown;
  /** Connectors, or `undefined` for messages without one, for which it was used. */
  readonly used: Set<unknown>;
  readonly atMs: number;
}

/** A trigger that was not obeyed within this time is forgotten. */
const lifeMs = 60_000;

/** Messages whose name differs from what triggers them (S-08, S-21). */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  FirmwareStatusNotification: ['FirmwareStatusNotification', 'SignedFirmwareStatusNotification'],
  SignChargePointCertificate: ['SignCertificate'],
};

/** Which messages the backend has triggered and the station has agreed to send (TR-01, TR-02). */
export class TriggerGrants {
  #grants: Grant[] = [];

  see(event: WireEvent): void {
    if (event.kind === 'closed') this.#grants = [];
    if (event.kind !== 'stationAnswer' || event.answer.outcome !== 'result') return;
    const { call, payload } = event.answer;
    const triggers = call?.action === 'TriggerMessage' || call?.action === 'ExtendedTriggerMessage';
    if (call !== undefined && triggers && isAccepted(payload)) this.#grant(call.payload, event.atMs);
  }

  /** Whether a message was triggered; each trigger serves once per connector. */
  take({ action, payload, record }: StationCall): boolean {
    this.#grants = this.#grants.filter(({ atMs }) => record.atMs - atMs < lifeMs);
    const connectorId = payload['connectorId'];
    const grant = this.#grants.find(
      (one) =>
        one.actions.includes(action) &&
        (one.connectorId === undefined || connectorId === undefined || one.connectorId === connectorId) &&
        !one.used.has(connectorId),
    );
    grant?.used.add(connectorId);
    return grant !== undefined;
  }

  #grant({ requestedMessage, connectorId }: JsonObject, atMs: number): void {
    const name = say(requestedMessage);
    this.#grants.push({ actions: otherNames[name] ?? [name], connectorId, used: new Set(), atMs });
  }
}

function isAccepted(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'status' in payload && payload.status === 'Accepted';
}
