import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';

import { Button } from '../parts/button.tsx';
import { PasswordField, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import type { Problem } from '../net/problem.ts';
import { session, signIn } from '../state/session.ts';
import { AccountMenu } from './account-menu.tsx';
import { addressOf } from './route.ts';
import { words } from './sign-in-words.ts';

/** Asks who it is. */
export function SignIn(): JSX.Element {
  const w = words();
  const user = useSignal('');
  const password = useSignal('');
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const commissioning = session.value?.commissioning;
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    busy.value = true;
    const answer = await signIn({ user: user.value.trim(), password: password.value });
    busy.value = false;
    problem.value = answer.ok ? null : answer.problem;
    password.value = '';
  };
  return (
    <div class="way-in">
      <header class="top">
        <span class="brand">Kerbside</span>
        <AccountMenu />
      </header>
      <main class="card" id="content">
        <h1>{w.title}</h1>
        <p class="soft">{w.lead}</p>
        {commissioning?.open === true && (
          <Notice tone="info" title={w.commissioning(Math.ceil((commissioning.remainingSeconds ?? 0) / 60))} />
        )}
        <form onSubmit={(event) => void enter(event)}>
          <TextField label={w.user} value={user} name="username" autoComplete="username" required />
          <PasswordField label={w.password} value={password} name="password" autoComplete="current-password" required />
          {problem.value !== null && <ProblemNotice problem={problem.value} />}
          <Button kind="primary" type="submit" busy={busy.value}>
            {w.enter}
          </Button>
        </form>
        <details>
          <summary>{w.forgotten}</summary>
          <p>{w.forgottenHelp}</p>
        </details>
        <p>
          <a href={addressOf(null, 'verify')}>{w.verify}</a>
        </p>
      </main>
    </div>
  );
}
