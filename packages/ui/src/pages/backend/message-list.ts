import type { MessageShape } from '../../net/shapes.ts';

/** What a person chose to see. */
export interface MessageChoice {
  readonly text: string;
  readonly direction: 'all' | 'in' | 'out';
  readonly kind: 'all' | 'call' | 'answer' | 'problem';
  /** '' = all. */
  readonly connector: string;
}

/** What is asked of the daemon for a choice, behind `/messages`. */
export function queryOf(
  choice: MessageChoice,
  page: { readonly before?: number; readonly limit?: number } = {},
): string {
  const query = new URLSearchParams();
  if (choice.text.trim() !== '') query.set('text', choice.text.trim());
  if (choice.direction !== 'all') query.set('direction', choice.direction);
  if (choice.kind === 'call') query.set('kind', 'call');
  if (choice.kind === 'answer') query.set('kind', 'callResult,callError');
  if (choice.kind === 'problem') query.set('problems', 'true');
  if (choice.connector !== '') query.set('connector', choice.connector);
  if (page.before !== undefined) query.set('before', String(page.before));
  if (page.limit !== undefined) query.set('limit', String(page.limit));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** Whether a message that has just come belongs to the choice; the daemon judges older ones by the same rules. */
export function belongs(message: MessageShape, choice: MessageChoice): boolean {
  const { text, direction, kind, connector } = choice;
  if (direction !== 'all' && message.direction !== direction) return false;
  if (kind === 'call' && message.kind !== 'call') return false;
  if (kind === 'answer' && message.kind !== 'callResult' && message.kind !== 'callError') return false;
  if (kind === 'problem' && message.problem === null) return false;
  if (connector !== '' && message.connector !== Number(connector)) return false;
  const wanted = text.trim().toLowerCase();
  return `${message.text} ${message.action ?? ''}`.toLowerCase().includes(wanted);
}

/** Puts messages together, each once, the newest first. */
export function merged(known: readonly MessageShape[], more: readonly MessageShape[]): readonly MessageShape[] {
  const [newest] = known;
  // What comes live is newer than all that is known: that needs no sorting.
  if (more.length === 1 && newest !== undefined && (more[0]?.seq ?? 0) > newest.seq) return [...more, ...known];
  const bySeq = new Map([...known, ...more].map((message) => [message.seq, message]));
  return [...bySeq.values()].toSorted((first, second) => second.seq - first.seq);
}

/** A frame with line breaks, so that a person can read it; what is no JSON stays as it is. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What a frame carries, in a line: its payload without what every frame has. */
export function payloadOf(text: string): string {
  try {
    const frame: unknown = JSON.parse(text);
    const payload: unknown = Array.isArray(frame) ? frame.findLast((part) => typeof part === 'object') : undefined;
    return payload === undefined ? text : JSON.stringify(payload);
  } catch {
    return text;
  }
}

/** The rows of a long list that can be seen, with some more on both sides. */
export function visibleRows(
  count: number,
  view: { readonly top: number; readonly height: number; readonly row: number },
): { readonly from: number; readonly to: number } {
  const spare = 8;
  const from = Math.max(0, Math.min(count, Math.floor(view.top / view.row) - spare));
  const to = Math.min(count, Math.ceil((view.top + view.height) / view.row) + spare);
  return { from, to: Math.max(from, to) };
}
