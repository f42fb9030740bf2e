import type { ComponentChildren, JSX } from 'preact';

import type { EvseShape, ReadingShape } from '../../net/shapes.ts';
import { Badge, Notice } from '../../parts/notice.tsx';
import { Facts } from '../../parts/page.tsx';
import { dayAndTime, fixed, moment } from '../../words/format.ts';
import { ChargerPicture } from './charger-picture.tsx';
import { statusTone } from './tones.ts';
import { words } from './words.ts';

/** One charging point: a picture, its status in a word, and the figures of what flows. */
export function EvseCard({
  evse,
  reading,
  children,
}: {
  readonly evse: EvseShape;
  readonly reading: ReadingShape | null;
  /** What can be done with it. */
  readonly children?: ComponentChildren;
}): JSX.Element {
  const w = words();
  const status = w.statuses[evse.status] ?? evse.status;
  return (
    <section class="card evse" data-status={evse.status} aria-label={w.connector(evse.id)}>
      <div class="card-head">
        <h2>{w.connector(evse.id)}</h2>
        <Badge tone={statusTone(evse.status)}>
          {status}
          {status !== evse.status && <span class="code">{evse.status}</span>}
        </Badge>
      </div>
      <ChargerPicture evse={evse} label={w.pictureOf(w.connector(evse.id), status)} />
      {evse.errorCode !== 'NoError' && (
        <Notice tone={evse.status === 'Faulted' ? 'bad' : 'warn'} title={evse.errorCode}>
          {evse.info !== null && <p>{evse.info}</p>}
        </Notice>
      )}
      {evse.reservation !== null && (
        <Notice tone="info" title={w.reserved(evse.reservation.id, dayAndTime(evse.reservation.expiryMs))} />
      )}
      <Figures evse={evse} reading={reading} />
      {children}
    </section>
  );
}

function Figures({ evse, reading }: { readonly evse: EvseShape; readonly reading: ReadingShape | null }): JSX.Element {
  const w = words();
  const { transaction } = evse;
  const now = reading?.reading ?? null;
  const registerWh = now?.energyImportWh ?? transaction?.lastWh ?? null;
  const sessionWh = transaction === null || registerWh === null ? null : registerWh - transaction.meterStartWh;
  return (
    <>
      <div class="figures">
        <Figure name={w.power} value={now?.powerW === undefined ? '–' : fixed(now.powerW / 1_000, 2)} unit="kW" />
        <Figure name={w.energy} value={sessionWh === null ? '–' : fixed(sessionWh / 1_000, 2)} unit="kWh" />
      </div>
      {reading?.problem !== null && reading !== null && <Notice tone="warn" title={w.meterSilent} />}
      <Facts
        rows={[
          now?.currentA === undefined
            ? null
            : [w.current, <span class="number">{now.currentA.map((one) => `${fixed(one, 1)} A`).join(' · ')}</span>],
          [w.limit, <Limit evse={evse} />],
          [w.contactor, w.contactorStates[evse.contactor]],
          registerWh === null ? null : [w.register, <span class="number">{fixed(registerWh / 1_000, 3)} kWh</span>],
          transaction === null ? null : [w.since, moment(transaction.startedMs)],
          transaction === null
            ? null
            : [w.transaction, transaction.told ? (transaction.backendId ?? w.idUnknown) : w.untold],
        ]}
      />
    </>
  );
}

/** What it may offer, who says so, and until when. */
function Limit({ evse }: { readonly evse: EvseShape }): JSX.Element {
  const w = words();
  const parts = [
    evse.limitSource === '' ? '' : w.limitBy(evse.limitSource),
    evse.limitUntilMs === null ? '' : w.until(moment(evse.limitUntilMs)),
  ].filter((part) => part !== '');
  return (
    <>
      <span class="number">
        {fixed(evse.limitMilliamps / 1_000, 1)} A, {w.phases(evse.limitPhases)}
      </span>
      {parts.length > 0 && <span class="soft"> {parts.join(', ')}</span>}
    </>
  );
}

function Figure({
  name,
  value,
  unit,
}: {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}): JSX.Element {
  return (
    <p>
      <span class="soft small">{name}</span>
      <strong class="number">
        {value} <span class="unit">{unit}</span>
      </strong>
    </p>
  );
}
