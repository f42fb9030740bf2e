import { encodeFrame, type Frame } from './frames.ts';
import type { RpcEvent } from './rpc-events.ts';

/** Carries text frames to the other end, in the order of the calls; may throw when the link is gone. */
export interface RpcTransport {
  send(text: string): void;
}

/** The way out that own calls and answers share: encodes, reports and hands over frames, and never throws. */
export class RpcLine {
  readonly #transport: RpcTransport;
  readonly #onEvent: ((event: RpcEvent) => void) | undefined;

  constructor(transport: RpcTransport, onEvent: ((event: RpcEvent) => void) | undefined) {
    this.#transport = transport;
    this.#onEvent = onEvent;
  }

  /** Whether anybody listens; spares the hot path events that nobody reads. */
  get observed(): boolean {
    return this.#onEvent !== undefined;
  }

  /** Tells the owner what happened; an owner that throws here must not stop a charge, so that is ignored. */
  report(event: RpcEvent): void {
    try {
      this.#onEvent?.(event);
    } catch {
      // There is nobody left to tell.
    }
  }

  /** Hands a frame to the transport; `false` when that failed, which has been reported. */
  send(frame: Frame, action: string | undefined, latencyMs?: number): boolean {
    try {
      const text = encodeFrame(frame);
      if (this.observed) {
        const common = { kind: 'frame', direction: 'out', text, frame, action } as const;
        this.report(latencyMs === undefined ? common : { ...common, latencyMs });
      }
      this.#transport.send(text);
      return true;
    } catch (cause) {
      this.report({ kind: 'sendFailed', id: frame.id, cause });
      return false;
    }
  }
}
