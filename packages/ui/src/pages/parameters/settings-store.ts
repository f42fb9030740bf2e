import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';

import { get, request, stationPath, type Answer } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { session } from '../../state/session.ts';
import { language } from '../../words/language.ts';
import { afterNews, changesOf, conflictsOf, draftFrom, draftText, emptyDraft, fieldValue } from './draft.ts';
import { insisting, withValue, without, type Conflict, type Draft } from './draft.ts';
import type { ParameterView } from './parameter-shapes.ts';
import type { Checked, CheckedChange, EndpointStanding, ScheduledShape } from './settings-shapes.ts';
import { problemWithValue } from './value-words.ts';

/** Between two looks at whether something has changed (ms). */
const lookMs = 2_000;
/** After the last key, before the station is asked what it thinks of the draft (ms). */
const checkMs = 500;

/** The settings of one station: what it says, and what is typed here and not applied. */
export class Settings {
  readonly station: string;
  readonly views: Signal<readonly ParameterView[] | null> = signal(null);
  readonly problem: Signal<Problem | null> = signal(null);
  readonly endpoint: Signal<EndpointStanding | null> = signal(null);
  readonly scheduled: Signal<ScheduledShape | null> = signal(null);
  readonly draft: Signal<Draft>;
  /** What the station thinks of the draft; null while it has not been asked. */
  readonly checked: Signal<Checked | null> = signal(null);
  readonly byId: ReadonlySignal<ReadonlyMap<string, ParameterView>>;
  /** Where somebody else changed what is being edited here. */
  readonly conflicts: ReadonlySignal<readonly Conflict[]>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(station: string, user: string) {
    this.station = station;
    const kept = `kerbside-draft ${station} ${user}`;
    this.draft = signal(draftFrom(sessionStorage.getItem(kept)));
    this.byId = computed(() => new Map((this.views.value ?? []).map((view) => [view.id, view])));
    this.conflicts = computed(() => conflictsOf(this.draft.value, this.views.value ?? []));
    effect(() => {
      if (this.draft.value.size === 0) sessionStorage.removeItem(kept);
      else sessionStorage.setItem(kept, draftText(this.draft.value));
    });
  }

  /** Reads all parameters anew. What is typed stays. */
  async refresh(): Promise<void> {
    const answer = await get<readonly ParameterView[]>(this.#path('/parameters'));
    batch(() => {
      this.problem.value = answer.ok ? null : answer.problem;
      if (!answer.ok) return;
      this.views.value = answer.value;
      this.draft.value = afterNews(this.draft.value, answer.value);
    });
  }

  /** Follows the station until the answer is called. A station that is away is looked for until it is back. */
  watch(): () => void {
    // Whoever opens the page may be another person than the one before.
    this.endpoint.value = null;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      await this.look();
      if (!stopped) timer = setTimeout(() => void look(), lookMs);
    };
    void look();
    if (this.draft.value.size > 0) this.#checkSoon();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }

  /** Sees whether something has changed, and reads it. */
  async look(): Promise<void> {
    const answer = await get<EndpointStanding>(this.#path('/endpoint'));
    if (!answer.ok) return;
    const before = this.endpoint.value;
    const { kind, changes, staged } = answer.value;
    this.endpoint.value = answer.value;
    const same = before?.kind === kind && before.changes === changes && before.staged.length === staged.length;
    // A restart counts no change: only what it brought into force shows that it has happened.
    const awaited =
      this.scheduled.value !== null || this.views.value?.some(({ pending }) => pending?.until === 'restart');
    if (same && awaited !== true && this.views.value !== null) return;
    const waiting = await get<ScheduledShape | null>(this.#path('/parameters/scheduled'));
    if (waiting.ok) this.scheduled.value = waiting.value;
    await this.refresh();
  }

  /** What the field of a value shows. */
  shown(view: ParameterView): string {
    return fieldValue(this.draft.value, view);
  }

  /** Takes what somebody typed. */
  type(view: ParameterView, value: string): void {
    this.#become(withValue(this.draft.value, view, value));
  }

  /** Forgets what was typed. */
  drop(id: string): void {
    this.#become(without(this.draft.value, id));
  }

  /** Forgets everything that was typed. */
  dropAll(): void {
    this.#become(emptyDraft);
  }

  /** Keeps what was typed although somebody else has changed the value. */
  insist(view: ParameterView): void {
    this.#become(insisting(this.draft.value, view));
  }

  /** Why what stands in a field is not taken, in the language of the page; '' when it is. */
  problemAt(view: ParameterView): string {
    const entry = this.draft.value.get(view.id);
    if (entry === undefined) return '';
    const own = problemWithValue(view, entry.value);
    if (own !== '') return own;
    const said = this.verdict(view.id);
    return said?.ok === false ? (said.reason ?? '') : '';
  }

  /** What the station said of a value of the draft. */
  verdict(id: string): CheckedChange | undefined {
    return this.checked.value?.outcomes.find((outcome) => outcome.id === id);
  }

  /** Asks the station what it thinks of the draft; an answer that is overtaken by typing is not taken. */
  async check(): Promise<Answer<Checked> | null> {
    clearTimeout(this.#timer);
    const number = ++this.#asked;
    const changes = changesOf(this.draft.value);
    if (Object.keys(changes).length === 0) return null;
    const answer = await request<Checked>('POST', this.#path('/parameters/check'), { changes });
    if (number !== this.#asked) return null;
    if (answer.ok) this.checked.value = answer.value;
    return answer;
  }

  /** Applies the draft, all or nothing. */
  async apply(when: 'now' | 'idle', confirm: Readonly<Record<string, string>>): Promise<Problem | null> {
    const body = { changes: changesOf(this.draft.value), when, confirm };
    const answer = await request('PATCH', this.#path('/parameters'), body);
    if (!answer.ok) return answer.problem;
    this.#become(emptyDraft);
    await this.look();
    await this.refresh();
    return null;
  }

  /** Takes back what waits until no transaction runs. */
  async cancelScheduled(): Promise<Problem | null> {
    const answer = await request('DELETE', this.#path('/parameters/scheduled'));
    if (answer.ok) this.scheduled.value = null;
    return answer.ok ? null : answer.problem;
  }

  #become(draft: Draft): void {
    batch(() => {
      this.draft.value = draft;
      this.checked.value = null;
    });
    this.#checkSoon();
  }

  #checkSoon(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    if (this.draft.value.size > 0) this.#timer = setTimeout(() => void this.check(), checkMs);
  }

  #path(rest: string): string {
    return stationPath(this.station, rest);
  }
}

/** By user and station: what one person has typed is nothing for the next one at the same browser. */
let settings: readonly { readonly user: string; readonly of: Settings }[] = [];

// What the station said stands in the language in which it was asked.
effect(() => {
  if (language.value === undefined) return;
  for (const { of } of settings) if (of.draft.peek().size > 0) void of.check();
});

/** The settings of a station for who sits here, the same for every part of the page. */
export function settingsOf(station: string): Settings {
  const user = session.value?.user ?? '';
  settings = settings.filter((each) => each.user === user);
  const known = settings.find(({ of }) => of.station === station);
  if (known !== undefined) return known.of;
  const made = new Settings(station, user);
  settings = [...settings, { user, of: made }];
  return made;
}
