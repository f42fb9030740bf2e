import { readOcmf, verifyRecord, type OcmfRecord } from '@kerbside/ocmf';

import { verifySignature } from './signature/verify-signature.ts';
import { element } from './dom.ts';
import { messageOf } from './session-api.ts';
import { testBadge } from './badges.ts';
import type { RecordDeps } from './deps.ts';
import { keyNotes } from './key-notes.ts';
import { copyable, factList, more, moreLater } from './parts.ts';
import { headFacts, readingFacts, signatureFacts } from './record-facts.ts';
import { keyFor, type ChosenKey, type SignedText } from './signed-text.ts';
import { kindOf, verdictBox, verdictView, type VerdictKind } from './verdict-view.ts';

/** What simulated meters of this project write into their records. */
const simulator = /SIMULATOR|TEST ONLY/i;

/** Whether this browser tells how a number was written; those before 2025 say that 1.50 is 1.5. */
const keepsDigits =
  JSON.parse('1.50', (_key, value: unknown, context?: { readonly source?: string }) => context?.source ?? value) ===
  '1.50';

/** What a check of one record gave. */
export interface CheckedRecord {
  readonly kind: VerdictKind;
  /** What is to be known about the key that it was made with. */
  readonly notes: readonly string[];
}

/** Where a record stands among others. */
export interface RecordPlace {
  readonly id: string;
  readonly index: number;
  /** It is one of very many: its fields are shown when somebody wants to see them. */
  readonly isShort: boolean;
}

/** One signed record, field by field. */
export class RecordView {
  readonly root: HTMLElement;
  /** Null when it cannot be read. */
  readonly record: OcmfRecord | null;
  readonly #deps: RecordDeps;
  readonly #source: SignedText;
  readonly #verdict: HTMLElement;
  readonly #key: HTMLElement = element('div', {});
  /** Which check is the latest: an older one that ends later is not shown. */
  #check = 0;

  constructor(deps: RecordDeps, source: SignedText, { id, index, isShort }: RecordPlace) {
    this.#deps = deps;
    this.#source = source;
    const { words } = deps;
    this.#verdict = element('div', { role: 'status' }, element('p', {}, words.checking));
    const { record, problem } = read(source.data);
    this.record = record;
    this.root = element(
      'article',
      { class: 'record', 'aria-labelledby': id },
      element('h3', { id }, element('strong', {}, this.#title(index)), ' ', this.#testMark()),
      this.#verdict,
      ...(record === null
        ? [element('p', { class: 'warning' }, `${words.unreadable}: ${problem}`)]
        : isShort
          ? [moreLater(words.readings, () => this.#details(record))]
          : this.#details(record)),
      this.#key,
      more(words.text, false, copyable(source.data, words.text, words)),
    );
  }

  /** Checks it with the key that a person entered, else with the one that came with it, else with the meter's. */
  async check(typed: string | null, meterKey: string | null): Promise<CheckedRecord> {
    const { words } = this.#deps;
    const chosen = keyFor(this.#source, typed, meterKey);
    this.#showKey(chosen);
    const check = (this.#check += 1);
    const show = (box: HTMLElement): void => {
      if (check === this.#check) this.#verdict.replaceChildren(box);
    };
    try {
      const verdict = await verifyRecord(this.#source.data, chosen.key, verifySignature);
      show(verdictView(verdict, this.#deps));
      const notes = keyNotes({ chosen, verdict, ofRecord: this.#source.publicKey, ofMeter: meterKey }, words);
      return { kind: kindOf(verdict), notes };
    } catch (error) {
      // Such as the script of the other curves that could not be loaded.
      show(verdictBox('open', `${words.checkFailed}: ${messageOf(error)}`));
      return { kind: 'open', notes: [] };
    }
  }

  #title(index: number): string {
    const { words, recordWords } = this.#deps;
    const events = this.record?.readings.map(({ event }) => recordWords.event[event] ?? event) ?? [];
    return [`${words.record} ${this.record?.pagination?.text ?? index + 1}`, ...new Set(events)].join(', ');
  }

  #testMark(): HTMLElement | null {
    const made = [this.record?.fields['GI'], this.record?.fields['GS'], this.record?.fields['MM']];
    const isTest = this.#source.test || made.some((name) => simulator.test(name ?? ''));
    return isTest ? testBadge(this.#deps.words) : null;
  }

  #details(record: OcmfRecord): readonly HTMLElement[] {
    const { words, recordWords, language } = this.#deps;
    const readings = record.readings.flatMap((reading, index) => [
      element('h4', {}, record.readings.length === 1 ? words.readings : `${words.readings} ${index + 1}`),
      factList(readingFacts(reading, language, recordWords)),
    ]);
    return [
      ...readings,
      ...(keepsDigits ? [] : [element('p', { class: 'warning' }, words.digitsLost)]),
      more(words.allFields, true, factList(headFacts(record, recordWords))),
      more(words.signature, false, factList(signatureFacts(record, recordWords))),
    ];
  }

  #showKey({ key, from }: ChosenKey): void {
    const { words } = this.#deps;
    const names = { typed: words.keyPrinted, record: words.keyOfRecord, meter: words.keyOfMeter, none: '' };
    this.#key.replaceChildren(...(key === null ? [] : [more(names[from], false, copyable(key, names[from], words))]));
  }
}

function read(data: string): { readonly record: OcmfRecord | null; readonly problem: string } {
  try {
    return { record: readOcmf(data), problem: '' };
  } catch (error) {
    return { record: null, problem: messageOf(error) };
  }
}
