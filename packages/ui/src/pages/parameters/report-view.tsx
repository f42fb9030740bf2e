import type { JSX } from 'preact';

import { stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Facts } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { said } from '../../words/dictionary.ts';
import { dayAndTime, number } from '../../words/format.ts';
import { words } from './check-words.ts';
import type { DifferenceShape, FindingShape } from './settings-shapes.ts';
import type { Settings } from './settings-store.ts';
import { valueWord } from './value-words.ts';

/** What whoever set the station up hands over. */
interface ReportShape {
  readonly madeMs: number;
  readonly madeBy: string;
  readonly version: string;
  readonly station: {
    readonly identity: string;
    readonly simulated: boolean;
    readonly vendor: string;
    readonly model: string;
    readonly serialNumber: string;
    readonly firmware: string;
  };
  readonly backend: {
    readonly url: string | null;
    readonly link: string;
    readonly registration: string;
    readonly profile: number;
  };
  readonly connectors: readonly {
    readonly id: number;
    readonly status: string;
    readonly errorCode: string;
    readonly limitMilliamps: number;
    readonly limitPhases: number;
  }[];
  readonly changed: readonly DifferenceShape[];
  readonly security: readonly FindingShape[];
  readonly problems: readonly { readonly atMs: number; readonly text: string }[];
}

/** The commissioning report, made for paper. */
export function ReportView({ settings }: { readonly settings: Settings }): JSX.Element {
  const w = words();
  const loaded = useLoaded<ReportShape>(stationPath(settings.station, '/report'));
  return (
    <div class="stack">
      <div class="row no-print">
        <p class="soft">{w.reportLead}</p>
        <Button kind="primary" icon="print" onClick={() => print()}>
          {w.print}
        </Button>
      </div>
      <WhenLoaded of={loaded}>{(report) => <Report settings={settings} report={report} />}</WhenLoaded>
    </div>
  );
}

interface ReportProps {
  readonly settings: Settings;
  readonly report: ReportShape;
}

function Report({ settings, report }: ReportProps): JSX.Element {
  const w = words();
  const { station, backend, problems } = report;
  return (
    <article class="card report">
      <h2>{w.report}</h2>
      <Facts
        rows={[
          [w.made, w.by(dayAndTime(report.madeMs), report.madeBy)],
          [w.identity, <strong key="identity">{station.identity || settings.station}</strong>],
          [w.device, [station.vendor, station.model, station.simulated ? `(${w.simulated})` : ''].join(' ').trim()],
          [w.serial, station.serialNumber || '–'],
          [w.firmware, station.firmware || '–'],
          [w.software, report.version],
        ]}
      />
      <h3>{w.backend}</h3>
      <Facts
        rows={[
          [w.address, backend.url === null ? '–' : <code key="url">{backend.url}</code>],
          [
            w.state,
            `${w.links[backend.link] ?? backend.link}, ${w.registrations[backend.registration] ?? backend.registration}`,
          ],
          [w.profile, String(backend.profile)],
        ]}
      />
      <h3>{w.connectors}</h3>
      <Connectors report={report} />
      <h3>{w.changed}</h3>
      <Changed settings={settings} report={report} />
      <h3>{w.security}</h3>
      <ul>
        {report.security.map(({ id, level, text }) => (
          <li key={id}>
            {w.levels[level]}: {said(text)}
          </li>
        ))}
      </ul>
      {problems.length > 0 && <h3>{w.problems}</h3>}
      <ul lang="en">
        {problems.map(({ atMs, text }) => (
          <li key={`${atMs} ${text}`}>
            {dayAndTime(atMs)} {text}
          </li>
        ))}
      </ul>
      <dl class="to-sign">
        {[w.remarks, w.place, w.signature].map((name) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd />
          </div>
        ))}
      </dl>
    </article>
  );
}

function Connectors({ report }: { readonly report: ReportShape }): JSX.Element {
  const w = words();
  return (
    <Table
      label={w.connectors}
      rows={report.connectors}
      keyOf={({ id }) => id}
      empty="–"
      columns={[
        { id: 'id', title: w.connector, cell: ({ id }) => id },
        {
          id: 'status',
          title: w.status,
          cell: ({ status, errorCode }) => (errorCode === 'NoError' ? status : `${status} (${errorCode})`),
        },
        {
          id: 'limit',
          title: w.limit,
          cell: ({ limitMilliamps, limitPhases }) => `${number(limitMilliamps / 1_000)} A, ${w.phases(limitPhases)}`,
        },
      ]}
    />
  );
}

function Changed({ settings, report }: ReportProps): JSX.Element {
  const w = words();
  const show = (id: string, value: string | null): string => {
    const view = settings.byId.value.get(id);
    return view === undefined ? (value ?? '–') : valueWord(view.row, value ?? '');
  };
  const label = (id: string): string => {
    const view = settings.byId.value.get(id);
    return view === undefined ? id : said(view.row.label);
  };
  return (
    <Table
      label={w.changed}
      rows={report.changed}
      keyOf={({ id }) => id}
      empty={w.nothingChanged}
      columns={[
        { id: 'what', title: w.setting, cell: ({ id }) => label(id) },
        { id: 'key', title: 'OCPP', cell: ({ id, key }) => <code>{key ?? id}</code> },
        { id: 'factory', title: w.factory, cell: ({ id, from }) => show(id, from) },
        { id: 'now', title: w.now, cell: ({ id, to }) => <strong>{show(id, to)}</strong> },
      ]}
    />
  );
}
