import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import type { PageProps } from '../../app/page-props.ts';
import { addressOf, route } from '../../app/route.ts';
import { Button } from '../../parts/button.tsx';
import { Page } from '../../parts/page.tsx';
import { words as partWords } from '../../parts/part-words.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { may } from '../../state/session.ts';
import { HistoryView } from './history-view.tsx';
import { PendingNotices } from './pending-notices.tsx';
import { PresetsView } from './presets-view.tsx';
import { ReportView } from './report-view.tsx';
import { ReviewSheet } from './review-sheet.tsx';
import { RowsView } from './rows-view.tsx';
import { SecurityView } from './security-view.tsx';
import { settingsOf, type Settings } from './settings-store.ts';
import { TransferView } from './transfer-view.tsx';
import { words } from './words.ts';

const tabs = {
  rows: 'viewer',
  presets: 'operator',
  history: 'viewer',
  transfer: 'viewer',
  security: 'operator',
  report: 'operator',
} as const;

type Tab = keyof typeof tabs;

const names = Object.keys(tabs) as readonly Tab[];

/** All settings of a station: read, change together, take back, carry to another station. */
export function ParametersPage({ station }: PageProps): JSX.Element {
  const w = words();
  const settings = settingsOf(station);
  const reviewing = useSignal(false);
  useEffect(() => settings.watch(), [settings]);
  const open = names.find((tab) => tab === route.value.rest[0]) ?? 'rows';
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
    case 'presets':
      return <PresetsView settings={settings} />;
    case 'security':
      return <SecurityView settings={settings} />;
    case 'report':
      return <ReportView settings={settings} />;
    case 'history':
      return <HistoryView settings={settings} />;
    case 'transfer':
      return <TransferView settings={settings} />;
  }
}

function Tabs({ station, open }: { readonly station: string; readonly open: Tab }): JSX.Element {
  const w = words();
  const bar = useRef<HTMLElement>(null);
  // On a phone the tab that is open may stand outside of what is seen.
  useEffect(() => bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' }), [open]);
  return (
    <nav ref={bar} class="tabs" aria-label={w.tabs}>
      {names
        .filter((tab) => may(tabs[tab]))
        .map((tab) => (
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
