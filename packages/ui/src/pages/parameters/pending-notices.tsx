import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { request, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Notice } from '../../parts/notice.tsx';
import { words as partWords } from '../../parts/part-words.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { say } from '../../parts/toast.tsx';
import { station } from '../../state/live.ts';
import { may } from '../../state/session.ts';
import { said } from '../../words/dictionary.ts';
import { EndpointPanel } from './endpoint-panel.tsx';
import type { Settings } from './settings-store.ts';
import { words } from './words.ts';

/** What is stored and does not count yet: it stays to be seen until it is done. */
export function PendingNotices({ settings }: { readonly settings: Settings }): JSX.Element {
  return (
    <>
      <EndpointPanel settings={settings} />
      <RestartNeeded settings={settings} />
      <Scheduled settings={settings} />
    </>
  );
}

function RestartNeeded({ settings }: { readonly settings: Settings }): JSX.Element | null {
  const w = words();
  const asking = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  /** When the station was started that is to be restarted; null: no restart is under way. */
  const restartOf = useSignal<number | null>(null);
  const started = station.value?.startedMs;
  const waiting = (settings.views.value ?? []).filter((view) => view.pending?.until === 'restart');
  useEffect(() => {
    if (restartOf.value === null || waiting.length > 0) return;
    restartOf.value = null;
    say(w.restarted);
  }, [waiting.length]);
  useEffect(() => void settings.refresh(), [started]);
  if (restartOf.value !== null) return <Notice tone="info" title={w.restarting} />;
  if (waiting.length === 0) return null;
  const charging = station.value?.evses.some(({ transaction }) => transaction !== null) === true;
  const restart = async (): Promise<void> => {
    asking.value = false;
    const answer = await request('POST', stationPath(settings.station, '/reset'), { kind: 'soft' });
    problem.value = answer.ok ? null : answer.problem;
    if (answer.ok) restartOf.value = started ?? 0;
  };
  return (
    <Notice tone="warn" title={w.restartTitle}>
      <p>{w.restartWhat(waiting.map(({ row }) => said(row.label)).join(', '))}</p>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      {may('operator') && <Button onClick={() => (asking.value = true)}>{w.restart}</Button>}
      {asking.value && (
        <Dialog
          title={w.restartAsk}
          onClose={() => (asking.value = false)}
          actions={
            <>
              <Button onClick={() => (asking.value = false)}>{partWords().cancel}</Button>
              <Button kind="primary" onClick={() => void restart()}>
                {w.restart}
              </Button>
            </>
          }
        >
          <p>{charging ? w.restartCharging : w.restartIdle}</p>
        </Dialog>
      )}
    </Notice>
  );
}

function Scheduled({ settings }: { readonly settings: Settings }): JSX.Element | null {
  const w = words();
  const problem = useSignal<Problem | null>(null);
  const waiting = Object.keys(settings.scheduled.value?.changes ?? {});
  if (waiting.length === 0) return null;
  const labels = waiting.map((id) => {
    const view = settings.byId.value.get(id);
    return view === undefined ? id : said(view.row.label);
  });
  return (
    <Notice tone="info" title={w.scheduledTitle}>
      <p>{labels.join(', ')}</p>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      {may('operator') && (
        <Button onClick={() => void settings.cancelScheduled().then((failed) => (problem.value = failed))}>
          {w.cancelScheduled}
        </Button>
      )}
    </Notice>
  );
}
