import type { JSX } from 'preact';

import { Badge } from '../../parts/notice.tsx';
import { day, number } from '../../words/format.ts';
import { daysLeft, expiryTone } from './expiry.ts';
import { words } from './words.ts';

/** From when to when a certificate is valid, and whether somebody has to care soon. */
export function Validity({
  fromMs,
  toMs,
  nowMs,
}: {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}): JSX.Element {
  const w = words();
  const left = daysLeft(toMs, nowMs);
  const tone = expiryTone(left);
  return (
    <>
      {w.fromTo(day(fromMs), day(toMs))}{' '}
      {tone !== 'good' && <Badge tone={tone}>{left < 0 ? w.expired : w.daysLeft(number(left, 0))}</Badge>}
    </>
  );
}
