import { useSignal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { openSearch, searching } from '../pages/parameters/search-state.ts';
import { processState } from '../state/live.ts';
import { session } from '../state/session.ts';
import { route } from './route.ts';

type Search = ComponentType<{ readonly station: string }>;

/** Opens the search over all settings with `/`, from every page; its code is loaded when it is opened first. */
export function SettingsSearch(): JSX.Element | null {
  const loaded = useSignal<{ readonly dialog: Search } | null>(null);
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const station = searching.value;
  useEffect(() => {
    if (station === null || loaded.value !== null) return;
    import('../pages/parameters/search-dialog.tsx').then(
      ({ SearchDialog }) => (loaded.value = { dialog: SearchDialog }),
      // Without a connection there is nothing to search in; the next press tries again.
      () => (searching.value = null),
    );
  }, [station]);
  if (station === null || loaded.value === null) return null;
  const Dialog = loaded.value.dialog;
  return <Dialog station={station} />;
}

function onKey(event: KeyboardEvent): void {
  const plain = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey;
  const typing = event.target instanceof Element && event.target.closest('input, textarea, select, dialog') !== null;
  const info = session.value;
  if (!plain || typing || info?.signedIn !== true || info.mustChangePassword) return;
  const station = route.value.station ?? processState.value?.stations[0];
  if (station === undefined) return;
  event.preventDefault();
  openSearch(station);
}
