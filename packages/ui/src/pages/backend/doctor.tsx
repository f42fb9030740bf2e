import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { addressOf } from '../../app/route.ts';
import { request, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Copy } from '../../parts/copy.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Badge, Notice, type Tone } from '../../parts/notice.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { say } from '../../parts/toast.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import { said, type Localized } from '../../words/dictionary.ts';
import { day, duration } from '../../words/format.ts';
import { words } from './words.ts';

type Verdict = 'ok' | 'warning' | 'failed' | 'skipped';

interface Step {
  readonly step: string;
  readonly verdict: Verdict;
  readonly durationMs: number | null;
  readonly text: string;
  readonly remedy: string | null;
  readonly technical: string;
  readonly certificates?: readonly { readonly subject: string; readonly validToMs: number }[];
}

interface Report {
  readonly address: { readonly url: string | null };
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
  readonly silence: { readonly text: string; readonly remedy: string } | null;
  readonly notes: readonly string[];
}

const looks: Readonly<Record<Verdict, { readonly tone: Tone; readonly icon: IconName }>> = {
  ok: { tone: 'good', icon: 'ok' },
  warning: { tone: 'warn', icon: 'warn' },
  failed: { tone: 'bad', icon: 'bad' },
  skipped: { tone: 'soft', icon: 'arrowRight' },
};

/** The address as it is dialled, and each step of the way there. */
export function Doctor({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const report = useSignal<Report | null>(null);
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const look = async (): Promise<void> => {
    busy.value = true;
    const answer = await request<Report>('POST', stationPath(station, '/doctor'), {});
    busy.value = false;
    problem.value = answer.ok ? null : answer.problem;
    if (answer.ok) report.value = answer.value;
  };
  const connect = async (): Promise<void> => {
    const answer = await request('POST', stationPath(station, '/connect'));
    if (answer.ok) say(w.connecting, 'info');
    else problem.value = answer.problem;
  };
  return (
    <>
      <Address station={station} />
      <Card
        title={w.tabs.doctor}
        actions={
          may('operator') && (
            <>
              <Button icon="refresh" onClick={() => void connect()}>
                {w.connect}
              </Button>
              <Button kind="primary" icon="pulse" busy={busy.value} onClick={() => void look()}>
                {report.value === null ? w.look : w.again}
              </Button>
            </>
          )
        }
      >
        <p class="soft">{w.doctorLead}</p>
        {busy.value && <p role="status">{w.looking}</p>}
        {problem.value !== null && <ProblemNotice problem={problem.value} />}
        {report.value !== null && <Findings report={report.value} />}
      </Card>
    </>
  );
}

function Address({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const { value, problem } = useLoaded<{ readonly url: string; readonly warnings: readonly Localized[] }>(
    stationPath(station, '/backend/preview'),
  );
  const settings = `${addressOf(station, 'parameters')}?category=backend`;
  return (
    <Card
      title={w.address}
      actions={
        <a class="button" href={settings}>
          {w.toSettings}
        </a>
      }
    >
      {value.value !== null && <Copy text={value.value.url} />}
      {value.value?.warnings.map((warning) => (
        <Notice key={warning.en} tone="warn" title={said(warning)} />
      ))}
      {problem.value !== null && <Notice tone="info" title={problem.value.detail || w.noAddress} />}
    </Card>
  );
}

function Findings({ report }: { readonly report: Report }): JSX.Element {
  const w = words();
  return (
    <div class="stack" aria-live="polite">
      <Notice tone={looks[report.verdict].tone} title={w.overall[report.verdict]} />
      <ol class="steps">
        {report.steps.map((step) => (
          <StepRow key={step.step} step={step} />
        ))}
      </ol>
      {report.silence !== null && (
        <Notice tone="warn" title={report.silence.text}>
          <p>{report.silence.remedy}</p>
        </Notice>
      )}
      {report.notes.length > 0 && (
        <Notice tone="info" title={w.notes}>
          <ul>
            {report.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}

function StepRow({ step }: { readonly step: Step }): JSX.Element {
  const w = words();
  const { tone, icon } = looks[step.verdict];
  return (
    <li data-tone={tone}>
      <Icon name={icon} />
      <div>
        <p>
          <strong>{w.steps[step.step] ?? step.step}</strong> <Badge tone={tone}>{w.verdicts[step.verdict]}</Badge>{' '}
          {step.durationMs !== null && <span class="soft small">{duration(step.durationMs)}</span>}
        </p>
        <p>{step.text}</p>
        {step.remedy !== null && <p class="remedy">{step.remedy}</p>}
        {(step.certificates ?? []).length > 0 && (
          <ul class="small">
            {step.certificates?.map(({ subject, validToMs }) => (
              <li key={subject}>
                {subject}, {w.validUntil(day(validToMs))}
              </li>
            ))}
          </ul>
        )}
        {step.verdict !== 'skipped' && (
          <details class="small">
            <summary>{w.copyLine}</summary>
            <Copy text={step.technical} />
          </details>
        )}
      </div>
    </li>
  );
}
