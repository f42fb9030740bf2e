/** One connection that was lost, and how quiet it had been. */
export interface LinkLoss {
  /** How long no frame had gone either way before the end, or before the first question that nobody answered any more. */
  readonly silenceMs: number;
  /** The longest silence that this connection came out of before. */
  readonly survivedMs: number;
  /** Whether the end was told by the other side, or seen only because an answer or a pong did not come. */
  readonly noticed: 'closed' | 'unanswered';
}

/** A silence that the link, as it seems, does not survive. */
export interface SilencePattern {
  readonly seconds: number;
  readonly noticed: LinkLoss['noticed'];
  /** So many of the last `of` losses came after this silence. */
  readonly losses: number;
  readonly of: number;
  /** A keep-alive interval in seconds that would prevent them. */
  readonly advisedPingSeconds: number;
}

/** So many losses are looked at, and so many of them make a pattern. */
export const LOSSES_KEPT = 10;
const LEAST_LOSSES = 3;
/** Shorter silences are none: a connection that goes in the middle of a talk has another reason. */
const LEAST_SILENCE_MS = 5000;
/** The shortest keep-alive that can be set (parameters.md row 10). */
const SHORTEST_PING_SECONDS = 5;
/** How far losses of one cause lie apart; our pings, by which the unanswered ones are seen, wander by a tenth. */
const spread: Record<LinkLoss['noticed'], { readonly share: number; readonly leastMs: number }> = {
  closed: { share: 0.05, leastMs: 1500 },
  unanswered: { share: 0.12, leastMs: 1500 },
};

/**
 * Finds the silence after which the link always dies: at least three of the last ten losses close together, of connections that
 * never came out of one as long. `survivedNowMs` is the longest silence that the connection of this moment came out of.
 */
export function findSilencePattern(losses: readonly LinkLoss[], survivedNowMs: number): SilencePattern | null {
  const recent = losses.slice(-LOSSES_KEPT);
  const found = (['closed', 'unanswered'] as const)
    .map((noticed) =>
      largestGroup(
        recent.filter((loss) => loss.noticed === noticed),
        noticed,
      ),
    )
    .filter((group) => group.length >= LEAST_LOSSES)
    .toSorted((one, other) => other.length - one.length)
    .find((group) => isFatal(group, survivedNowMs));
  if (found === undefined) return null;
  const [first] = found;
  if (first === undefined) return null;
  const seconds = Math.round(first.silenceMs / 1000);
  // Of an unanswered question only that the limit lies below is known, not how far.
  const share = first.noticed === 'closed' ? 0.8 : 0.5;
  const advisedPingSeconds = Math.max(SHORTEST_PING_SECONDS, Math.floor(seconds * share));
  return { seconds, noticed: first.noticed, losses: found.length, of: recent.length, advisedPingSeconds };
}

/** The most losses that lie close together, the shortest silence first. */
function largestGroup(losses: readonly LinkLoss[], noticed: LinkLoss['noticed']): readonly LinkLoss[] {
  const { share, leastMs } = spread[noticed];
  const sorted = losses
    .filter(({ silenceMs }) => silenceMs >= LEAST_SILENCE_MS)
    .toSorted((one, other) => one.silenceMs - other.silenceMs);
  let best: readonly LinkLoss[] = [];
  for (const [index, { silenceMs }] of sorted.entries()) {
    const longest = silenceMs + Math.max(leastMs, silenceMs * share);
    const group = sorted.slice(index).filter((loss) => loss.silenceMs <= longest);
    if (group.length > best.length) best = group;
  }
  return best;
}

/** A silence that was survived before is not what kills. */
function isFatal(group: readonly LinkLoss[], survivedNowMs: number): boolean {
  const shortestMs = group[0]?.silenceMs ?? 0;
  return Math.max(survivedNowMs, ...group.map(({ survivedMs }) => survivedMs)) < shortestMs;
}

/** The pattern in a sentence for people. */
export function silenceSentence({ seconds, noticed, losses, of }: SilencePattern): string {
  const often = `(${losses} of the last ${of} losses)`;
  return noticed === 'closed'
    ? `The link always dies ${seconds} s after the last frame ${often}: something on the way, such as a proxy, ends idle connections.`
    : `The link does not survive ${seconds} s without a frame ${often}: what is sent after that is never answered, as if something on the way, such as a router, forgot the connection.`;
}

/** What to do about it. `keepAliveMs`: the keep-alive in force, 0 = off. */
export function silenceRemedy({ seconds, noticed, advisedPingSeconds }: SilencePattern, keepAliveMs: number): string {
  const prevented = noticed === 'closed' && keepAliveMs > 0 && keepAliveMs < seconds * 1000;
  if (prevented)
    return `The keep-alive of ${keepAliveMs / 1000} s, which is set now, should prevent it; nothing to do.`;
  return `Set WebSocketPingInterval (backend.keepAliveInterval) below ${seconds}, such as ${advisedPingSeconds}.`;
}
