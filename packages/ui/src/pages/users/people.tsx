import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { request } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import type { Role } from '../../net/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Badge } from '../../parts/notice.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import { day } from '../../words/format.ts';
import type { Fresh } from './fresh-secret.tsx';
import { NewEntry } from './new-entry.tsx';
import { words } from './words.ts';

interface User {
  readonly name: string;
  readonly role: Role;
  readonly mustChange: boolean;
  readonly changedMs: number;
}

/** The accounts of people. */
export function People({ onFresh }: { readonly onFresh: (fresh: Fresh) => void }): JSX.Element {
  const w = words();
  const users = useLoaded<readonly User[]>('/users');
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const asked = useSignal<{ readonly what: 'remove' | 'reset'; readonly name: string } | null>(null);
  const ask = async (method: string, path: string, body?: unknown): Promise<boolean> => {
    busy.value = true;
    const answer = await request<{ readonly name?: string; readonly password?: string }>(method, path, body);
    busy.value = false;
    problem.value = answer.ok ? null : answer.problem;
    await users.reload();
    if (!answer.ok) return false;
    const { name = '', password } = answer.value;
    if (password !== undefined) onFresh({ kind: 'password', name, secret: password });
    return true;
  };
  const doIt = (): void => {
    const question = asked.value;
    asked.value = null;
    if (question === null) return;
    const path = `/users/${encodeURIComponent(question.name)}`;
    void (question.what === 'remove' ? ask('DELETE', path) : ask('POST', `${path}/password`));
  };
  return (
    <Card title={w.people}>
      <WhenLoaded of={users}>
        {(all) => (
          <Table
            label={w.people}
            rows={all}
            keyOf={({ name }) => name}
            empty=""
            columns={columns((what, name) => (asked.value = { what, name }))}
          />
        )}
      </WhenLoaded>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      <h3>{w.add}</h3>
      <NewEntry
        label={w.name}
        action={w.create}
        busy={busy.value}
        onCreate={(name, role) => ask('POST', '/users', { name, role })}
      />
      {asked.value !== null && (
        <Confirm
          title={asked.value.what === 'remove' ? w.removeTitle(asked.value.name) : w.resetTitle(asked.value.name)}
          action={asked.value.what === 'remove' ? w.remove : w.reset}
          onClose={() => (asked.value = null)}
          onConfirm={doIt}
        >
          <p>{asked.value.what === 'remove' ? w.removeLead : w.resetLead}</p>
        </Confirm>
      )}
    </Card>
  );
}

function columns(onAsk: (what: 'remove' | 'reset', name: string) => void): readonly Column<User>[] {
  const w = words();
  const actions = ({ name, role }: User): JSX.Element | null =>
    may(role) ? (
      <span class="row">
        <Button icon="lock" onClick={() => onAsk('reset', name)}>
          {w.reset}
        </Button>
        <Button icon="trash" kind="danger" label={`${w.remove}: ${name}`} onClick={() => onAsk('remove', name)} />
      </span>
    ) : null;
  return [
    { id: 'name', title: w.name, cell: ({ name }) => <strong>{name}</strong> },
    { id: 'role', title: w.role, cell: ({ role }) => w.roles[role] },
    {
      id: 'since',
      title: w.since,
      cell: (user) => (user.mustChange ? <Badge tone="warn">{w.initial}</Badge> : day(user.changedMs)),
    },
    { id: 'do', title: '', cell: actions },
  ];
}
