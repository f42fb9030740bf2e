import { readPublicKey, type Verdict } from '@kerbside/ocmf';

import type { SessionTexts } from './session-texts.ts';
import type { ChosenKey } from './signed-text.ts';

/** A check and the keys that there are. */
export interface KeysOfCheck {
  readonly chosen: ChosenKey;
  readonly verdict: Pick<Verdict, 'signature'>;
  readonly ofRecord: string | null;
  readonly ofMeter: string | null;
}

/** What is to be known about the key of a check: what it proves, and whether it is still the meter's. */
export function keyNotes(keys: KeysOfCheck, words: SessionTexts): readonly string[] {
  const { chosen, verdict, ofRecord, ofMeter } = keys;
  const isProven = verdict.signature === 'valid';
  switch (chosen.from) {
    case 'typed':
      return [words.keyTyped];
    case 'record':
      return [
        ...(isProven ? [words.keyIntegrity] : []),
        ...(ofMeter === null ? [] : [sameKey(ofRecord, ofMeter) ? words.keySame : words.keyOther]),
      ];
    case 'meter':
      return [isProven ? words.keyOfMeterOnly : words.keyOfMeterWrong];
    case 'none':
      return [words.noKey];
  }
}

/** Whether two keys are the same, however each is written. */
function sameKey(first: string | null, second: string | null): boolean {
  const [one, other] = [pointOf(first), pointOf(second)];
  return one !== null && one === other;
}

function pointOf(key: string | null): string | null {
  try {
    return key === null ? null : readPublicKey(key).spki.join();
  } catch {
    return null;
  }
}
