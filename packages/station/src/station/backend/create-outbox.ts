import type { DeliveryEvent } from '../../delivery/delivery-events.ts';
import type { OptionalActions } from '../../delivery/optional-actions.ts';
import { Outbox } from '../../delivery/outbox.ts';
import type { LegalBlocks } from '../eichrecht/legal-blocks.ts';
import type { StationArchives } from '../eichrecht/station-archives.ts';
import type { SecurityEvents } from '../security/security-events.ts';
import type { StationDeps } from '../station-deps.ts';
import type { BackendAnswers } from './backend-answers.ts';
import { deliverySettings } from './delivery-settings.ts';
import type { EndpointKeeper } from './endpoint-keeper.ts';

/** Who else has to do with what is delivered; each is asked for when it is needed, because some are made later. */
export interface OutboxNeighbours {
  readonly optional: OptionalActions;
  readonly securityEvents: SecurityEvents;
  readonly archives: StationArchives;
  readonly blocks: LegalBlocks;
  readonly endpoint: EndpointKeeper;
  readonly answers: BackendAnswers;
}

/** Composes the outbox of a station. */
export function createOutbox(
  deps: StationDeps,
  parts: OutboxNeighbours,
  onDelivery: (event: DeliveryEvent) => void,
): Outbox {
  const { name: station, store, time, clock, random, params } = deps;
  return new Outbox({
    station,
    store,
    time,
    clock,
    random,
    settings: deliverySettings(params),
    optional: parts.optional,
    onDelivered: (fact) => [...parts.securityEvents.confirmed(fact), ...parts.archives.confirmed(fact)],
    afterDelivered: (fact, answer) => {
      parts.archives.delivered(fact);
      parts.endpoint.idleChanged();
      parts.answers.delivered(fact, answer);
    },
    onEvent: (event) => {
      parts.archives.left(event);
      parts.blocks.delivery(event);
      onDelivery(event);
    },
  });
}
