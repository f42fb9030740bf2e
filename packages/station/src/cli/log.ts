import type { Notice, NoticeLevel } from '../daemon/notice.ts';

const ranks: Readonly<Record<NoticeLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };
const marks: Readonly<Record<NoticeLevel, string>> = { error: 'ERROR', warn: 'WARN ', info: '     ', debug: 'debug' };

/** What a log is made from. */
export interface LogOptions {
  readonly out: (text: string) => void;
  /** Lines for people; otherwise one JSON object a line. */
  readonly pretty: boolean;
  readonly level: NoticeLevel;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Writes a notice, if its level is wanted. */
export type Log = (notice: Notice) => void;

/** Makes the daemon's log. Secrets were masked where the notice came from. */
export function createLog(options: LogOptions): Log {
  const { out, pretty, nowMs } = options;
  return (notice) => {
    if (ranks[notice.level] > ranks[options.level]) return;
    out(pretty ? prettyLine(notice, nowMs()) : jsonLine(notice, nowMs()));
  };
}

function jsonLine({ level, area, text, station, fields }: Notice, wallMs: number): string {
  return `${JSON.stringify({ time: new Date(wallMs).toISOString(), level, area, station, text, ...fields })}\n`;
}

function prettyLine({ level, area, text, station }: Notice, wallMs: number): string {
  const time = new Date(wallMs).toISOString().slice(11, 23);
  const place = station === undefined ? area : `${station} ${area}`;
  return `${time} ${marks[level]} ${place}: ${withoutControls(text)}\n`;
}

/** What comes from the wire must not move the cursor or colour the terminal. */
function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
