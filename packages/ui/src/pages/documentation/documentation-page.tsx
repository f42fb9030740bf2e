import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { addressOf } from '../../app/route.ts';
import { TextField } from '../../parts/field.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Card, Facts, Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { processState } from '../../state/live.ts';
import { useLoaded } from '../../state/loaded.ts';
import { said, type Localized } from '../../words/dictionary.ts';
import { language } from '../../words/language.ts';
import { words } from './words.ts';

interface KnownProblem {
  readonly code: string;
  readonly title: Localized;
  readonly remedy: Localized;
}

/** What there is to read on the device: the API, the settings, and what each error means. */
export function DocumentationPage(): JSX.Element {
  const w = words();
  const stations = processState.value?.stations ?? [];
  return (
    <Page title={w.title} lead={w.lead}>
      <Card title={w.read}>
        <ul class="reading">
          <li>
            <a href={`/docs/api?lang=${language.value}`}>{w.api}</a>
          </li>
          <li>
            <a href="/api/v1/openapi.json">{w.openApi}</a>
          </li>
          {stations.slice(0, 1).map((name) => (
            <li key={name}>
              <a href={addressOf(name, 'parameters')}>{w.settings}</a>
            </li>
          ))}
          <li>
            <a href={addressOf(null, 'verify')}>{w.verify}</a>
          </li>
          <li>
            <a href="/metrics">{w.metrics}</a>
          </li>
        </ul>
        <Facts rows={[[w.version, processState.value?.version ?? '–']]} />
        <p class="soft small">{w.licence}</p>
      </Card>
      <Errors />
    </Page>
  );
}

function Errors(): JSX.Element {
  const w = words();
  const problems = useLoaded<readonly KnownProblem[]>('/problems');
  const search = useSignal('');
  const wanted = search.value.trim().toLowerCase();
  const isWanted = ({ code, title, remedy }: KnownProblem): boolean =>
    `${code} ${said(title)} ${said(remedy)}`.toLowerCase().includes(wanted);
  return (
    <Card title={w.errors}>
      <p class="soft">{w.errorsLead}</p>
      <TextField label={w.search} value={search} inputMode="search" />
      <WhenLoaded of={problems}>
        {(all) => (
          <Table
            label={w.errors}
            rows={all.filter(isWanted)}
            keyOf={({ code }) => code}
            empty={w.none}
            columns={[
              { id: 'code', title: w.code, cell: ({ code }) => <code>{code}</code> },
              { id: 'meaning', title: w.meaning, cell: ({ title }) => said(title) },
              { id: 'remedy', title: w.remedy, cell: ({ remedy }) => said(remedy) },
            ]}
          />
        )}
      </WhenLoaded>
    </Card>
  );
}
