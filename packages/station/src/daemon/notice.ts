/** How much a notice matters; the levels of `log.level`. */
export type NoticeLevel = 'error' | 'warn' | 'info' | 'debug';

/** Something that the daemon has to say; it goes to the log. Without secrets. */
export interface Notice {
  readonly level: NoticeLevel;
  /** The part that speaks, such as `store` or `link`. */
  readonly area: string;
  readonly text: string;
  /** The station concerned. */
  readonly station?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Takes notices. */
export type Tell = (notice: Notice) => void;
