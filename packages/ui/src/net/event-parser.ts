/** One event of a stream. */
export interface ReceivedEvent {
  readonly name: string;
  readonly data: string;
  readonly id: string | null;
}

/** Cuts the text of a `text/event-stream` into events, however it arrives in pieces (HTML standard 9.2.6). */
export class EventParser {
  #rest = '';

  /** Takes a piece and gives the events that are complete with it. */
  take(piece: string): readonly ReceivedEvent[] {
    const blocks = (this.#rest + piece).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.map(eventOf).filter((event) => event !== null);
  }
}

function eventOf(block: string): ReceivedEvent | null {
  const fields = block.split('\n').flatMap((line) => {
    const match = /^(event|data|id): ?(.*)$/.exec(line);
    return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
  });
  const data = fields.filter(([name]) => name === 'data').map(([, value]) => value);
  if (data.length === 0) return null;
  const find = (wanted: string): string | null => fields.find(([name]) => name === wanted)?.[1] ?? null;
  return { name: find('event') ?? 'message', data: data.join('\n'), id: find('id') };
}
