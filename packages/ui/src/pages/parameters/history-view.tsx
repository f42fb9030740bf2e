import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { addressOf } from '../../app/route.ts';
import { request, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Badge } from '../../parts/notice.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../parts/toast.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { said } from '../../words/dictionary.ts';
import { dayAndTime } from '../../words/format.ts';
import type { ParameterView } from './parameter-shapes.ts';
import { setValue } from './parameter-shapes.ts';
import type { HistoryShape } from './settings-shapes.ts';
import type { Settings } from './settings-store.ts';
import { words } from './transfer-words.ts';
import { valueWord } from './value-words.ts';

/** The last 200 changes, each of which can be taken back. */
export function HistoryView({ settings }: { readonly settings: Settings }): JSX.Element {
  const w = words();
  const loaded = useLoaded<readonly HistoryShape[]>(stationPath(settings.station, '/parameters/history'));
  const problem = useSignal<Problem | null>(null);
  const changes = settings.endpoint.value?.changes;
  useEffect(() => void loaded.reload(), [changes]);
  const undo = async (entry: HistoryShape, force: boolean): Promise<void> => {
    const path = stationPath(settings.station, `/parameters/history/${entry.number}/undo`);
    const answer = await request('POST', path, { force });
    problem.value = answer.ok ? null : answer.problem;
    if (answer.ok) say(w.undone);
    await settings.look();
    await loaded.reload();
  };
  return (
    <div class="stack">
      <p class="soft">{w.historyLead}</p>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      <WhenLoaded of={loaded}>
        {(entries) => (
          <Table
            label={w.history}
            rows={entries}
            keyOf={({ number }) => number}
            empty={w.noHistory}
            columns={[
              { id: 'when', title: w.when, cell: ({ atMs }) => <time>{dayAndTime(atMs)}</time> },
              { id: 'what', title: w.what, cell: (entry) => <Named settings={settings} id={entry.id} /> },
              { id: 'change', title: w.change, cell: (entry) => <FromTo settings={settings} entry={entry} /> },
              { id: 'who', title: w.who, cell: (entry) => <Author entry={entry} /> },
              {
                id: 'undo',
                title: w.undo,
                cell: (entry) => <Undo settings={settings} entry={entry} onUndo={(force) => void undo(entry, force)} />,
              },
            ]}
          />
        )}
      </WhenLoaded>
    </div>
  );
}

function Named({ settings, id }: { readonly settings: Settings; readonly id: string }): JSX.Element {
  const view = settings.byId.value.get(id);
  return (
    <a href={`${addressOf(settings.station, 'parameters')}?id=${encodeURIComponent(id)}`}>
      {view === undefined ? id : said(view.row.label)}
    </a>
  );
}

function FromTo({ settings, entry }: { readonly settings: Settings; readonly entry: HistoryShape }): JSX.Element {
  const view = settings.byId.value.get(entry.id);
  const show = (value: string): string => (view === undefined ? value : valueWord(view.row, value));
  return (
    <span class="change">
      <span class="old">{show(entry.old)}</span>
      <span aria-hidden="true">→</span>
      <strong>{show(entry.new)}</strong>
    </span>
  );
}

function Author({ entry }: { readonly entry: HistoryShape }): JSX.Element {
  const w = words();
  if (entry.source === 'rollback') return <Badge tone="warn">{w.rolledBack}</Badge>;
  return (
    <span>
      {w.sources[entry.source] ?? entry.source}
      {entry.who !== '' && <span class="soft"> · {entry.who}</span>}
    </span>
  );
}

interface UndoProps {
  readonly settings: Settings;
  readonly entry: HistoryShape;
  readonly onUndo: (force: boolean) => void;
}

/** One step back; where the value has changed again since, that is said, and asked for a second time. */
function Undo({ settings, entry, onUndo }: UndoProps): JSX.Element | null {
  const w = words();
  const asking = useSignal(false);
  const view = settings.byId.value.get(entry.id);
  const obstacle = whyNoUndo(view, entry);
  if (obstacle !== null) return <span class="soft small">{w.noUndo[obstacle]}</span>;
  const overtaken = view !== undefined && setValue(view) !== entry.new;
  if (asking.value && overtaken)
    return (
      <span class="stack">
        <span class="small">{w.overtaken(valueWord(view.row, setValue(view)))}</span>
        <Button onClick={() => onUndo(true)}>{w.undoAnyway}</Button>
      </span>
    );
  return <Button onClick={() => (overtaken ? (asking.value = true) : onUndo(false))}>{w.undo}</Button>;
}

function whyNoUndo(view: ParameterView | undefined, entry: HistoryShape): 'secret' | 'locked' | 'same' | null {
  if (view === undefined || !view.writable) return 'locked';
  if (view.row.secret === true) return 'secret';
  return setValue(view) === entry.old ? 'same' : null;
}
