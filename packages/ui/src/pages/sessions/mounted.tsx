import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';

import { station } from '../../state/live.ts';
import { fields } from './data.ts';
import type { OpenedView } from './deps.ts';

/** Shows a view that makes its own elements, and tells it what changes at the station. */
export function Mounted({ make, of }: { readonly make: () => OpenedView; readonly of: string }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const view = useMemo(make, [of]);
  useEffect(() => place.current?.replaceChildren(view.root), [view]);
  const state = station.value;
  useEffect(() => {
    if (state !== null) view.refresh?.(fields(state));
  }, [view, state]);
  return <div class="record-view" ref={place} />;
}
