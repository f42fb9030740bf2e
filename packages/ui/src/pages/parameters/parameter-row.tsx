import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

import { addressOf } from '../../app/route.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge } from '../../parts/notice.tsx';
import { may } from '../../state/session.ts';
import { said } from '../../words/dictionary.ts';
import { ParameterControl } from './parameter-control.tsx';
import type { ParameterView } from './parameter-shapes.ts';
import { RowFacts, RowHelp } from './row-facts.tsx';
import type { Settings } from './settings-store.ts';
import { standardOf } from './standard-value.ts';
import { valueWord } from './value-words.ts';
import { words } from './words.ts';

interface RowProps {
  readonly settings: Settings;
  /** One value, or that of each connector. */
  readonly views: readonly [ParameterView, ...ParameterView[]];
  /** It is what the address names. */
  readonly named: boolean;
}

/** One parameter with everything that there is to say of it. */
export function ParameterRow({ settings, views, named }: RowProps): JSX.Element {
  const w = words();
  const [first] = views;
  const { row, id } = first;
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!named || place.current === null) return;
    place.current.scrollIntoView({ block: 'center' });
    const field = place.current.querySelector<HTMLElement>('input, select, [role=group]');
    (field ?? place.current).focus({ preventScroll: true });
  }, [named]);
  const typed = views.some((view) => settings.draft.value.has(view.id));
  const label = said(row.label);
  return (
    <article class="param" id={`row-${id}`} data-typed={typed} data-named={named} ref={place} tabIndex={-1}>
      <div class="param-head">
        <h3 id={`label-${id}`}>{label}</h3>
        {typed && <Badge tone="info">{w.typed}</Badge>}
        {row.safety === true && <Badge tone="warn">{w.safety}</Badge>}
        <a
          class="button quiet small link-here"
          href={`${addressOf(settings.station, 'parameters')}?id=${encodeURIComponent(id)}`}
          aria-label={w.linkOf(label)}
          title={w.link}
        >
          <Icon name="link" />
        </a>
      </div>
      <p class="soft purpose">{said(row.purpose)}</p>
      <div class="param-values" data-count={views.length}>
        {views.map((view) => (
          <Value key={view.id} settings={settings} view={view} several={views.length > 1} />
        ))}
      </div>
      <RowFacts view={first} />
      <RowHelp views={views} />
    </article>
  );
}

interface ValueProps {
  readonly settings: Settings;
  readonly view: ParameterView;
  readonly several: boolean;
}

function Value({ settings, view, several }: ValueProps): JSX.Element {
  const w = words();
  const { id, row, connector, pending } = view;
  const parameter = several && connector !== null && connector > 1 ? id.slice(0, id.lastIndexOf('_')) : id;
  const problem = settings.problemAt(view);
  const labelledBy = several ? `label-${parameter} connector-${id}` : `label-${parameter}`;
  return (
    <div class="param-value">
      {several && (
        <p class="soft small" id={`connector-${id}`}>
          {w.connector(connector ?? 1)}
        </p>
      )}
      {view.writable ? (
        <ParameterControl
          view={view}
          value={settings.shown(view)}
          labelledBy={labelledBy}
          describedBy={`said-${id}`}
          invalid={problem !== ''}
          onValue={(value) => settings.type(view, value)}
        />
      ) : (
        <Locked view={view} labelledBy={labelledBy} />
      )}
      <div id={`said-${id}`} class="said">
        {problem !== '' && (
          <p class="error" role="alert">
            {problem}
          </p>
        )}
        {view.effective !== view.value && row.secret !== true && (
          <p class="soft small">{w.inForce(valueWord(row, view.effective))}</p>
        )}
        {pending !== null && (
          <Badge tone="warn">
            {(pending.until === 'restart' ? w.waitsRestart : w.waitsApply)(valueWord(row, pending.value))}
          </Badge>
        )}
      </div>
      <Steps settings={settings} view={view} />
      <ConflictLine settings={settings} view={view} />
    </div>
  );
}

/** What can be done with what is typed or set. */
function Steps({ settings, view }: Omit<ValueProps, 'several'>): JSX.Element | null {
  const w = words();
  const standard = standardOf(view);
  const typed = settings.draft.value.has(view.id);
  const canReset = view.writable && settings.shown(view) !== standard;
  if (!typed && !canReset) return null;
  return (
    <div class="row value-steps">
      {typed && (
        <Button kind="quiet" onClick={() => settings.drop(view.id)}>
          {w.revert}
        </Button>
      )}
      {canReset && (
        <Button kind="quiet" label={w.resetOf(said(view.row.label))} onClick={() => settings.type(view, standard)}>
          {w.reset}
        </Button>
      )}
    </div>
  );
}

function ConflictLine({ settings, view }: Omit<ValueProps, 'several'>): JSX.Element | null {
  const w = words();
  const conflict = settings.conflicts.value.find(({ id }) => id === view.id);
  if (conflict === undefined) return null;
  return (
    <div class="notice" data-tone="warn" role="alert">
      <Icon name="warn" />
      <div>
        <p>{w.conflict(valueWord(view.row, conflict.theirs))}</p>
        <div class="row">
          <Button onClick={() => settings.insist(view)}>{w.keepMine}</Button>
          <Button onClick={() => settings.drop(view.id)}>{w.takeTheirs}</Button>
        </div>
      </div>
    </div>
  );
}

/** A value that this person cannot change, and why. */
function Locked({ view, labelledBy }: { readonly view: ParameterView; readonly labelledBy: string }): JSX.Element {
  const value = view.value === '' && view.effective !== '' ? view.effective : view.value;
  return (
    <div class="locked" role="group" aria-labelledby={labelledBy}>
      <p class="value">{valueWord(view.row, value)}</p>
      <p class="soft small">
        <Icon name="lock" /> {whyLocked(view)}
      </p>
    </div>
  );
}

function whyLocked({ row, environment, notWritableBecause }: ParameterView): string {
  const w = words();
  if (row.effect === 'fixed') return w.lockedFixed;
  if (row.scope === 'process') return w.lockedProcess(environment);
  if (!may(row.write)) return w.lockedRole[row.write];
  return may('operator') ? notWritableBecause : w.lockedRole.viewer;
}
