import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { useLoaded } from '../../state/loaded.ts';
import { dayAndTime, number } from '../../words/format.ts';
import { words } from './words.ts';

interface Entry {
  readonly idTag: string;
  readonly note: string;
  readonly expiry: string | null;
}

interface List {
  readonly count: number;
  readonly maxLength: number;
  readonly entries: readonly Entry[];
}

/** The operator's own list of cards. */
export function WhiteList({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const path = stationPath(station, '/white-list');
  const list = useLoaded<List>(path);
  const card = useSignal('');
  const note = useSignal('');
  const { problem, busy, run } = useAction();
  const act = async (method: string, rest: string, done: string, body?: unknown): Promise<void> => {
    const isDone = await run(method, path + rest, body);
    if (isDone) {
      say(done);
      card.value = '';
      note.value = '';
    }
    await list.reload();
  };
  return (
    <Card title={w.white}>
      <p class="soft">{w.whiteLead}</p>
      <WhenLoaded of={list}>
        {({ count, maxLength, entries }) => (
          <>
            <p class="soft small">{w.count(number(count), number(maxLength))}</p>
            <Table
              label={w.white}
              rows={entries}
              keyOf={({ idTag }) => idTag}
              empty={w.noWhite}
              columns={[
                { id: 'card', title: w.card, cell: ({ idTag }) => <span class="mono">{idTag}</span> },
                { id: 'note', title: w.note, cell: (entry) => entry.note },
                {
                  id: 'until',
                  title: w.until,
                  cell: ({ expiry }) => (expiry === null ? w.forever : dayAndTime(Date.parse(expiry))),
                },
                {
                  id: 'do',
                  title: '',
                  cell: ({ idTag }) => (
                    <Button
                      icon="trash"
                      kind="danger"
                      label={`${w.remove}: ${idTag}`}
                      onClick={() => void act('DELETE', `/${encodeURIComponent(idTag)}`, w.removed)}
                    />
                  ),
                },
              ]}
            />
          </>
        )}
      </WhenLoaded>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          void act('POST', '', w.added, { idTag: card.value.trim(), note: note.value.trim() });
        }}
      >
        <TextField label={w.card} value={card} required />
        <TextField label={w.note} value={note} />
        <Button type="submit" busy={busy}>
          {w.add}
        </Button>
      </form>
      {problem !== null && <ProblemNotice problem={problem} />}
    </Card>
  );
}
