import type { Fields } from './data.ts';
import type { RecordWords } from './record-words.ts';
import type { SessionApi } from './session-api.ts';
import type { SessionFormat } from './session-format.ts';
import type { SessionTexts } from './session-texts.ts';

/** What the views of records are made from. */
export interface RecordDeps {
  /** As the browser names it, such as `de-AT`. */
  readonly language: string;
  readonly words: SessionTexts;
  readonly recordWords: RecordWords;
}

/** What the views of a station's sessions are made from. */
export interface SessionsDeps extends RecordDeps {
  readonly api: SessionApi;
  readonly station: string;
  readonly format: SessionFormat;
}

/** A view that is made from the elements of the page itself. */
export interface OpenedView {
  readonly root: HTMLElement;
  /** Something changed at the station, whose whole state this is. */
  readonly refresh?: (station: Fields) => void;
}
