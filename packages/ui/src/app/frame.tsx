import type { ComponentChildren, JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import { Icon } from '../parts/icon.tsx';
import { Notice } from '../parts/notice.tsx';
import { Toasts } from '../parts/toast.tsx';
import { live, processState, station } from '../state/live.ts';
import { may, session } from '../state/session.ts';
import { said } from '../words/dictionary.ts';
import { AccountMenu } from './account-menu.tsx';
import { words } from './app-words.ts';
import { pages, type PageRow } from './pages.ts';
import { addressOf, route } from './route.ts';
import { SettingsSearch } from './settings-search.tsx';

/** What is around every page: the name, how the connection stands, the menu. */
export function Frame({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const w = words();
  const open = useSignal(false);
  // A menu that covers the page closes when a page was chosen.
  useEffect(() => void (open.value = false), [route.value]);
  return (
    <div class="frame" data-menu={open.value ? 'open' : 'closed'}>
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('#content')?.focus();
        }}
      >
        {w.skip}
      </a>
      <header class="top">
        <button
          type="button"
          class="quiet menu-button"
          aria-expanded={open.value}
          aria-controls="menu"
          onClick={() => (open.value = !open.value)}
        >
          <Icon name={open.value ? 'close' : 'menu'} /> <span class="unseen">{open.value ? w.close : w.menu}</span>
        </button>
        <a class="brand" href="#/">
          Kerbside
        </a>
        <LiveBadge />
        <AccountMenu />
      </header>
      <nav class="side" id="menu" aria-label={w.menu}>
        <Menu />
      </nav>
      <main id="content" tabIndex={-1}>
        <Problems />
        {children}
      </main>
      <SettingsSearch />
      <Toasts />
    </div>
  );
}

function LiveBadge(): JSX.Element | null {
  const w = words();
  if (session.value?.signedIn !== true) return null;
  const state = live.value;
  const text =
    state === 'live' ? w.live : state === 'connecting' ? w.connecting : state === 'tooMany' ? w.tooMany : w.lost;
  return (
    <p class="live" role="status" data-state={state}>
      {text}
    </p>
  );
}

function Menu(): JSX.Element {
  const w = words();
  const stations = processState.value?.stations ?? [];
  // The pages of the only station are always at hand.
  const name = route.value.station ?? (stations.length === 1 ? (stations[0] ?? null) : null);
  const seen = pages.filter((page) => page.hidden !== true && may(page.for));
  const several = stations.length > 1;
  return (
    <>
      {name !== null && (
        <section>
          <h2>{station.value?.identity || name}</h2>
          {station.value?.simulated === true && <p class="soft">{w.simulated}</p>}
          <ul>
            {seen
              .filter((page) => page.of === 'station')
              .map((page) => (
                <MenuItem key={page.id} page={page} station={name} />
              ))}
          </ul>
        </section>
      )}
      <section>
        <h2>{w.process}</h2>
        <ul>
          {seen
            .filter((page) => page.of === 'process' && (several || page.id !== 'stations'))
            .map((page) => (
              <MenuItem key={page.id} page={page} station={null} />
            ))}
        </ul>
      </section>
    </>
  );
}

function MenuItem({ page, station: name }: { readonly page: PageRow; readonly station: string | null }): JSX.Element {
  const current = route.value.page === page.id && route.value.station === name;
  return (
    <li>
      <a href={addressOf(name, page.id)} aria-current={current ? 'page' : undefined}>
        <Icon name={page.icon} /> {said(page.title)}
      </a>
    </li>
  );
}

/** What is wrong with the process as a whole, above every page. */
function Problems(): JSX.Element | null {
  const w = words();
  const problems = processState.value?.problems ?? [];
  if (live.value === 'unknownStation') return <Notice tone="bad" title={w.unknownStation} />;
  if (problems.length === 0) return null;
  return (
    <Notice tone="bad" title={w.safeMode}>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </Notice>
  );
}
