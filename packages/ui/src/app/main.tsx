import { render } from 'preact';

import { followLive } from '../state/live.ts';
import { refreshSession, signIn } from '../state/session.ts';
import { language } from '../words/language.ts';
import { App } from './app.tsx';
import { followAddress } from './route.ts';
import { showTheme } from './theme.ts';

/** `#token=…` brings a token along, as the address that the daemon prints does; it does not stay in the address. */
async function takeToken(): Promise<void> {
  const token = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  history.replaceState(null, '', location.pathname);
  await signIn({ token });
}

async function begin(): Promise<void> {
  document.documentElement.lang = language.value;
  showTheme();
  await takeToken();
  followAddress();
  await refreshSession();
  followLive();
  const place = document.querySelector('#app');
  if (place !== null) render(<App />, place);
}

void begin();
