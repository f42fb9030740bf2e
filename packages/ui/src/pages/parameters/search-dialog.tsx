import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

import { addressOf, goTo } from '../../app/route.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { said } from '../../words/dictionary.ts';
import { categoryTitle } from './category-words.ts';
import { categoryOf, setValue, type ParameterView } from './parameter-shapes.ts';
import { searchViews } from './search.ts';
import { closeSearch } from './search-state.ts';
import { settingsOf, type Settings } from './settings-store.ts';
import { valueWord } from './value-words.ts';
import { words } from './words.ts';

/** So many results are shown; who wants another one types on. */
const most = 30;

/** The search over all settings of a station: type, choose by arrows, Enter opens the row. */
export function SearchDialog({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const settings = settingsOf(station);
  const dialog = useRef<HTMLDialogElement>(null);
  const text = useSignal('');
  const chosen = useSignal(0);
  const list = useId();
  useEffect(() => {
    dialog.current?.showModal();
    void settings.refresh();
  }, []);
  const found = searchViews(settings.views.value ?? [], text.value, most);
  const at = Math.min(chosen.value, Math.max(0, found.length - 1));
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      chosen.value = (at + step + Math.max(1, found.length)) % Math.max(1, found.length);
    }
    const view = found[at];
    if (event.key === 'Enter' && view !== undefined) {
      event.preventDefault();
      open(settings, view);
    }
  };
  return (
    <dialog
      ref={dialog}
      class="search"
      aria-label={w.search}
      onClose={closeSearch}
      onClick={(event) => {
        if (event.target === dialog.current) closeSearch();
      }}
    >
      <input
        type="search"
        role="combobox"
        list={undefined}
        aria-label={w.search}
        aria-expanded={found.length > 0}
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${at}` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        placeholder={w.searchHint}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={onKey}
      />
      {settings.problem.value !== null && <ProblemNotice problem={settings.problem.value} />}
      <Results settings={settings} found={found} at={at} list={list} />
      <p class="soft small" role="status">
        {text.value === '' ? w.searchKey : found.length === 0 ? w.noneFound(text.value) : w.results(found.length)}
      </p>
    </dialog>
  );
}

function Results({
  settings,
  found,
  at,
  list,
}: {
  readonly settings: Settings;
  readonly found: readonly ParameterView[];
  readonly at: number;
  readonly list: string;
}): JSX.Element {
  const w = words();
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => row.current?.scrollIntoView({ block: 'nearest' }), [at]);
  return (
    <ul class="results" role="listbox" id={list} aria-label={w.search}>
      {found.map((view, index) => (
        <li
          key={view.id}
          id={`${list}-${index}`}
          ref={index === at ? row : null}
          role="option"
          aria-selected={index === at}
          onClick={() => open(settings, view)}
        >
          <strong>{said(view.row.label)}</strong>
          <span class="value">{valueWord(view.row, setValue(view))}</span>
          <code>{view.key ?? view.id}</code>
          <span class="soft small">
            {w.title} › {said(categoryTitle(categoryOf(view.id)))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function open(settings: Settings, view: ParameterView): void {
  closeSearch();
  goTo(`${addressOf(settings.station, 'parameters')}?id=${encodeURIComponent(view.id)}`);
}
