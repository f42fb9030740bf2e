import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Badge, Notice } from '../../parts/notice.tsx';
import { Card, Facts } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { TextArea } from '../../parts/text-area.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import { day } from '../../words/format.ts';
import { httpsWords } from './https-words.ts';

/** What `GET /tls` says. */
interface HttpsShape {
  readonly on: boolean;
  readonly origin: 'made' | 'uploaded' | null;
  readonly certificate: {
    readonly issuer: string;
    readonly validFromMs: number;
    readonly validToMs: number;
    readonly names: readonly string[];
    readonly fingerprint: string;
  } | null;
  readonly problems: readonly string[];
}

/** Whether others can read along, and the certificate with which this page is served. */
export function Https(): JSX.Element {
  const w = httpsWords();
  const https = useLoaded<HttpsShape>('/tls');
  return (
    <Card title={w.title}>
      <WhenLoaded of={https}>
        {({ on, origin, certificate, problems }) =>
          !on || certificate === null ? (
            <Notice tone="info" title={w.off}>
              <p>{w.offLead}</p>
            </Notice>
          ) : (
            <>
              {problems.map((problem) => (
                <Notice key={problem} tone="warn" title={problem} />
              ))}
              <p class="row">
                <Badge tone="good">{origin === 'made' ? w.made : w.uploaded}</Badge>
              </p>
              {origin === 'made' && <p class="soft">{w.madeLead}</p>}
              <Facts
                rows={[
                  [w.names, certificate.names.join(', ')],
                  origin === 'made' ? null : [w.issuer, certificate.issuer],
                  [w.valid, w.fromTo(day(certificate.validFromMs), day(certificate.validToMs))],
                  [w.fingerprint, <span class="mono small">{certificate.fingerprint}</span>],
                ]}
              />
              {may('manufacturer') && <OtherCertificate onChange={() => void https.reload()} />}
            </>
          )
        }
      </WhenLoaded>
    </Card>
  );
}

/** How the page gets another certificate. */
function OtherCertificate({ onChange }: { readonly onChange: () => void }): JSX.Element {
  const w = httpsWords();
  const certificate = useSignal('');
  const key = useSignal('');
  const asking = useSignal(false);
  const { problem, busy, run } = useAction();
  const done = (): void => {
    say(w.installed);
    // A private key stays nowhere longer than it has to.
    certificate.value = '';
    key.value = '';
    onChange();
  };
  const install = async (): Promise<void> => {
    if (await run('PUT', '/tls', { certificate: certificate.value, key: key.value })) done();
  };
  const renew = async (): Promise<void> => {
    asking.value = false;
    if (await run('DELETE', '/tls')) done();
  };
  return (
    <details>
      <summary>{w.replace}</summary>
      <div class="stack">
        <p>{w.replaceLead}</p>
        <TextArea label={w.certificate} value={certificate} fileLabel={w.certificateFile} accept=".pem,.crt,.cer" />
        <TextArea label={w.key} value={key} fileLabel={w.keyFile} accept=".pem,.key" />
        {problem !== null && <ProblemNotice problem={problem} />}
        <p class="row">
          <Button
            kind="primary"
            busy={busy}
            disabled={certificate.value.trim() === '' || key.value.trim() === ''}
            onClick={() => void install()}
          >
            {w.install}
          </Button>
          <Button icon="certificate" onClick={() => (asking.value = true)}>
            {w.renew}
          </Button>
        </p>
        {asking.value && (
          <Confirm
            title={w.renewTitle}
            action={w.renew}
            onClose={() => (asking.value = false)}
            onConfirm={() => void renew()}
          >
            <p>{w.renewLead}</p>
          </Confirm>
        )}
      </div>
    </details>
  );
}
