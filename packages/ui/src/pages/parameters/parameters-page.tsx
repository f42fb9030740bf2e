import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import type { PageProps } from '../../app/pages.ts';
import { addressOf, route } from '../../app/route.ts';
import { Button } from '../../parts/button.tsx';
import { Page } from '../../parts/page.tsx';
import { words as partWords } from '../../parts/part-words.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { HistoryView } from './history-view.tsx';
import { PendingNotices } from './pending-notices.tsx';
import { ReviewSheet } from './review-sheet.tsx';
import { RowsView } from './rows-view.tsx';
import { settingsOf, type Settings } from './settings-store.ts';
import { TransferView } from './transfer-view.tsx';
import { words } from './words.ts';

const tabs = ['rows', 'history', 'transfer'] as const;
type Tab = (typeof tabs)[number];

/** All settings of a station: read, change together, take back, carry to another station. */
export function ParametersPage({ station }: PageProps): JSX.Element {
  const w = words();
  const settings = settingsOf(station);
  const reviewing = useSignal(false);
  useEffect(() => settings.watch(), [settings]);
  const open = tabs.find((tab) => tab === route.value.rest[0]) ?? 'rows';
  const count = settings.draft.value.size;
  return (
    <Page title={w.title}>
      <Tabs station={station} open={open} />
      <PendingNotices settings={settings} />
      <Open settings={settings} tab={open} />
      {count > 0 && settings.views.value !== null && (
        <div class="draft-bar" role="region" aria-label={w.review}>
          <p role="status">{w.drafts(count)}</p>
          <div class="row">
            <Button onClick={() => settings.dropAll()}>{w.discard}</Button>
            <Button kind="primary" onClick={() => (reviewing.value = true)}>
              {w.review}
            </Button>
          </div>
        </div>
      )}
      {reviewing.value && <ReviewSheet settings={settings} onClose={() => (reviewing.value = false)} />}
    </Page>
  );
}

function Open({ settings, tab }: { readonly settings: Settings; readonly tab: Tab }): JSX.Element {
  const problem = settings.problem.value;
  if (settings.views.value === null)
    return problem === null ? <p class="soft">{partWords().loading}</p> : <ProblemNotice problem={problem} />;
  switch (tab) {
    case 'rows':
      return <RowsView settings={settings} />;
    case 'history':
      return <HistoryView settings={settings} />;
    case 'transfer':
      return <TransferView settings={settings} />;
  }
}

function Tabs({ station, open }: { readonly station: string; readonly open: Tab }): JSX.Element {
  const w = words();
  return (
    <nav class="tabs" aria-label={w.tabs}>
      {tabs.map((tab) => (
        <a
          key={tab}
          href={tab === 'rows' ? addressOf(station, 'parameters') : addressOf(station, 'parameters', tab)}
          aria-current={tab === open ? 'page' : undefined}
        >
          {w.tab[tab]}
        </a>
      ))}
    </nav>
  );
}
