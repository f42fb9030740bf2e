import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import { moment, number } from '../../words/format.ts';
import { words } from './words.ts';

interface DeadLetter {
  readonly seq: number;
  readonly transaction: string | null;
  readonly fact: { readonly kind?: string } | null;
  readonly parkedAtMs: number;
  readonly failed: number;
  readonly lastError: string;
}

/** What the backend did not take; `mark` changes when the list may have changed. */
export function DeadLetters({
  station,
  mark,
}: {
  readonly station: string;
  readonly mark: number;
}): JSX.Element | null {
  const w = words();
  const list = useLoaded<readonly DeadLetter[]>(may('operator') ? stationPath(station, '/outbox/dead-letters') : null);
  const { problem, run } = useAction();
  const removing = useSignal<DeadLetter | null>(null);
  useEffect(() => void list.reload(), [mark]);
  if (!may('operator')) return null;
  const path = stationPath(station, '/outbox/dead-letters');
  const act = async (method: string, rest: string, done: string, body?: unknown): Promise<void> => {
    if (await run(method, path + rest, body)) say(done);
    await list.reload();
  };
  return (
    <Card
      title={w.deadLetters}
      actions={
        (list.value.value ?? []).length > 1 && (
          <Button icon="refresh" onClick={() => void act('POST', '/resend', w.resent)}>
            {w.resendAll}
          </Button>
        )
      }
    >
      <p class="soft">{w.deadLettersLead}</p>
      {problem !== null && <ProblemNotice problem={problem} />}
      <WhenLoaded of={list}>
        {(letters) => (
          <Table
            label={w.deadLetters}
            rows={letters}
            keyOf={({ seq }) => seq}
            empty={w.noDeadLetters}
            columns={columns({
              onResend: ({ seq }) => void act('POST', `/${seq}/resend`, w.resent),
              onRemove: (letter) => (removing.value = letter),
            })}
          />
        )}
      </WhenLoaded>
      {removing.value !== null && (
        <Confirm
          title={w.removeTitle}
          action={w.remove}
          onClose={() => (removing.value = null)}
          onConfirm={() => {
            const { seq } = removing.value ?? { seq: 0 };
            removing.value = null;
            void act('DELETE', `/${seq}`, w.removed, { confirm: true });
          }}
        >
          <p>{w.removeLead}</p>
        </Confirm>
      )}
    </Card>
  );
}

function columns(actions: {
  readonly onResend: (letter: DeadLetter) => void;
  readonly onRemove: (letter: DeadLetter) => void;
}): readonly Column<DeadLetter>[] {
  const w = words();
  const buttons = (letter: DeadLetter): JSX.Element => (
    <span class="row">
      <Button icon="refresh" onClick={() => actions.onResend(letter)}>
        {w.resend}
      </Button>
      <Button kind="danger" icon="trash" label={w.remove} onClick={() => actions.onRemove(letter)} />
    </span>
  );
  return [
    { id: 'what', title: w.what, cell: ({ fact, seq }) => fact?.kind ?? String(seq) },
    { id: 'transaction', title: w.transaction, cell: ({ transaction }) => transaction ?? '–' },
    { id: 'failed', title: w.failed, align: 'end', cell: ({ failed }) => number(failed) },
    { id: 'reason', title: w.reason, cell: ({ lastError }) => lastError },
    { id: 'when', title: w.when, cell: ({ parkedAtMs }) => moment(parkedAtMs) },
    { id: 'do', title: '', cell: buttons },
  ];
}
