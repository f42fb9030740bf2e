import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { request } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import type { Role } from '../../net/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table } from '../../parts/table.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import { day } from '../../words/format.ts';
import type { Fresh } from './fresh-secret.tsx';
import { NewEntry } from './new-entry.tsx';
import { words } from './words.ts';

interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdMs: number;
}

/** The tokens of programs. */
export function Programs({ onFresh }: { readonly onFresh: (fresh: Fresh) => void }): JSX.Element {
  const w = words();
  const tokens = useLoaded<readonly Token[]>('/tokens');
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const revoking = useSignal<Token | null>(null);
  const ask = async (method: string, path: string, body?: unknown): Promise<boolean> => {
    busy.value = true;
    const answer = await request<{ readonly name?: string; readonly token?: string }>(method, path, body);
    busy.value = false;
    problem.value = answer.ok ? null : answer.problem;
    await tokens.reload();
    if (answer.ok && answer.value.token !== undefined) {
      onFresh({ kind: 'token', name: answer.value.name ?? '', secret: answer.value.token });
    }
    return answer.ok;
  };
  return (
    <Card title={w.programs}>
      <WhenLoaded of={tokens}>
        {(all) => (
          <Table
            label={w.programs}
            rows={all}
            keyOf={({ id }) => id}
            empty={w.noTokens}
            columns={[
              { id: 'name', title: w.purpose, cell: ({ name }) => <strong>{name}</strong> },
              { id: 'role', title: w.role, cell: ({ role }) => w.roles[role] },
              { id: 'created', title: w.created, cell: ({ createdMs }) => day(createdMs) },
              {
                id: 'do',
                title: '',
                cell: (token) =>
                  may(token.role) && (
                    <Button kind="danger" icon="trash" onClick={() => (revoking.value = token)}>
                      {w.removeToken}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </WhenLoaded>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      <h3>{w.addToken}</h3>
      <NewEntry
        label={w.purpose}
        action={w.addToken}
        busy={busy.value}
        onCreate={(name, role) => ask('POST', '/tokens', { name, role })}
      />
      {revoking.value !== null && (
        <Confirm
          title={w.removeTokenTitle(revoking.value.name)}
          action={w.removeToken}
          onClose={() => (revoking.value = null)}
          onConfirm={() => {
            const id = revoking.value?.id ?? '';
            revoking.value = null;
            void ask('DELETE', `/tokens/${encodeURIComponent(id)}`);
          }}
        >
          <p>{w.removeTokenLead}</p>
        </Confirm>
      )}
    </Card>
  );
}
