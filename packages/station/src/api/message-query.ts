import type { LiveMessage } from './live/live-source.ts';

/** Which messages somebody wants to see; what is left out is not asked. */
export interface MessageFilter {
  readonly actions?: readonly string[];
  readonly direction?: 'in' | 'out';
  readonly kinds?: readonly LiveMessage['kind'][];
  /** Stands anywhere in the text or the action, in any letter case. */
  readonly text?: string;
  /** Wall ms, both included. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly connector?: number;
  /** Only those with a problem. */
  readonly problems?: boolean;
}

/** A page: the last ones before a number, or the first ones after one. */
export interface MessagePage {
  readonly before?: number;
  readonly after?: number;
  readonly limit: number;
}

/** What was found, oldest first, and whether there is more in the direction of the page. */
export interface FoundMessages {
  readonly messages: readonly LiveMessage[];
  readonly more: boolean;
}

/** Whether a message is wanted. */
export function isWanted(message: LiveMessage, filter: MessageFilter): boolean {
  const { actions, direction, kinds, text, fromMs, toMs, connector, problems } = filter;
  if (actions !== undefined && !actions.includes(message.action ?? '')) return false;
  if (direction !== undefined && message.direction !== direction) return false;
  if (kinds !== undefined && !kinds.includes(message.kind)) return false;
  if (fromMs !== undefined && message.atMs < fromMs) return false;
  if (toMs !== undefined && message.atMs > toMs) return false;
  if (connector !== undefined && message.connector !== connector) return false;
  if (problems === true && message.problem === null) return false;
  if (text === undefined || text === '') return true;
  const wanted = text.toLowerCase();
  return message.text.toLowerCase().includes(wanted) || (message.action ?? '').toLowerCase().includes(wanted);
}

/** One page of the wanted messages out of all, which are in the order of their numbers. */
export function findMessages(all: Iterable<LiveMessage>, filter: MessageFilter, page: MessagePage): FoundMessages {
  const { before, after, limit } = page;
  const found: LiveMessage[] = [];
  for (const message of all) {
    if (after !== undefined && message.seq <= after) continue;
    if (before !== undefined && message.seq >= before) break;
    if (!isWanted(message, filter)) continue;
    found.push(message);
    // Forwards one more than the page tells that there is more.
    if (after !== undefined && before === undefined && found.length > limit) break;
  }
  const more = found.length > limit;
  const messages = after !== undefined && before === undefined ? found.slice(0, limit) : found.slice(-limit);
  return { messages, more };
}
