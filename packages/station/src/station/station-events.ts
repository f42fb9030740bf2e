import { channel } from 'node:diagnostics_channel';

import type { DeliveryEvent } from '../delivery/delivery-events.ts';
import type { StatusReport } from '../delivery/session.ts';
import type { WireEvent } from '../dialects/dialect.ts';
import type { LinkState } from '../link/link-state.ts';
import type { BearerState } from './backend/bearer-keeper.ts';

/** Everything that can be observed of a station; logs, metrics, live views and tests are subscribers. Secrets are masked. */
export type StationEventBody =
  | { readonly type: 'wire'; readonly event: WireEvent }
  | { readonly type: 'link'; readonly state: LinkState }
  | { readonly type: 'bearer'; readonly state: BearerState }
  | { readonly type: 'registration'; readonly state: string }
  | { readonly type: 'status'; readonly report: StatusReport }
  | {
      readonly type: 'transaction';
      readonly evse: number;
      readonly event: 'started' | 'ended';
      readonly transaction: string;
    }
  | { readonly type: 'delivery'; readonly event: DeliveryEvent }
  | { readonly type: 'parameters'; readonly changed: readonly string[] }
  | { readonly type: 'endpoint'; readonly event: string; readonly detail: string }
  | { readonly type: 'clock'; readonly jumpMs: number }
  | { readonly type: 'store'; readonly health: string; readonly detail: string }
  | {
      readonly type: 'lifecycle';
      readonly event: 'starting' | 'started' | 'stopping' | 'resetting' | 'restarting';
      readonly detail: string;
    }
  /** Calibration law: a connector is blocked or not any more, or signed data could not be delivered; EVSE 0 is the station. */
  | {
      readonly type: 'eichrecht';
      readonly event: 'blocked' | 'released' | 'undelivered';
      readonly evse: number;
      readonly cause: string;
      readonly detail: string;
    }
  /** Recorded in the security log. */
  | { readonly type: 'security'; readonly event: string; readonly detail: string }
  | { readonly type: 'problem'; readonly text: string };

/** An event with its station and its time. */
export type StationEvent = StationEventBody & { readonly station: string; readonly atMs: number };

/** The channel on which all stations of the process publish (`node:diagnostics_channel`). */
const stationEvents: ReturnType<typeof channel> = channel('kerbside:station');

/** Publishes an event; costs next to nothing while nobody listens. */
export function publishStationEvent(event: StationEvent): void {
  if (stationEvents.hasSubscribers) stationEvents.publish(event);
}

/** Listens to the events of all stations. Returns the way to stop. */
export function onStationEvent(listener: (event: StationEvent) => void): () => void {
  const subscriber = (message: unknown): void => listener(message as StationEvent);
  stationEvents.subscribe(subscriber);
  return () => {
    stationEvents.unsubscribe(subscriber);
  };
}
