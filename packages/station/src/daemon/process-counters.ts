import type { StationEvent } from '../station/station-events.ts';
import type { MetricFamily, Sample } from '../integrations/prometheus/exposition.ts';

/** Upper bounds of the buckets of answers, in seconds. */
const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** So many different actions have counters of their own; what a backend invents beyond that is counted as `other`. */
const MOST_ACTIONS = 120;

interface Durations {
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** What has happened in the process since its start, counted as it happens; a few additions for each event. */
export class ProcessCounters {
  readonly #messages = new Map<string, number>();
  readonly #durations = new Map<string, Durations>();
  readonly #links = new Map<string, number>();
  readonly #transactions = new Map<string, number>();
  readonly #actions = new Set<string>();
  #problems = 0;
  #mishaps = 0;

  take(event: StationEvent): void {
    if (event.type === 'wire') this.#wire(event.event);
    else if (event.type === 'link') add(this.#links, event.state.kind);
    else if (event.type === 'transaction') add(this.#transactions, event.event);
    else if (event.type === 'problem') this.#problems++;
  }

  /** The families of what is counted. */
  families(): readonly MetricFamily[] {
    return [
      counter('kerbside_messages_total', 'OCPP messages by direction, action and kind.', this.#messageSamples()),
      counter('kerbside_message_mishaps_total', 'Messages that could not be understood, or whose answer was lost.', [
        { labels: {}, value: this.#mishaps },
      ]),
      {
        name: 'kerbside_call_duration_seconds',
        help: 'Time between a CALL of a station and its answer.',
        type: 'histogram',
        samples: [...this.#durations].flatMap(([action, durations]) => histogram(action, durations)),
      },
      counter(
        'kerbside_link_changes_total',
        'Changes of links to backends by the state that was reached.',
        labelled(this.#links, 'state'),
      ),
      counter(
        'kerbside_transactions_total',
        'Transactions that were started and ended.',
        labelled(this.#transactions, 'event'),
      ),
      counter('kerbside_problems_total', 'Problems that were told in the log.', [
        { labels: {}, value: this.#problems },
      ]),
    ];
  }

  #wire(wire: Extract<StationEvent, { readonly type: 'wire' }>['event']): void {
    if (wire.kind === 'mishap') {
      this.#mishaps++;
      return;
    }
    const action = this.#known(wire.action ?? '');
    add(this.#messages, `${wire.direction} ${wire.messageType} ${action}`);
    if (wire.latencyMs !== null) this.#duration(action, wire.latencyMs / 1_000);
  }

  #known(action: string): string {
    if (this.#actions.has(action)) return action;
    if (this.#actions.size >= MOST_ACTIONS || !/^[A-Za-z0-9]{0,50}$/.test(action)) return 'other';
    this.#actions.add(action);
    return action;
  }

  #duration(action: string, seconds: number): void {
    const durations = this.#durations.get(action) ?? { buckets: bounds.map(() => 0), sum: 0, count: 0 };
    this.#durations.set(action, durations);
    bounds.forEach((bound, index) => {
      if (seconds <= bound) durations.buckets[index] = (durations.buckets[index] ?? 0) + 1;
    });
    durations.sum += seconds;
    durations.count++;
  }

  #messageSamples(): readonly Sample[] {
    return [...this.#messages].map(([key, value]) => {
      const [direction = '', kind = '', action = ''] = key.split(' ');
      return { labels: { direction, kind, action }, value };
    });
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name, help, type: 'counter', samples };
}

function labelled(counts: ReadonlyMap<string, number>, label: string): readonly Sample[] {
  return [...counts].map(([key, value]) => ({ labels: { [label]: key }, value }));
}

function histogram(action: string, { buckets, sum, count }: Durations): readonly Sample[] {
  return [
    ...bounds.map((le, index) => ({ labels: { action, le }, value: buckets[index] ?? 0, suffix: '_bucket' as const })),
    { labels: { action, le: '+Inf' }, value: count, suffix: '_bucket' },
    { labels: { action }, value: sum, suffix: '_sum' },
    { labels: { action }, value: count, suffix: '_count' },
  ];
}
