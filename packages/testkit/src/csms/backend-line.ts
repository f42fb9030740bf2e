import type { JsonObject } from '@kerbside/station';

/** One open connection of a station, as the core of a backend sees it: in memory or a real socket. */
export interface BackendLine {
  readonly identity: string;
  /** Counts the connections of the backend, from 1. */
  readonly connection: number;
  /** Sends a text as it stands. */
  send(text: string): void;
  /** Sends a CALL and waits for its answer. @throws TestkitError `call.…`, CallRefused */
  call(action: string, payload: JsonObject, options: LineCallOptions): Promise<JsonObject>;
  /** Close frame, then the end. */
  close(code: number, reason: string): void;
  /** The end of the TCP connection without a close frame. */
  destroy(): void;
  /** Neither reads nor answers any more, but keeps the connection. */
  halfOpen(): void;
  /** Lets pings of the station go unanswered. */
  ignorePings(): void;
}

/** How a CALL of the backend is sent. */
export interface LineCallOptions {
  readonly timeoutMs: number;
  /** Sends it even when it breaks the schema, and takes any answer. */
  readonly raw: boolean;
}

/** How a CALL of a station is to be answered. */
export type Reply =
  /** `scripted`: must leave as it is, even when it breaks the schema. */
  (
    | { readonly kind: 'result'; readonly payload: JsonObject; readonly scripted?: true }
    | { readonly kind: 'error'; readonly code: string; readonly description: string }
    | { readonly kind: 'none' }
  ) & {
    /** To be called when the answer has left. */
    readonly after?: () => void;
  };
