import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { processState } from '../state/live.ts';
import { session } from '../state/session.ts';
import { ChangePassword } from './change-password.tsx';
import { Frame } from './frame.tsx';
import { goTo, addressOf, route } from './route.ts';
import { OpenPage } from './open-page.tsx';
import { SignIn } from './sign-in.tsx';
import { pageOf } from './pages.ts';

/** Everything that is seen: the way in, or the pages. */
export function App(): JSX.Element {
  const info = session.value;
  const { station, page } = route.value;
  const stations = processState.value?.stations;
  useEffect(leadHome, [info, station, page, stations]);
  const open = pageOf(station === null ? 'process' : 'station', page);
  // A record that somebody brings along is verified without an account.
  const withoutAccount = page === 'verify' && station === null;
  if (!withoutAccount) {
    if (info === null || !info.signedIn) return <SignIn />;
    if (info.mustChangePassword) return <ChangePassword forced />;
  }
  return (
    <Frame>
      <OpenPage row={open ?? null} station={station ?? ''} />
    </Frame>
  );
}

/** An address that names no page leads to the only station, or to the list of them. */
function leadHome(): void {
  const { station, page } = route.value;
  if (page !== '' || session.value?.signedIn !== true) return;
  const only = processState.value?.stations;
  if (station !== null) goTo(addressOf(station, 'status'));
  else if (only !== undefined)
    goTo(only.length === 1 ? addressOf(only[0] ?? '', 'status') : addressOf(null, 'stations'));
}
