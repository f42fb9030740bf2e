import { useSignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

import { request, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Switch } from '../../parts/field.tsx';
import { Badge, Notice, type Tone } from '../../parts/notice.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../parts/toast.tsx';
import { said } from '../../words/dictionary.ts';
import { readSettings, withoutIndividual, type SettingsFile } from './import-file.ts';
import { setValue } from './parameter-shapes.ts';
import type { ImportedShape } from './settings-shapes.ts';
import type { Settings } from './settings-store.ts';
import { words } from './transfer-words.ts';
import { valueWord } from './value-words.ts';

const tones: Readonly<Record<ImportedShape['kind'], Tone>> = {
  applied: 'good',
  unchanged: 'soft',
  refused: 'bad',
  unknown: 'warn',
};

interface Preview {
  readonly file: SettingsFile;
  readonly outcomes: readonly ImportedShape[];
  readonly done: boolean;
}

/** Takes a file with settings over, after it was shown what becomes of each of them. */
export function ImportCard({ settings }: { readonly settings: Settings }): JSX.Element {
  const w = words();
  const id = useId();
  const file = useSignal<SettingsFile | null>(null);
  const general = useSignal(true);
  const preview = useSignal<Preview | null>(null);
  const problem = useSignal<Problem | null>(null);
  const unreadable = useSignal(false);
  const send = async (dryRun: boolean): Promise<void> => {
    if (file.value === null) return;
    const sent = general.value ? withoutIndividual(file.value) : file.value;
    const path = stationPath(settings.station, `/parameters/import?dryRun=${dryRun}`);
    const answer = await request<{ readonly outcomes: readonly ImportedShape[] }>('POST', path, sent.parameters);
    problem.value = answer.ok ? null : answer.problem;
    if (!answer.ok) return;
    preview.value = { file: sent, outcomes: answer.value.outcomes, done: !dryRun };
    if (dryRun) return;
    say(w.imported);
    await settings.look();
  };
  const choose = async (chosen: File | undefined): Promise<void> => {
    preview.value = null;
    file.value = chosen === undefined ? null : readSettings(chosen.name, await chosen.text());
    unreadable.value = chosen !== undefined && file.value === null;
    await send(true);
  };
  return (
    <Card title={w.importTitle} wide>
      <p class="soft">{w.importLead}</p>
      <div class="field">
        <label for={id}>{w.choose}</label>
        <input
          id={id}
          type="file"
          accept=".json,application/json"
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
      </div>
      <Switch
        label={w.leaveOut}
        on={general.value}
        onChange={(on) => {
          general.value = on;
          void send(true);
        }}
      />
      {unreadable.value && <Notice tone="bad" title={w.notJson} />}
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      {preview.value !== null && (
        <PreviewTable settings={settings} shown={preview.value} onImport={() => void send(false)} />
      )}
    </Card>
  );
}

interface PreviewProps {
  readonly settings: Settings;
  readonly shown: Preview;
  readonly onImport: () => void;
}

function PreviewTable({ settings, shown, onImport }: PreviewProps): JSX.Element {
  const w = words();
  const all: Signal<boolean> = useSignal(false);
  const { file, outcomes, done } = shown;
  const count = (kind: ImportedShape['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const applied = count('applied');
  const rows = outcomes.filter(({ kind }) => all.value || kind !== 'unchanged');
  return (
    <div class="stack">
      <h3>{done ? w.imported : w.preview}</h3>
      <p role="status">
        {w.counts(applied, count('unchanged'), count('refused'), count('unknown'))}
        {!done && <span class="soft"> · {w.previewLead(file.name)}</span>}
      </p>
      <Switch label={w.showUnchanged} on={all.value} onChange={(on) => (all.value = on)} />
      <Table
        label={w.preview}
        rows={rows}
        keyOf={({ name }) => name}
        empty={w.nothing}
        columns={[
          { id: 'what', title: w.what, cell: (row) => labelOf(settings, row) },
          { id: 'now', title: w.now, cell: (row) => valueOf(settings, row) },
          { id: 'file', title: w.file, cell: (row) => valueOf(settings, row, file.parameters[row.name]) },
          {
            id: 'outcome',
            title: w.outcome,
            cell: ({ kind }) => <Badge tone={tones[kind]}>{(done ? w.done : w.outcomes)[kind]}</Badge>,
          },
          { id: 'why', title: w.why, cell: ({ reason, warning }) => reason ?? warning ?? '' },
        ]}
      />
      {!done && applied > 0 && (
        <div class="row">
          <Button kind="primary" onClick={onImport}>
            {w.doImport(applied)}
          </Button>
        </div>
      )}
    </div>
  );
}

function labelOf(settings: Settings, { id, name }: ImportedShape): JSX.Element {
  const view = settings.byId.value.get(id ?? name);
  return view === undefined ? <code>{name}</code> : <span>{said(view.row.label)}</span>;
}

/** The value in the file, or without one the value that is set. */
function valueOf(settings: Settings, { id, name }: ImportedShape, ...inFile: readonly unknown[]): string {
  const view = settings.byId.value.get(id ?? name);
  if (inFile.length === 0) return view === undefined ? '' : valueWord(view.row, setValue(view));
  const [value] = inFile;
  const text = Array.isArray(value) ? value.join(',') : textOf(value);
  return view === undefined ? text : valueWord(view.row, text);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
