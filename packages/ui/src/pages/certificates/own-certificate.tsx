import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { request, save, stationPath } from '../../net/api.ts';
import type { CertificateShape } from '../../net/shapes.ts';
import { Button } from '../../parts/button.tsx';
import { Copy } from '../../parts/copy.tsx';
import { Badge, Notice } from '../../parts/notice.tsx';
import { Card, Facts } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { TextArea } from '../../parts/text-area.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { may } from '../../state/session.ts';
import { Validity } from './validity.tsx';
import { words } from './words.ts';

/** The certificate with which the station logs in, and how it gets another one. */
export function OwnCertificate({
  station,
  own,
  awaited,
  onChange,
}: {
  readonly station: string;
  readonly own: CertificateShape | null;
  readonly awaited: boolean;
  readonly onChange: () => void;
}): JSX.Element {
  const w = words();
  const csr = useSignal('');
  const pem = useSignal('');
  const { problem, busy, run } = useAction();
  const ask = async (): Promise<void> => {
    const answer = await request<{ readonly pem: string }>('POST', stationPath(station, '/certificates/csr'), {});
    if (!answer.ok) return void run('POST', stationPath(station, '/certificates/csr'), {});
    csr.value = answer.value.pem;
    save(new Blob([answer.value.pem], { type: 'application/pem-certificate-chain' }), 'request.csr');
  };
  const install = async (): Promise<void> => {
    if (!(await run('PUT', stationPath(station, '/certificates/own'), { pem: pem.value }))) return;
    say(w.installed);
    pem.value = '';
    onChange();
  };
  return (
    <Card title={w.own}>
      <p class="soft">{w.ownLead}</p>
      {awaited && <Notice tone="info" title={w.awaited} />}
      {own === null ? (
        <p>{w.noOwn}</p>
      ) : (
        <>
          <p class="row">
            <Badge tone={own.used ? 'good' : 'soft'}>{own.used ? w.used : w.unused}</Badge>
            {own.proven && <Badge tone="good">{w.proven}</Badge>}
          </p>
          <Facts
            rows={[
              [w.subject, own.subject],
              [w.issuer, own.issuer],
              [w.valid, <Validity fromMs={own.validFromMs} toMs={own.validToMs} nowMs={Date.now()} />],
              [w.fingerprint, <span class="mono small">{own.fingerprint}</span>],
            ]}
          />
        </>
      )}
      {may('manufacturer') && (
        <details>
          <summary>{w.request}</summary>
          <div class="stack">
            <p>{w.requestLead}</p>
            <Button icon="certificate" onClick={() => void ask()}>
              {w.request}
            </Button>
            {csr.value !== '' && <Copy text={csr.value}>{w.csr}</Copy>}
            <TextArea label={w.pem} value={pem} fileLabel={w.file} accept=".pem,.crt,.cer" />
            {problem !== null && <ProblemNotice problem={problem} />}
            <Button kind="primary" busy={busy} disabled={pem.value.trim() === ''} onClick={() => void install()}>
              {w.installOwn}
            </Button>
          </div>
        </details>
      )}
    </Card>
  );
}
