import type { LinkMachine } from './link-machine-types.ts';
import type { LinkState } from './link-state.ts';

/** The machine's state as it is shown to people. `wallOf` turns monotonic into wall milliseconds. */
export function viewOf(machine: LinkMachine, wallOf: (monotonicMs: number) => number): LinkState {
  const { phase, reason, failures, rules } = machine;
  const common = { sinceMs: wallOf(machine.sinceMs), reason };
  switch (phase.kind) {
    case 'stopped':
    case 'disabled':
      return { kind: 'disabled', ...common };
    case 'waitingForBearer':
      return { kind: 'waitingForBearer', ...common };
    case 'connecting':
      return { kind: 'connecting', ...common, stage: phase.stage, attempt: failures + 1, url: phase.url };
    case 'open':
      return { kind: 'open', ...common, subProtocol: phase.subProtocol, url: phase.url };
    case 'backingOff':
      return { kind: 'backingOff', ...common, attempt: failures, nextDueMs: wallOf(phase.dueMs) };
    case 'ending':
      // The old socket is still being closed: what follows is shown already, as nothing can be sent any more.
      if (!machine.started || rules.target === null) return { kind: 'disabled', ...common };
      if (machine.bearer === null) return { kind: 'waitingForBearer', ...common };
      return {
        kind: 'backingOff',
        ...common,
        // An attempt that took too long is counted when its end is certain.
        attempt: phase.what === 'attempt' && phase.counts ? failures + 1 : failures,
        nextDueMs: wallOf(Math.max(machine.sinceMs, machine.dueMs)),
      };
  }
}
