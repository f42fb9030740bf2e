import { wallText } from './time-text.ts';

/** The limit of an EVSE with its reason, such as `16 A, TxProfile 42, until 2026-11-22 14:30:00Z`. */
export function limitText({
  limitMilliamps,
  limitPhases,
  limitSource,
  limitUntilMs,
}: Readonly<Record<string, unknown>>): string {
  const until = typeof limitUntilMs === 'number' ? `until ${wallText(limitUntilMs)}` : '';
  const phases = limitPhases === 1 ? '1 phase' : '';
  const source = typeof limitSource === 'string' ? limitSource : '';
  return [`${Number(limitMilliamps) / 1000} A`, phases, source, until].filter((part) => part !== '').join(', ');
}
