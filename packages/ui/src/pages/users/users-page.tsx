import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { ChangePassword } from '../../app/change-password.tsx';
import { Card, Page } from '../../parts/page.tsx';
import { say } from '../../parts/toast.tsx';
import { may, session } from '../../state/session.ts';
import { FreshSecret, type Fresh } from './fresh-secret.tsx';
import { Https } from './https.tsx';
import { People } from './people.tsx';
import { Programs } from './programs.tsx';
import { words } from './words.ts';

/** Accounts of people, tokens of programs, and one's own password. */
export function UsersPage(): JSX.Element {
  const w = words();
  const fresh = useSignal<Fresh | null>(null);
  const byPassword = session.value?.user?.includes('token') !== true;
  return (
    <Page title={w.title} lead={w.lead}>
      {may('operator') && (
        <>
          <People onFresh={(told) => (fresh.value = told)} />
          <Programs onFresh={(told) => (fresh.value = told)} />
        </>
      )}
      {byPassword && (
        <Card title={w.own}>
          <div class="narrow">
            <ChangePassword onDone={() => say(w.changed)} />
          </div>
        </Card>
      )}
      {may('operator') && <Https />}
      {fresh.value !== null && <FreshSecret fresh={fresh.value} onClose={() => (fresh.value = null)} />}
    </Page>
  );
}
