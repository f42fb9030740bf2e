import type { Fields } from '../status/data.ts';
import type { Route } from '../status/route.ts';
import type { RecordWords } from './record-words.ts';
import type { SessionFormat } from './session-format.ts';
import type { SessionTexts } from './session-texts.ts';
import type { StationApi } from '../status/station-api.ts';

/** What the views of records are made from. */
export interface RecordDeps {
  /** As the browser names it, such as `de-AT`. */
  readonly language: string;
  readonly words: SessionTexts;
  readonly recordWords: RecordWords;
}

/** What the views of a station's sessions are made from. */
export interface SessionsDeps extends RecordDeps {
  readonly api: StationApi;
  readonly station: string;
  readonly format: SessionFormat;
}

/** The routes whose views are loaded when the first one is opened. */
export type LaterRoute = Extract<Route, { readonly kind: 'sessions' | 'session' | 'verify' }>;

/** A view that is shown in place of a station. */
export interface OpenedView {
  readonly root: HTMLElement;
  /** Something changed at the station, whose whole state this is. */
  readonly refresh?: (station: Fields) => void;
}
