import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';

import type { PageProps } from '../../app/page-props.ts';
import { Notice } from '../../parts/notice.tsx';
import { Card, Page } from '../../parts/page.tsx';
import { readings, station } from '../../state/live.ts';
import { may } from '../../state/session.ts';
import { moment } from '../../words/format.ts';
import { SimulatorControls, SimulatorWorld } from '../simulator/simulator-controls.tsx';
import { BackendCard, StationCard } from './backend-card.tsx';
import { EvseCard } from './evse-card.tsx';
import { LegalBlocks, useLegalBlocks } from './legal-blocks.tsx';
import { words } from './words.ts';

/** What a station does at this moment. */
export function StatusPage({ station: name }: PageProps): JSX.Element {
  const w = words();
  const shown = station.value;
  const blocks = useLegalBlocks(name);
  const isPlayed = useComputed(() => station.value?.simulated === true && may('operator')).value;
  if (shown === null || shown.evses === undefined) {
    return <Page title={name}>{<Notice tone="info" title={shown?.notReady?.[0] ?? w.starting} />}</Page>;
  }
  return (
    <Page title={shown.identity || name}>
      <Warnings />
      <div class="cards">
        {shown.evses.map((evse) => (
          <EvseCard
            key={evse.id}
            evse={evse}
            reading={readings.value.find((reading) => reading.id === evse.id) ?? null}
          >
            <LegalBlocks blocks={blocks.get(evse.id) ?? []} />
            {isPlayed && <SimulatorControls station={name} evse={evse} />}
          </EvseCard>
        ))}
        <BackendCard station={shown} name={name} />
        <StationCard station={shown} />
        {isPlayed && <SimulatorWorld station={name} />}
        <Problems />
      </div>
    </Page>
  );
}

/** What a person must not miss, above everything else. */
function Warnings(): JSX.Element | null {
  const w = words();
  const shown = station.value;
  if (shown === null) return null;
  return (
    <>
      {shown.blocked !== null && (
        <Notice tone="bad" title={w.blocked}>
          <p>{shown.blocked}</p>
        </Notice>
      )}
      {shown.store.problem !== '' && (
        <Notice tone="bad" title={w.store}>
          <p>{shown.store.problem}</p>
        </Notice>
      )}
      {shown.firmware.onTrial && <Notice tone="info" title={w.trial} />}
      {shown.freeCharging !== null && <Notice tone="info" title={w.free} />}
    </>
  );
}

function Problems(): JSX.Element | null {
  const w = words();
  const problems = station.value?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <Card title={w.problems} wide>
      <ol class="plain-list" lang="en">
        {problems.toReversed().map(({ atMs, text }) => (
          <li key={`${atMs} ${text}`}>
            <time class="soft small">{moment(atMs)}</time> {text}
          </li>
        ))}
      </ol>
    </Card>
  );
}
