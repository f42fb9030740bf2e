/** A wall time for people, in UTC as the backend sees it. */
export function wallText(wallMs: number): string {
  return Number.isFinite(wallMs) ? `${new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ')}Z` : '';
}

/** A duration for people, such as `2 min 5 s`. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const shown = parts.filter(([amount]) => amount > 0).slice(0, 2);
  return shown.length === 0 ? '0 s' : shown.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}
