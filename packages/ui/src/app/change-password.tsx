import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';

import { Button } from '../parts/button.tsx';
import { PasswordField } from '../parts/field.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import type { Problem } from '../net/problem.ts';
import { changePassword } from '../state/session.ts';
import { AccountMenu } from './account-menu.tsx';
import { words } from './sign-in-words.ts';

/** Lets a person choose a password of their own; `forced`: nothing else is possible before. */
export function ChangePassword({
  forced,
  onDone,
}: {
  readonly forced?: boolean;
  readonly onDone?: () => void;
}): JSX.Element {
  const w = words();
  const current = useSignal('');
  const next = useSignal('');
  const again = useSignal('');
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const differ = again.value !== '' && again.value !== next.value;
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (next.value !== again.value) return;
    busy.value = true;
    const answer = await changePassword(current.value, next.value);
    busy.value = false;
    problem.value = answer.ok ? null : answer.problem;
    if (answer.ok) onDone?.();
  };
  const form = (
    <form onSubmit={(event) => void save(event)}>
      <PasswordField label={w.current} value={current} autoComplete="current-password" required />
      <PasswordField label={w.next} value={next} autoComplete="new-password" hint={w.rule} required />
      <PasswordField
        label={w.again}
        value={again}
        autoComplete="new-password"
        error={differ ? w.differ : ''}
        required
      />
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      <Button kind="primary" type="submit" busy={busy.value} disabled={differ}>
        {w.save}
      </Button>
    </form>
  );
  if (forced !== true) return form;
  return (
    <div class="way-in">
      <header class="top">
        <span class="brand">Kerbside</span>
        <AccountMenu />
      </header>
      <main class="card" id="content">
        <h1>{w.changeTitle}</h1>
        <p class="soft">{w.changeLead}</p>
        {form}
      </main>
    </div>
  );
}
