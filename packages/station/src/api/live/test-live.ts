import type { LiveChange, LiveMessage, LiveSource } from './live-source.ts';

/** A source of live changes that a test makes. */
export interface TestLive extends LiveSource {
  /** How many listen. */
  readonly listeners: number;
  change(station: string): void;
  message(station: string, text: string): void;
}

/** Makes a source that remembers every message. */
export function createTestLive(epoch = 'e1'): TestLive {
  const listeners = new Set<(change: LiveChange) => void>();
  const messages: LiveMessage[] = [];
  const tell = (change: LiveChange): void => {
    for (const listener of listeners) listener(change);
  };
  return {
    epoch,
    get listeners() {
      return listeners.size;
    },
    messages: (station, afterSeq) =>
      messages.filter((message) => message.station === station && message.seq > (afterSeq ?? 0)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: (station) => tell({ kind: 'state', station }),
    message: (station, text) => {
      const common = {
        atMs: 5,
        direction: 'out',
        kind: 'call',
        action: 'Heartbeat',
        id: 'm',
        latencyMs: null,
        connector: null,
        problem: null,
        answerTo: null,
      } as const;
      const message: LiveMessage = { ...common, seq: messages.length + 1, station, text };
      messages.push(message);
      tell({ kind: 'message', message });
    },
  };
}
