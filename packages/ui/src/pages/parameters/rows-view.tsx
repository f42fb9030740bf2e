import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { addressOf, goTo, route } from '../../app/route.ts';
import { Switch } from '../../parts/field.tsx';
import { Icon } from '../../parts/icon.tsx';
import { said } from '../../words/dictionary.ts';
import { categoryTitle, inOrder } from './category-words.ts';
import { ParameterRow } from './parameter-row.tsx';
import { categoryOf, parameterOf, setValue, type ParameterView } from './parameter-shapes.ts';
import { openSearch } from './search-state.ts';
import type { Settings } from './settings-store.ts';
import { standardOf } from './standard-value.ts';
import { words } from './words.ts';

type Group = readonly [ParameterView, ...ParameterView[]];

/** All parameters of one category, with what leads to the others. */
export function RowsView({ settings }: { readonly settings: Settings }): JSX.Element {
  const w = words();
  const changedOnly = useSignal(false);
  const views = settings.views.value ?? [];
  const named = route.value.query.get('id');
  const category = categoryShown(views, named, route.value.query.get('category'));
  const groups = useComputed(() => grouped(settings.views.value ?? [])).value;
  const shown = groups.filter(
    ([first, ...others]) =>
      (changedOnly.value || categoryOf(first.id) === category) &&
      (!changedOnly.value || [first, ...others].some(isChanged)),
  );
  return (
    <div class="settings">
      <aside>
        <button type="button" class="button search-button" onClick={() => openSearch(settings.station)}>
          <Icon name="search" /> <span>{w.search}</span> <kbd>/</kbd>
        </button>
        <Categories settings={settings} category={changedOnly.value ? '' : category} />
        <Switch label={w.changedOnly} on={changedOnly.value} onChange={(on) => (changedOnly.value = on)} />
      </aside>
      <div class="rows">
        <h2>{changedOnly.value ? w.changedOnly : said(categoryTitle(category))}</h2>
        {shown.map((group) => (
          <ParameterRow key={group[0].id} settings={settings} views={group} named={isNamed(group, named)} />
        ))}
        {shown.length === 0 && <p class="empty">{w.nothingHere}</p>}
      </div>
    </div>
  );
}

function Categories({ settings, category }: { readonly settings: Settings; readonly category: string }): JSX.Element {
  const w = words();
  const views = settings.views.value ?? [];
  const categories = inOrder(views.map(({ id }) => categoryOf(id)));
  const draft = settings.draft.value;
  const addressOfCategory = (id: string): string =>
    `${addressOf(settings.station, 'parameters')}?category=${encodeURIComponent(id)}`;
  return (
    <>
      <label class="categories-narrow">
        {w.categories}
        <select value={category} onChange={(event) => goTo(addressOfCategory(event.currentTarget.value))}>
          {categories.map((id) => (
            <option key={id} value={id}>
              {said(categoryTitle(id))}
            </option>
          ))}
        </select>
      </label>
      <nav class="categories" aria-label={w.categories}>
        <ul>
          {categories.map((id) => {
            const typed = [...draft.keys()].filter((key) => categoryOf(key) === id).length;
            return (
              <li key={id}>
                <a href={addressOfCategory(id)} aria-current={id === category ? 'true' : undefined}>
                  {said(categoryTitle(id))}
                  {typed > 0 && <span class="count">{typed}</span>}
                </a>
              </li>
            );
          })}
        </ul>
      </nav>
    </>
  );
}

/** The category of the parameter that the address names, else the one it names itself, else the first. */
function categoryShown(views: readonly ParameterView[], id: string | null, category: string | null): string {
  const categories = inOrder(views.map((view) => categoryOf(view.id)));
  const wanted = id === null ? category : categoryOf(id);
  return wanted !== null && categories.includes(wanted) ? wanted : (categories[0] ?? '');
}

function grouped(views: readonly ParameterView[]): readonly Group[] {
  const groups = new Map<string, [ParameterView, ...ParameterView[]]>();
  for (const view of views) {
    const known = groups.get(parameterOf(view));
    if (known === undefined) groups.set(parameterOf(view), [view]);
    else known.push(view);
  }
  return [...groups.values()];
}

function isChanged(view: ParameterView): boolean {
  return view.row.effect !== 'fixed' && setValue(view) !== standardOf(view);
}

function isNamed(group: Group, named: string | null): boolean {
  return named !== null && group.some(({ id, key }) => id === named || key === named);
}
