import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import type { PageProps } from '../../app/page-props.ts';
import { stationPath } from '../../net/api.ts';
import type { FirmwareShape } from '../../net/shapes.ts';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Card, Facts, Page } from '../../parts/page.tsx';
import { station as stationState } from '../../state/live.ts';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import type { Localized } from '../../words/dictionary.ts';
import { dayAndTime } from '../../words/format.ts';
import { Upload, type Uploaded } from './upload.tsx';
import { words } from './words.ts';

interface Firmware extends FirmwareShape {
  readonly upload: Uploaded | null;
  readonly uploadRefusal: Localized | null;
}

/** The software of the station: what runs, how the last update went, and how a person brings another. */
export function FirmwarePage({ station }: PageProps): JSX.Element {
  const w = words();
  const firmware = useLoaded<Firmware>(stationPath(station, '/firmware'));
  const mark = JSON.stringify([
    stationState.value?.firmware,
    stationState.value?.evses?.map(({ transaction }) => transaction?.key),
  ]);
  useEffect(() => void firmware.reload(), [mark]);
  return (
    <Page title={w.title}>
      <WhenLoaded of={firmware}>
        {(state) => (
          <>
            <div class="cards">
              <Running firmware={state} />
              <LastUpdate firmware={state} />
            </div>
            {may('manufacturer') && state.slot !== null && (
              <Upload
                station={station}
                uploaded={state.upload}
                refusal={state.uploadRefusal}
                onChange={() => void firmware.reload()}
              />
            )}
          </>
        )}
      </WhenLoaded>
    </Page>
  );
}

function Running({ firmware }: { readonly firmware: FirmwareShape }): JSX.Element {
  const w = words();
  return (
    <Card title={w.running}>
      <Facts rows={[[w.version, firmware.version || '–'], firmware.slot === null ? null : [w.slot, firmware.slot]]} />
      {firmware.onTrial && <Notice tone="info" title={w.trial} />}
      {firmware.slot === null && <p class="soft">{w.none}</p>}
      {firmware.simulated && <p class="soft small">{w.simulated}</p>}
    </Card>
  );
}

function LastUpdate({ firmware }: { readonly firmware: Firmware }): JSX.Element {
  const w = words();
  const { update } = firmware;
  if (update === null) {
    return (
      <Card title={w.last}>
        <p class="soft">{w.noUpdate}</p>
      </Card>
    );
  }
  return (
    <Card title={w.last}>
      {update.problem !== null && (
        <Notice tone="bad" title={w.failed}>
          <p>{update.problem}</p>
        </Notice>
      )}
      <Facts
        rows={[
          [w.phase, update.phase],
          [w.since, dayAndTime(update.sinceMs)],
          update.status === null ? null : [w.told, update.status],
          [w.by, update.by ?? w.byBackend],
        ]}
      />
    </Card>
  );
}
