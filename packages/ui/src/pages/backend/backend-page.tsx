import type { JSX } from 'preact';

import { addressOf, route } from '../../app/route.ts';
import type { PageProps } from '../../app/page-props.ts';
import { Page } from '../../parts/page.tsx';
import { Doctor } from './doctor.tsx';
import { Messages } from './messages.tsx';
import { Outbox } from './outbox.tsx';
import { words } from './words.ts';

const tabs = ['doctor', 'messages', 'outbox'] as const;

/** The way to the backend: how it stands, what was said, and what waits. */
export function BackendPage({ station }: PageProps): JSX.Element {
  const w = words();
  const open = tabs.find((tab) => tab === route.value.rest[0]) ?? 'doctor';
  return (
    <Page title={w.title}>
      <nav class="tabs" aria-label={w.title}>
        {tabs.map((tab) => (
          <a key={tab} href={addressOf(station, 'backend', tab)} aria-current={tab === open ? 'page' : undefined}>
            {w.tabs[tab]}
          </a>
        ))}
      </nav>
      {open === 'doctor' && <Doctor station={station} />}
      {open === 'messages' && <Messages station={station} />}
      {open === 'outbox' && <Outbox station={station} />}
    </Page>
  );
}
