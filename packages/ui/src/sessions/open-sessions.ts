import type { LaterRoute, OpenedView } from './deps.ts';
import { recordWords } from './record-words.ts';
import { SessionFormat } from './session-format.ts';
import { sessionTexts } from './session-texts.ts';
import { SessionView } from './session-view.ts';
import { SessionsView } from './sessions-view.ts';
import { StationApi } from '../status/station-api.ts';
import { VerifyView } from './verify-view.ts';

/** Makes the view of a route; this file and what it imports are loaded when the first one is opened. */
export function openView(route: LaterRoute, language: string, token: string): OpenedView {
  const words = sessionTexts(language);
  const base = { language, words, recordWords: recordWords(language) };
  if (route.kind === 'verify') return new VerifyView(base);
  const { station } = route;
  const deps = { ...base, station, api: new StationApi(token, station), format: new SessionFormat(language, words) };
  return route.kind === 'session' ? new SessionView(deps, route.transaction) : new SessionsView(deps);
}
