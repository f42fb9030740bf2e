import type { JSX } from 'preact';

import { language } from '../../words/language.ts';
import { Mounted } from './mounted.tsx';
import { recordWords } from './record-words.ts';
import { sessionTexts } from './session-texts.ts';
import { VerifyView } from './verify-view.ts';

/** Judges a record that somebody brings along; no station is asked, and nobody has to sign in. */
export function VerifyPage(): JSX.Element {
  const spoken = language.value;
  const make = (): VerifyView =>
    new VerifyView({ language: spoken, words: sessionTexts(spoken), recordWords: recordWords(spoken) });
  return <Mounted make={make} of={spoken} />;
}
