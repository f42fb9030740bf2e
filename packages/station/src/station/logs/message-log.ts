import type { WireEvent } from '../../dialects/dialect.ts';

/** One frame that was seen; its text is redacted. */
export interface SeenFrame {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly text: string;
}

const longestText = 2000;

/** The last frames of the link, for the diagnostics log. */
export class MessageLog {
  readonly #size: number;
  #frames: SeenFrame[] = [];

  /** @param size how many frames are kept; 0 keeps none */
  constructor(size: number) {
    this.#size = size;
  }

  get frames(): readonly SeenFrame[] {
    return this.#frames;
  }

  note(event: WireEvent, atMs: number): void {
    if (this.#size === 0 || event.kind !== 'frame') return;
    this.#frames.push({ atMs, direction: event.direction, text: event.text.slice(0, longestText) });
    if (this.#frames.length >= this.#size * 2) this.#frames = this.#frames.slice(-this.#size);
  }
}
