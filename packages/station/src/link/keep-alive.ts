import type { LinkEffect, LinkRules, Moment, OpenPhase } from './link-machine-types.ts';

/** A pong is never waited for longer than this (parameters.md row 8). */
const LONGEST_PONG_MS = 20_000;
/** The ping interval is shortened by up to this share, so that the pings of a fleet spread out (row 10). */
const JITTER = 0.1;

/** What the keep-alive decided about the live socket. Of its two timers exactly one runs while it is on, none while off. */
export interface Decision {
  readonly phase: OpenPhase;
  readonly effects: readonly LinkEffect[];
}

/** The socket opened, or the interval or the communication timeout changed. */
export function onChange(phase: OpenPhase, rules: LinkRules, moment: Moment): Decision {
  if (rules.keepAliveMs === 0) {
    const effects: LinkEffect[] = [
      { type: 'cancel', timer: 'ping' },
      { type: 'cancel', timer: 'pong' },
    ];
    return { phase: { ...phase, pingSentMs: null, nextPingMs: null }, effects };
  }
  const nextPingMs = moment.nowMs + intervalMs(rules, moment);
  const changed = { ...phase, nextPingMs };
  if (phase.pingSentMs === null) return { phase: changed, effects: [arm('ping', nextPingMs - moment.nowMs)] };
  const restMs = phase.pingSentMs + pongDeadlineMs(rules) - moment.nowMs;
  return { phase: changed, effects: [arm('pong', restMs)] };
}

/** It is time for a ping: its pong has a deadline, and the next ping waits for the pong. */
export function onPingDue(phase: OpenPhase, rules: LinkRules, moment: Moment): Decision {
  const nextPingMs = moment.nowMs + intervalMs(rules, moment);
  return {
    phase: { ...phase, pingSentMs: moment.nowMs, nextPingMs },
    effects: [{ type: 'ping' }, arm('pong', pongDeadlineMs(rules))],
  };
}

/** A pong arrived; one that nobody waits for is ignored. */
export function onPong(phase: OpenPhase, nowMs: number): Decision {
  if (phase.pingSentMs === null || phase.nextPingMs === null) return { phase, effects: [] };
  return {
    phase: { ...phase, pingSentMs: null },
    effects: [{ type: 'cancel', timer: 'pong' }, arm('ping', phase.nextPingMs - nowMs)],
  };
}

/** A pong is due within the smallest of 20 s, the keep-alive interval and the communication timeout (row 8). */
function pongDeadlineMs(rules: LinkRules): number {
  return Math.min(LONGEST_PONG_MS, rules.keepAliveMs, rules.communicationTimeoutMs);
}

function intervalMs(rules: LinkRules, moment: Moment): number {
  return rules.keepAliveMs * (1 - JITTER * moment.chance);
}

function arm(timer: 'ping' | 'pong', delayMs: number): LinkEffect {
  return { type: 'arm', timer, delayMs: Math.max(0, delayMs) };
}
