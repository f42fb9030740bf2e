import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { SelectField } from '../../parts/field.tsx';
import { Badge } from '../../parts/notice.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { TextArea } from '../../parts/text-area.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { may } from '../../state/session.ts';
import { Validity } from './validity.tsx';
import { words } from './words.ts';

/** An installed root, as the daemon tells it. */
export interface Root {
  readonly kind: 'centralSystem' | 'manufacturer';
  readonly name: string;
  readonly subject: string;
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly fingerprint: string;
  readonly replacing: boolean;
  readonly inUse: boolean;
}

/** Whom the station trusts. */
export function Roots({
  station,
  roots,
  onChange,
}: {
  readonly station: string;
  readonly roots: readonly Root[];
  readonly onChange: () => void;
}): JSX.Element {
  const w = words();
  const removing = useSignal<Root | null>(null);
  const { problem, run } = useAction();
  const remove = async (): Promise<void> => {
    const fingerprint = removing.value?.fingerprint ?? '';
    removing.value = null;
    if (await run('POST', stationPath(station, '/certificates/delete'), { fingerprint })) say(w.deleted);
    onChange();
  };
  return (
    <Card title={w.roots}>
      <p class="soft">{w.rootsLead}</p>
      <Table
        label={w.roots}
        rows={roots}
        keyOf={({ fingerprint }) => fingerprint}
        empty={w.noRoots}
        columns={columns((root) => (removing.value = root))}
      />
      {problem !== null && <ProblemNotice problem={problem} />}
      {may('operator') && <NewRoot station={station} onChange={onChange} />}
      {removing.value !== null && (
        <Confirm
          title={w.removeTitle}
          action={w.remove}
          onClose={() => (removing.value = null)}
          onConfirm={() => void remove()}
        >
          <p>{w.removeLead}</p>
          <p class="mono small">{removing.value.subject}</p>
        </Confirm>
      )}
    </Card>
  );
}

function columns(onRemove: (root: Root) => void): readonly Column<Root>[] {
  const w = words();
  return [
    {
      id: 'subject',
      title: w.subject,
      cell: (root) => (
        <>
          <strong>{root.name}</strong> <span class="soft small">{root.subject}</span>
          <br />
          <span class="mono small">{root.fingerprint.slice(0, 23)}…</span>
        </>
      ),
    },
    { id: 'kind', title: w.kind, cell: ({ kind }) => w.kinds[kind] },
    {
      id: 'valid',
      title: w.valid,
      cell: (root) => <Validity fromMs={root.validFromMs} toMs={root.validToMs} nowMs={Date.now()} />,
    },
    {
      id: 'state',
      title: '',
      cell: (root) => (
        <span class="row">
          {root.inUse && <Badge tone="good">{w.inUse}</Badge>}
          {root.replacing && <Badge tone="info">{w.replacing}</Badge>}
          {may('operator') && (
            <Button kind="danger" icon="trash" label={`${w.remove}: ${root.name}`} onClick={() => onRemove(root)} />
          )}
        </span>
      ),
    },
  ];
}

function NewRoot({ station, onChange }: { readonly station: string; readonly onChange: () => void }): JSX.Element {
  const w = words();
  const pem = useSignal('');
  const kind = useSignal<Root['kind']>('centralSystem');
  const { problem, busy, run } = useAction();
  const install = async (): Promise<void> => {
    const body = { kind: kind.value, certificate: pem.value };
    if (!(await run('POST', stationPath(station, '/certificates'), body))) return;
    say(w.installed);
    pem.value = '';
    onChange();
  };
  return (
    <details>
      <summary>{w.addRoot}</summary>
      <div class="stack">
        <SelectField
          label={w.kind}
          value={kind.value}
          options={(['centralSystem', 'manufacturer'] as const)
            .filter((one) => one === 'centralSystem' || may('manufacturer'))
            .map((value) => ({ value, label: w.kinds[value] }))}
          onChange={(value) => (kind.value = value === 'manufacturer' ? value : 'centralSystem')}
        />
        <TextArea label={w.pem} value={pem} fileLabel={w.file} accept=".pem,.crt,.cer" />
        {problem !== null && <ProblemNotice problem={problem} />}
        <Button kind="primary" busy={busy} disabled={pem.value.trim() === ''} onClick={() => void install()}>
          {w.install}
        </Button>
      </div>
    </details>
  );
}
