import type { JSX } from 'preact';

import { addressOf } from '../../app/route.ts';
import type { StationShape } from '../../net/shapes.ts';
import { Badge, Notice } from '../../parts/notice.tsx';
import { Card, Facts } from '../../parts/page.tsx';
import { moment, number, time } from '../../words/format.ts';
import { backendStanding, backendTone, nextAttempt } from './tones.ts';
import { words } from './words.ts';

/** How the way to the backend stands, why, and what waits for it. */
export function BackendCard({ station, name }: { readonly station: StationShape; readonly name: string }): JSX.Element {
  const w = words();
  const { link, outbox, bearer, clock } = station;
  const standing = backendStanding(station);
  const tone = backendTone(standing);
  const next = nextAttempt(link);
  const waiting = outbox.waiting + outbox.parked;
  return (
    <Card title={w.backend} actions={<Badge tone={tone}>{w[standing]}</Badge>}>
      {link.reason !== '' && standing !== 'online' && (
        <Notice tone={tone === 'bad' ? 'bad' : 'info'} title={link.reason}>
          {next !== null && <p>{w.nextAttempt(time(next))}</p>}
          <a class="button" href={addressOf(name, 'backend')}>
            {w.look}
          </a>
        </Notice>
      )}
      <Facts
        rows={[
          link.url === undefined ? null : [w.address, <span class="mono">{link.url}</span>],
          [w.since, moment(link.sinceMs)],
          [w.way, [w.ways[bearer.name] ?? bearer.name, bearer.interface ?? ''].filter((one) => one !== '').join(', ')],
          [w.waiting, waiting === 0 ? w.nothingWaits : w.waitingCount(number(outbox.waiting), number(outbox.parked))],
          [w.clock, w.clocks[clock.source]],
        ]}
      />
    </Card>
  );
}

/** What the station is. */
export function StationCard({ station }: { readonly station: StationShape }): JSX.Element {
  const w = words();
  const { vendor, model, firmware, security, startedMs } = station;
  return (
    <Card title={w.station}>
      <Facts
        rows={[
          [w.model, `${vendor} ${model}`.trim()],
          [w.firmware, [firmware.version, firmware.slot ?? ''].filter((one) => one !== '').join(' · ') || '–'],
          [w.security, String(security.profile)],
          [w.running, moment(startedMs)],
        ]}
      />
    </Card>
  );
}
