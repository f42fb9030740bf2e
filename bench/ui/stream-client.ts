/** What a page does that shows the list of stations: follows the events, and remembers the last summary of each. */
export class StreamClient {
  /** The last summary of each station, as the text that came. */
  readonly summaries: Map<string, string> = new Map();
  bytes = 0;
  readonly #begun = performance.now();
  readonly #over = new AbortController();
  readonly #waiting = new Set<() => void>();

  constructor(base: string, token: string) {
    // A stream that ends too early shows as a condition that is never met.
    this.#follow(base, token).catch(() => undefined);
  }

  /** Resolves when the summaries are as wanted; with the time since the client began, in ms. Rejects after half a minute. */
  async until(isSo: (summaries: ReadonlyMap<string, string>) => boolean): Promise<number> {
    const met = Promise.withResolvers<void>();
    const look = (): void => {
      if (isSo(this.summaries)) met.resolve();
    };
    const timer = setTimeout(() => met.reject(new Error('The list did not become as it should.')), 30_000);
    this.#waiting.add(look);
    look();
    try {
      await met.promise;
      return performance.now() - this.#begun;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  close(): void {
    this.#over.abort();
  }

  async #follow(base: string, token: string): Promise<void> {
    const response = await fetch(`${base}/api/v1/events`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: this.#over.signal,
    });
    const decoder = new TextDecoder();
    let rest = '';
    for await (const piece of response.body ?? []) {
      this.bytes += piece.length;
      const blocks = (rest + decoder.decode(piece, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
      for (const look of this.#waiting) look();
    }
  }

  #take(block: string): void {
    const data = /^event: summary\ndata: (.*)$/m.exec(block)?.[1];
    if (data === undefined) return;
    const { name } = JSON.parse(data) as { readonly name: string };
    this.summaries.set(name, data);
  }
}
