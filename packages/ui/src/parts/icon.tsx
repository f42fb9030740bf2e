import type { JSX } from 'preact';

/** Strokes in a square of 24; drawn for this page. */
const paths = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6L6 18',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1.2-3.6 4.3-5 8-5s6.8 1.4 8 5',
  ok: 'M5 12.5l4.5 4.5L19 7.5',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 7.8v.2',
  warn: 'M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.2',
  bad: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16v.2',
  copy: 'M9 9h10v11H9zM15 9V5H5v11h4',
  bolt: 'M13 3L5 13.5h6L10.5 21 19 10h-6.5z',
  plug: 'M9 3v5M15 3v5M7 8h10v3.5a5 5 0 0 1-10 0zM12 16.5V21',
  list: 'M9 6h11M9 12h11M9 18h11M4.5 6h.1M4.5 12h.1M4.5 18h.1',
  sliders: 'M4 7h9M17 7h3M15 4.8v4.4M4 17h3M11 17h9M9 14.8v4.4M4 12h16',
  cloud: 'M7 18a4.2 4.2 0 0 1-.4-8.4A5.6 5.6 0 0 1 17.4 9 4.6 4.6 0 0 1 17 18z',
  card: 'M3 6h18v12H3zM3 10h18M6.5 14.5h4',
  certificate: 'M5 4h14v11H5zM8.5 8h7M8.5 11h4M12 15a2.5 2.5 0 1 0 .1 0M10.5 19v3l1.5-1 1.5 1v-3',
  chip: 'M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4',
  pulse: 'M3 12h4l2.5-6 4.5 12 2.5-6H21',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19c.9-3.4 3.4-4.8 6.5-4.8s5.6 1.4 6.5 4.8M16 4.5a3.3 3.3 0 0 1 0 6.3M18 14.6c2 .6 3.1 2 3.6 4.4',
  book: 'M5 4h10a4 4 0 0 1 4 4v12H9a4 4 0 0 1-4-4zM9 8h6M9 12h6',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20.5 20.5',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14',
  upload: 'M12 16V5M7.5 9.5L12 5l4.5 4.5M5 20h14',
  play: 'M8 5l11 7-11 7z',
  pause: 'M8 5v14M16 5v14',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M20 3.5v4.5h-4.5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  link: 'M10 14l4-4M8.5 11L6 13.5a3.5 3.5 0 0 0 5 5L13.5 16M10.5 8L13 5.5a3.5 3.5 0 0 1 5 5L15.5 13',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2',
  joystick: 'M12 4a2.5 2.5 0 1 0 .1 0M12 9v6M5 15h14v5H5z',
  wand: 'M4 20L15 9M17 3v4M15 5h4M19.5 11v3M18 12.5h3M9 4v3M7.5 5.5h3',
  arrowLeft: 'M11 5l-7 7 7 7M4 12h16',
  arrowRight: 'M13 5l7 7-7 7M20 12H4',
  trash: 'M5 7h14M9.5 7V4h5v3M7 7l1 13h8l1-13',
  print: 'M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z',
} as const;

/** The name of a drawing. */
export type IconName = keyof typeof paths;

/** A small drawing beside a word; who does not see it misses nothing. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
