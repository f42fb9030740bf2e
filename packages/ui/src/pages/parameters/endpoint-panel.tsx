import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { addressOf } from '../../app/route.ts';
import { request, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Facts } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { say } from '../../parts/toast.tsx';
import { station } from '../../state/live.ts';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import { said } from '../../words/dictionary.ts';
import { duration, moment } from '../../words/format.ts';
import { words as partWords } from '../../parts/part-words.ts';
import { words } from './endpoint-words.ts';
import type { EndpointStanding } from './settings-shapes.ts';
import type { Settings } from './settings-store.ts';
import { valueWord } from './value-words.ts';

/** Where a change of the backend address stands: staged, being tried, or rolled back. */
export function EndpointPanel({ settings }: { readonly settings: Settings }): JSX.Element {
  const standing = settings.endpoint.value;
  if (standing === null) return <></>;
  return (
    <>
      <RolledBack settings={settings} standing={standing} />
      {standing.trial !== null && <Trying settings={settings} standing={standing} />}
      {standing.staged.length > 0 && <StagedAddress settings={settings} standing={standing} />}
    </>
  );
}

interface StandingProps {
  readonly settings: Settings;
  readonly standing: EndpointStanding;
}

function StagedAddress({ settings, standing }: StandingProps): JSX.Element {
  const w = words();
  const asking = useSignal(false);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const preview = useLoaded<{ readonly url: string }>(
    stationPath(settings.station, `/backend/preview?v=${standing.changes}`),
  ).value.value;
  const apply = async (confirmed: boolean): Promise<void> => {
    asking.value = false;
    busy.value = true;
    const answer = await request('POST', stationPath(settings.station, '/endpoint/apply'), { confirmed });
    await settings.look();
    busy.value = false;
    problem.value = answer.ok ? null : answer.problem;
    if (answer.ok && settings.endpoint.value?.staged.length === 0) say(w.applied);
  };
  const takeBack = async (): Promise<void> => {
    const inForce = standing.staged.map((id) => [id, settings.byId.value.get(id)?.value ?? ''] as const);
    const changes = Object.fromEntries(inForce);
    const answer = await request('PATCH', stationPath(settings.station, '/parameters'), { changes });
    problem.value = answer.ok ? null : answer.problem;
    await settings.look();
  };
  const operator = may('operator');
  return (
    <Notice tone="info" title={standing.waiting ? w.waitingTitle : w.stagedTitle}>
      <p>{standing.waiting ? w.waitingWhat : w.stagedWhat}</p>
      <Facts rows={standing.staged.map((id) => staged(settings, id))} />
      {preview !== null && (
        <p>
          {w.next} <code>{preview.url}</code>
        </p>
      )}
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      {operator && (
        <div class="row">
          {!standing.waiting && (
            <Button kind="primary" busy={busy.value} onClick={() => void apply(false)}>
              {w.apply}
            </Button>
          )}
          {standing.waiting && <Button onClick={() => (asking.value = true)}>{w.force}</Button>}
          <Button onClick={() => void takeBack()}>{w.discard}</Button>
        </div>
      )}
      {asking.value && (
        <Dialog
          title={w.forceAsk}
          onClose={() => (asking.value = false)}
          actions={
            <>
              <Button onClick={() => (asking.value = false)}>{partWords().cancel}</Button>
              <Button kind="danger" onClick={() => void apply(true)}>
                {w.force}
              </Button>
            </>
          }
        >
          <p>{w.forceWhat}</p>
        </Dialog>
      )}
    </Notice>
  );
}

function staged(settings: Settings, id: string): readonly [string, JSX.Element] | null {
  const view = settings.byId.value.get(id);
  if (view === undefined) return null;
  return [
    said(view.row.label),
    <span key={id}>
      <span class="old">{valueWord(view.row, view.value)}</span> <span aria-hidden="true">→</span>{' '}
      <strong>{valueWord(view.row, view.pending?.value ?? view.value)}</strong>
    </span>,
  ];
}

function Trying({ settings, standing: { trial, hasLastGood, rollbackSeconds } }: StandingProps): JSX.Element {
  const w = words();
  const link = station.value?.link;
  if (trial === null) return <></>;
  return (
    <Notice tone="info" title={trial.of === 'endpoint' ? w.trying : w.tryingPassword}>
      <p>{hasLastGood ? w.tryingWhat(duration(rollbackSeconds * 1_000)) : w.tryingFirst}</p>
      {trial.rejected && <p>{w.rejected}</p>}
      <Facts
        rows={[
          [w.since, `${moment(trial.sinceMs)} · ${w.attempts(trial.attempts)}`],
          link === undefined || link.kind === 'open' || link.reason === ''
            ? null
            : [w.lastError, <span lang="en">{link.reason}</span>],
        ]}
      />
      <a class="button" href={addressOf(settings.station, 'backend')}>
        {w.doctor}
      </a>
    </Notice>
  );
}

/** Until somebody has seen it, or in this browser the next one happens. */
function RolledBack({ settings, standing: { rolledBack } }: StandingProps): JSX.Element {
  const w = words();
  const kept = `kerbside-seen-rollback ${settings.station}`;
  const seen = useSignal(sessionStorage.getItem(kept) ?? '');
  if (rolledBack === null || seen.value === String(rolledBack.atMs)) return <></>;
  const dismiss = (): void => {
    seen.value = String(rolledBack.atMs);
    sessionStorage.setItem(kept, seen.value);
  };
  return (
    <Notice tone="warn" title={w.backTitle}>
      <p>{w.backWhat(moment(rolledBack.atMs))}</p>
      <p>{rolledBack.reason}</p>
      <div class="row">
        <a class="button" href={addressOf(settings.station, 'parameters', 'history')}>
          {w.history}
        </a>
        <Button onClick={dismiss}>{w.dismiss}</Button>
      </div>
    </Notice>
  );
}
