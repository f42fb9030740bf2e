import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { busiestWindow, playFleetOutage, type FleetOutage } from '@kerbside/testkit';

import { root } from '../tools/source-files.ts';
import { round, type BenchReport } from './report.ts';

const stations = 100;
const outageMs = 30 * 60_000;
const picture = 'docs/images/redials.svg';

/**
 * How a fleet comes back when its backend was gone for half an hour: on the virtual clock, so that the figures are the same on every
 * machine. Draws when each station dialled.
 */
export async function run(_args: readonly string[]): Promise<BenchReport> {
  const outage = await playFleetOutage(stations, outageMs);
  await writeFile(join(root, picture), drawing(outage));
  const { redials, allBackMs } = outage;
  const later = redials.filter(({ atMs }) => atMs > 300_000);
  return {
    bench: 'redials',
    results: [
      { metric: 'stations', value: stations, unit: '' },
      { metric: 'outage', value: outageMs / 1000, unit: 's' },
      { metric: 'redials', value: redials.length, unit: '' },
      { metric: 'busiest_second', value: busiestWindow(redials, 1_000), unit: 'redials' },
      { metric: 'busiest_second_after_5_min', value: busiestWindow(later, 1_000), unit: 'redials' },
      { metric: 'all_back', value: round((allBackMs - outageMs) / 1000, 1), unit: 's' },
    ],
  };
}

const size = { width: 900, height: 360, left: 60, top: 40, bottom: 40 } as const;

/** Each attempt a dot: time to the right, station upwards; the line is the moment from which the backend lets them in. */
function drawing({ redials, allBackMs }: FleetOutage): string {
  const { width, height, left, top, bottom } = size;
  const endMs = Math.max(allBackMs, outageMs) + 60_000;
  const x = (atMs: number): number => Math.round((left + ((width - left - 20) * atMs) / endMs) * 10) / 10;
  const names = [...new Set(redials.map(({ identity }) => identity))].toSorted((a, b) => numberOf(a) - numberOf(b));
  const y = (identity: string): number =>
    Math.round((height - bottom - ((height - top - bottom) * names.indexOf(identity)) / names.length) * 10) / 10;
  const dots = redials.map(({ identity, atMs }) => `<circle cx="${x(atMs)}" cy="${y(identity)}" r="1.6"/>`);
  const minutes = Array.from({ length: Math.floor(endMs / 300_000) + 1 }, (_, index) => index * 5);
  const ticks = minutes.map(
    (minute) => `<text x="${x(minute * 60_000)}" y="${height - 15}" text-anchor="middle">${minute} min</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="22" font-size="15">${names.length} stations lose their backend at once: every attempt to come back</text>`,
    `<line x1="${x(outageMs)}" x2="${x(outageMs)}" y1="${top}" y2="${height - bottom}" stroke="#0b6b3a"/>`,
    `<text x="${x(outageMs) - 6}" y="${top - 4}" text-anchor="end" fill="#0b6b3a">the backend is back</text>`,
    `<text x="14" y="${height / 2}" transform="rotate(-90 14 ${height / 2})" text-anchor="middle">station</text>`,
    `<g fill="#0b57a4">${dots.join('')}</g>`,
    ...ticks,
    '</svg>',
    '',
  ].join('\n');
}

function numberOf(identity: string): number {
  return Number(/\d+$/.exec(identity)?.[0] ?? 0);
}
