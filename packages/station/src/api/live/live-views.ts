import type { LiveSource } from './live-source.ts';
import { SharedReadings } from './shared-readings.ts';
import { LiveView, type LiveRequest, type LiveViewDeps } from './live-view.ts';

/** So many people may look at once; each costs a connection and some work at every change. */
const MOST_VIEWS = 16;

/** The live views that are open, bounded in number and ended together. */
export class LiveViews {
  readonly #deps: LiveViewDeps;
  readonly #open = new Set<LiveView>();

  constructor(deps: Omit<LiveViewDeps, 'readings'>) {
    this.#deps = { ...deps, readings: new SharedReadings(deps) };
  }

  /** Where the messages are. */
  get source(): LiveSource {
    return this.#deps.source;
  }

  /** Opens a view; null when too many are open. */
  open(request: LiveRequest): ReadableStream<Uint8Array> | null {
    if (this.#open.size >= MOST_VIEWS) return null;
    const view: LiveView = new LiveView(this.#deps, request, () => this.#open.delete(view));
    this.#open.add(view);
    view.start();
    return view.readable;
  }

  /** Ends all of them. */
  close(): void {
    for (const view of this.#open) view.end();
  }
}
