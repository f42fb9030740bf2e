import { useSignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/field.tsx';
import { Badge, Notice } from '../../parts/notice.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { say } from '../../parts/toast.tsx';
import { said } from '../../words/dictionary.ts';
import { parameterOf, setValue, type ParameterView } from './parameter-shapes.ts';
import { openRow } from './open-row.ts';
import type { Settings } from './settings-store.ts';
import { valueWord } from './value-words.ts';
import { words } from './words.ts';

/** What is about to change, old and new side by side, with what it takes; then now, or when no car charges. */
export function ReviewSheet({
  settings,
  onClose,
}: {
  readonly settings: Settings;
  readonly onClose: () => void;
}): JSX.Element {
  const w = words();
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const again = useSignal<Readonly<Record<string, string>>>({});
  useEffect(() => {
    void settings.check().then((answer) => {
      if (answer !== null && !answer.ok) problem.value = answer.problem;
    });
  }, []);
  const draft = settings.draft.value;
  const views = [...draft.keys()].flatMap((id) => settings.byId.value.get(id) ?? []);
  const checked = settings.checked.value;
  const refused = views.filter((view) => settings.problemAt(view) !== '');
  const safety = (checked?.confirmations ?? []).filter(({ kind }) => kind === 'typeAgain').map(({ id }) => id);
  const confirmed = safety.every((id) => again.value[id] === draft.get(id)?.value);
  const ready = checked !== null && refused.length === 0 && confirmed && views.length > 0;
  const apply = async (when: 'now' | 'idle'): Promise<void> => {
    busy.value = true;
    problem.value = await settings.apply(when, again.value);
    busy.value = false;
    if (problem.value !== null) return;
    const staged = when === 'now' && checked?.strongest === 'endpoint';
    say(when === 'idle' ? w.scheduledSaid : staged ? w.staged : w.applied(views.length));
    // What there is to do next stands at the top of the page.
    if (staged) scrollTo({ top: 0 });
    onClose();
  };
  return (
    <Dialog
      sheet
      title={w.reviewTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{w.back}</Button>
          <Button disabled={!ready} busy={busy.value} onClick={() => void apply('idle')}>
            {w.applyIdle}
          </Button>
          <Button kind="primary" disabled={!ready} busy={busy.value} onClick={() => void apply('now')}>
            {w.applyNow}
          </Button>
        </>
      }
    >
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      {checked === null && problem.value === null && <p class="soft">{w.checking}</p>}
      {refused.length > 0 && <Notice tone="bad" title={w.refusedCount(refused.length)} />}
      {refused.length === 0 && checked !== null && checked.strongest !== null && (
        <Notice tone={checked.strongest === 'live' ? 'good' : 'info'} title={w.strongest[checked.strongest]} />
      )}
      <Confirmations settings={settings} />
      <ul class="changes">
        {views.map((view) => (
          <ChangeLine key={view.id} settings={settings} view={view} onClose={onClose} />
        ))}
      </ul>
      {safety.map((id) => (
        <TypeAgain key={id} settings={settings} id={id} again={again} />
      ))}
    </Dialog>
  );
}

/** What to mind beside: a car that charges, an old backend that has not got everything. */
function Confirmations({ settings }: { readonly settings: Settings }): JSX.Element {
  const notes = (settings.checked.value?.confirmations ?? []).filter(({ kind }) => kind !== 'typeAgain');
  return (
    <>
      {notes.map(({ id, kind, text }) => (
        <Notice key={`${id} ${kind}`} tone="warn" title={text} />
      ))}
    </>
  );
}

function ChangeLine({
  settings,
  view,
  onClose,
}: {
  readonly settings: Settings;
  readonly view: ParameterView;
  readonly onClose: () => void;
}): JSX.Element {
  const w = words();
  const { row, id, connector } = view;
  const entry = settings.draft.value.get(id);
  const problem = settings.problemAt(view);
  const conflict = settings.conflicts.value.find((one) => one.id === id);
  const warning = settings.verdict(id);
  return (
    <li>
      <p>
        <strong>{said(row.label)}</strong>
        {connector !== null && connector > 1 && ` · ${w.connector(connector)}`}{' '}
        <Badge tone={row.effect === 'live' ? 'good' : 'info'}>{w.effects[row.effect]}</Badge>
      </p>
      <p class="change">
        <span class="unseen">{w.old}</span>
        <span class="old">{valueWord(row, setValue(view))}</span>
        <span aria-hidden="true">→</span>
        <span class="unseen">{w.new}</span>
        <strong>{valueWord(row, entry?.value ?? '')}</strong>
      </p>
      {conflict !== undefined && <p class="error">{w.conflict(valueWord(row, conflict.theirs))}</p>}
      {warning?.ok === true && warning.reason !== null && <p class="hint">{warning.reason}</p>}
      {problem !== '' && (
        <div class="row">
          <p class="error">{problem}</p>
          <Button
            onClick={() => {
              onClose();
              openRow(settings.station, parameterOf(view));
            }}
          >
            {w.toField}
          </Button>
        </div>
      )}
    </li>
  );
}

function TypeAgain({
  settings,
  id,
  again,
}: {
  readonly settings: Settings;
  readonly id: string;
  readonly again: Signal<Readonly<Record<string, string>>>;
}): JSX.Element | null {
  const w = words();
  const value = useSignal('');
  const view = settings.byId.value.get(id);
  if (view === undefined) return null;
  const wanted = settings.draft.value.get(id)?.value ?? '';
  const wrong = value.value !== '' && !wanted.startsWith(value.value);
  return (
    <TextField
      label={w.typeAgain(said(view.row.label))}
      hint={`${w.typeAgainWhy} (${wanted})`}
      error={wrong ? w.typeAgainWrong : ''}
      value={value}
      onChange={(typed) => (again.value = { ...again.value, [id]: typed })}
    />
  );
}
