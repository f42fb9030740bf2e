import { sessionFindings, type OcmfRecord } from '@kerbside/ocmf';

import { element } from './dom.ts';
import { beginAndEnd, beginAndEndView } from './begin-end.ts';
import type { RecordDeps } from './deps.ts';
import { keyForm } from './key-form.ts';
import { RecordView, type CheckedRecord } from './record-view.ts';
import type { SignedText } from './signed-text.ts';
import { findingList, verdictBox, worstOf } from './verdict-view.ts';

/** Of somebody who brings along one record of a session, the other is not demanded. */
const missing: ReadonlySet<string> = new Set(['session.begin', 'session.end']);

/** A session that is signed every minute has hundreds of records; then only its first and its last are shown in full at once. */
const mostInFull = 6;

/** Records that belong together. */
export interface RecordSet {
  readonly sources: readonly SignedText[];
  /** The key that the station's meter shows now; null when nobody knows. */
  readonly meterKey: string | null;
  /** These are all of a session; else somebody brought along what they have. */
  readonly isComplete: boolean;
  /** Begins the ids of elements, so that several sets can stand on a page. */
  readonly id: string;
}

/** The signed records of one session: each by itself, and what they say together. */
export class RecordsView {
  readonly root: HTMLElement;
  readonly #deps: RecordDeps;
  readonly #views: readonly RecordView[];
  readonly #meterKey: string | null;
  readonly #isComplete: boolean;
  readonly #whole: HTMLElement = element('div', { role: 'status' });
  /** Which check is the latest: an older one that ends later does not count. */
  #check = 0;

  constructor(deps: RecordDeps, { sources, meterKey, isComplete, id }: RecordSet) {
    this.#deps = deps;
    this.#meterKey = meterKey;
    this.#isComplete = isComplete;
    const { words } = deps;
    const last = sources.length - 1;
    this.#views = sources.map((source, index) => {
      const isShort = sources.length > mostInFull && index !== 0 && index !== last;
      return new RecordView(deps, source, { id: `${id}-${index}`, index, isShort });
    });
    const found = beginAndEnd(this.#records);
    this.root = element(
      'div',
      {},
      element('h2', {}, words.verification),
      this.#whole,
      keyForm(deps, id, (typed) => void this.#checkAll(typed)),
      found === null ? null : beginAndEndView(found, deps, id),
      element('h2', {}, words.records),
      ...this.#views.map(({ root }) => root),
    );
    void this.#checkAll(null);
  }

  get #records(): readonly OcmfRecord[] {
    return this.#views.flatMap(({ record }) => record ?? []);
  }

  async #checkAll(typed: string | null): Promise<void> {
    const { words } = this.#deps;
    const check = (this.#check += 1);
    this.#whole.replaceChildren(element('p', {}, words.checking));
    const checked = await Promise.all(this.#views.map((view) => view.check(typed, this.#meterKey)));
    if (check === this.#check) this.#whole.replaceChildren(this.#together(checked));
  }

  #together(checked: readonly CheckedRecord[]): HTMLElement {
    const { words } = this.#deps;
    const kinds = checked.map(({ kind }) => kind);
    const notes = new Set(checked.flatMap((record) => record.notes));
    const findings = sessionFindings(this.#records).filter(({ code }) => this.#isComplete || !missing.has(code));
    const isBroken = findings.some(({ severity }) => severity === 'error');
    const kind = worstOf(isBroken ? [...kinds, 'bad'] : kinds);
    const isWhole = this.#isComplete || beginAndEnd(this.#records) !== null;
    const sentences = {
      good: isWhole ? words.sessionGood : words.allGood,
      bad: isWhole ? words.sessionBad : words.someBad,
      open: isWhole ? words.sessionOpen : words.someOpen,
    };
    return verdictBox(
      kind,
      sentences[kind],
      findingList(findings, this.#deps),
      ...[...notes].map((note) => element('p', { class: 'meaning' }, note)),
    );
  }
}
