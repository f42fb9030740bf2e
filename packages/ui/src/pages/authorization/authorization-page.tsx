import type { JSX } from 'preact';

import type { PageProps } from '../../app/page-props.ts';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { station as stationState } from '../../state/live.ts';
import { BackendCards } from './backend-cards.tsx';
import { Decision } from './decision.tsx';
import { Reservations } from './reservations.tsx';
import { WhiteList } from './white-list.tsx';
import { words } from './words.ts';

/** Who may charge: the lists, the cache, and what would become of a card. */
export function AuthorizationPage({ station }: PageProps): JSX.Element {
  const w = words();
  const free = stationState.value?.freeCharging ?? null;
  return (
    <Page title={w.title} lead={w.lead}>
      {free !== null && (
        <Notice tone="info" title={w.free}>
          <code>{free}</code>
        </Notice>
      )}
      <Decision station={station} />
      <WhiteList station={station} />
      <Reservations station={station} />
      <BackendCards station={station} />
    </Page>
  );
}
