import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { upload } from '../../net/upload.ts';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Card, Facts } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { TextArea } from '../../parts/text-area.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { said, type Localized } from '../../words/dictionary.ts';
import { bytes, number } from '../../words/format.ts';
import { words } from './words.ts';

/** An image that was uploaded and waits for a decision. */
export interface Uploaded {
  readonly id: string;
  readonly state: 'receiving' | 'kept';
  readonly received: number;
  readonly size: number | null;
  readonly sha256: string | null;
  readonly publisher: string | null;
  readonly version: string | null;
  readonly verified: boolean | null;
  readonly refusal: Localized | null;
}

/** Lets a person bring an image, look at it, and install it. */
export function Upload({
  station,
  uploaded,
  refusal,
  onChange,
}: {
  readonly station: string;
  readonly uploaded: Uploaded | null;
  /** Why nothing can be uploaded now; null: it can. */
  readonly refusal: Localized | null;
  readonly onChange: () => void;
}): JSX.Element {
  const w = words();
  return (
    <Card title={w.upload}>
      <p class="soft">{w.uploadLead}</p>
      {refusal === null ? (
        <NewImage station={station} onChange={onChange} />
      ) : (
        <Notice tone="warn" title={w.notNow}>
          <p>{said(refusal)}</p>
        </Notice>
      )}
      {uploaded !== null && <Kept station={station} uploaded={uploaded} onChange={onChange} />}
    </Card>
  );
}

function NewImage({ station, onChange }: { readonly station: string; readonly onChange: () => void }): JSX.Element {
  const w = words();
  const image = useSignal<File | null>(null);
  const signature = useSignal('');
  const certificate = useSignal('');
  const part = useSignal<number | null>(null);
  const problem = useSignal<Problem | null>(null);
  const send = async (): Promise<void> => {
    if (image.value === null) return;
    part.value = 0;
    const headers = {
      ...(signature.value.trim() === '' ? {} : { 'X-Kerbside-Signature': signature.value.replaceAll(/\s/g, '') }),
      ...(certificate.value.trim() === '' ? {} : { 'X-Kerbside-Certificate': btoa(certificate.value) }),
    };
    const path = stationPath(station, '/firmware/uploads');
    const answer = await upload(path, image.value, headers, (sent) => (part.value = sent));
    part.value = null;
    problem.value = answer.ok ? null : answer.problem;
    onChange();
  };
  return (
    <div class="stack">
      <Field label={w.image}>
        {(ids) => (
          <input {...ids} type="file" onChange={(event) => (image.value = event.currentTarget.files?.[0] ?? null)} />
        )}
      </Field>
      <TextArea label={w.signature} value={signature} rows={2} fileLabel={w.file} />
      <TextArea label={w.certificate} value={certificate} rows={3} fileLabel={w.file} accept=".pem,.crt,.cer" />
      {part.value !== null && (
        <p role="status">
          <progress max={1} value={part.value} /> {w.sending(number(part.value * 100, 0))}
        </p>
      )}
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      <div class="row">
        <Button
          kind="primary"
          icon="upload"
          busy={part.value !== null}
          disabled={image.value === null}
          onClick={() => void send()}
        >
          {w.send}
        </Button>
      </div>
    </div>
  );
}

function Kept({
  station,
  uploaded,
  onChange,
}: {
  readonly station: string;
  readonly uploaded: Uploaded;
  readonly onChange: () => void;
}): JSX.Element {
  const w = words();
  const { problem, busy, run } = useAction();
  const path = stationPath(station, `/firmware/uploads/${encodeURIComponent(uploaded.id)}`);
  const act = async (method: string, rest: string, done: string): Promise<void> => {
    if (await run(method, path + rest)) say(done, 'info');
    onChange();
  };
  return (
    <div class="stack">
      <h3>{w.received}</h3>
      <Facts
        rows={[
          uploaded.version === null ? null : [w.version, uploaded.version],
          [w.size, bytes(uploaded.size ?? uploaded.received)],
          uploaded.sha256 === null ? null : [w.digest, <span class="mono small">{uploaded.sha256}</span>],
          [w.publisher, uploaded.publisher ?? w.unsigned],
        ]}
      />
      {uploaded.verified === true && <Notice tone="good" title={w.verified} />}
      {uploaded.refusal !== null && <Notice tone="bad" title={said(uploaded.refusal)} />}
      {problem !== null && <ProblemNotice problem={problem} />}
      <div class="row">
        {uploaded.refusal === null && (
          <Button kind="primary" busy={busy} onClick={() => void act('POST', '/install', w.installing)}>
            {w.install}
          </Button>
        )}
        <Button icon="trash" onClick={() => void act('DELETE', '', w.discard)}>
          {w.discard}
        </Button>
      </div>
    </div>
  );
}
