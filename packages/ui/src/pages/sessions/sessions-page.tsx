import type { JSX } from 'preact';

import { route } from '../../app/route.ts';
import type { PageProps } from '../../app/page-props.ts';
import { language } from '../../words/language.ts';
import type { SessionsDeps } from './deps.ts';
import { Mounted } from './mounted.tsx';
import { recordWords } from './record-words.ts';
import { SessionApi } from './session-api.ts';
import { SessionFormat } from './session-format.ts';
import { sessionTexts } from './session-texts.ts';
import { SessionView } from './session-view.ts';
import { SessionsView } from './sessions-view.ts';

/** The sessions of a station, or one of them with its signed records. */
export function SessionsPage({ station }: PageProps): JSX.Element {
  const [transaction] = route.value.rest;
  const spoken = language.value;
  const make = (): SessionsView | SessionView => {
    const words = sessionTexts(spoken);
    const deps: SessionsDeps = {
      language: spoken,
      words,
      recordWords: recordWords(spoken),
      station,
      api: new SessionApi(station),
      format: new SessionFormat(spoken === 'en' ? 'en-GB' : 'de-DE', words),
    };
    return transaction === undefined ? new SessionsView(deps) : new SessionView(deps, transaction);
  };
  return <Mounted make={make} of={`${spoken} ${station} ${transaction ?? ''}`} />;
}
