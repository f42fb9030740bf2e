import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import type { PageProps } from '../../app/page-props.ts';
import { download, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Card, Facts, Page } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { station as stationState } from '../../state/live.ts';
import { may } from '../../state/session.ts';
import { moment } from '../../words/format.ts';
import { SecurityLog } from './security-log.tsx';
import { words } from './words.ts';

/** For who looks for a cause: health, what went wrong, the archive for support, the security log. */
export function DiagnosticsPage({ station }: PageProps): JSX.Element {
  const w = words();
  return (
    <Page title={w.title}>
      <div class="cards">
        <Health />
        {may('operator') && <Archive station={station} />}
        {may('operator') && <Restart station={station} />}
        <Problems />
      </div>
      {may('operator') && <SecurityLog station={station} />}
    </Page>
  );
}

function Health(): JSX.Element | null {
  const w = words();
  const shown = stationState.value;
  if (shown === null || shown.store === undefined) return null;
  const { notReady, store, clock, bearer } = shown;
  return (
    <Card title={w.health}>
      {notReady.length === 0 ? (
        <Notice tone="good" title={w.ready} />
      ) : (
        <Notice tone="bad" title={w.notReady}>
          <ul>
            {notReady.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Facts
        rows={[
          [w.store, store.problem || w.storeOk],
          [w.clock, clock.source === 'none' ? w.clockUnset : `${w.clockOk}, ${moment(clock.nowMs)}`],
          [w.network, bearer.reason || bearer.name],
        ]}
      />
    </Card>
  );
}

function Archive({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const fetchIt = async (): Promise<void> => {
    busy.value = true;
    problem.value = await download(stationPath(station, '/diagnostics'), 'diagnostics.zip');
    busy.value = false;
  };
  return (
    <Card title={w.bundle}>
      <p>{w.bundleLead}</p>
      <div class="row">
        <Button kind="primary" icon="download" busy={busy.value} onClick={() => void fetchIt()}>
          {w.download}
        </Button>
      </div>
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
    </Card>
  );
}

function Restart({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const asked = useSignal(false);
  const { problem, run } = useAction();
  const restart = async (): Promise<void> => {
    asked.value = false;
    if (await run('POST', stationPath(station, '/reset'), { kind: 'soft' })) say(w.restarting, 'info');
  };
  return (
    <Card title={w.restart}>
      <p>{w.restartLead}</p>
      <div class="row">
        <Button icon="refresh" onClick={() => (asked.value = true)}>
          {w.restart}
        </Button>
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
      {asked.value && (
        <Confirm
          title={w.restartTitle}
          action={w.restart}
          onClose={() => (asked.value = false)}
          onConfirm={() => void restart()}
        >
          <p>{w.restartLead}</p>
        </Confirm>
      )}
    </Card>
  );
}

function Problems(): JSX.Element {
  const w = words();
  const problems = stationState.value?.problems ?? [];
  return (
    <Card title={w.problems} wide>
      {problems.length === 0 ? (
        <p class="soft">{w.noProblems}</p>
      ) : (
        <ol class="plain-list" lang="en">
          {problems.toReversed().map(({ atMs, text }) => (
            <li key={`${atMs} ${text}`}>
              <time class="soft small">{moment(atMs)}</time> {text}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
