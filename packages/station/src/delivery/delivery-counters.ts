import type { DeliveryCounters, DeliveryEvent } from './delivery-events.ts';

export const noCounts: DeliveryCounters = {
  enqueued: 0,
  transmitted: 0,
  delivered: 0,
  refused: 0,
  unanswered: 0,
  cut: 0,
  parked: 0,
  dropped: 0,
  thinned: 0,
};

/** The counters after one more event; events that are not counted change nothing. */
export function counted(counters: DeliveryCounters, event: DeliveryEvent): DeliveryCounters {
  const { kind } = event;
  if (!(kind in counters)) return counters;
  const counter = kind as keyof DeliveryCounters;
  return { ...counters, [counter]: counters[counter] + 1 };
}
