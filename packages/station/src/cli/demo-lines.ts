import { isRecord } from '../core/json.ts';
import type { Notice } from '../daemon/notice.ts';
import type { StationEvent } from '../station/station-events.ts';
import type { LedgerSummary } from './demo-backend.ts';
import { noticeOf } from './event-notice.ts';
import { say } from './say.ts';

const LONGEST = 160;

/** What the demo shows of an event: frames in short, and what happens at its only station. */
export function demoNotice(event: StationEvent): Notice {
  if (event.type !== 'wire' || event.event.kind !== 'frame') {
    const { level, area, text } = noticeOf(event);
    return { level, area, text };
  }
  const { direction, messageType, action, text } = event.event;
  const arrow = direction === 'out' ? '→' : '←';
  const words = messageType === 'callResult' ? 'answer' : messageType === 'callError' ? 'ERROR' : '';
  const line = [arrow, action ?? messageType, words, payloadText(text)].filter((part) => part !== '').join(' ');
  return { level: 'info', area: 'ocpp', text: line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line };
}

/** The payload of a frame without quotes around names; the frame itself when it is none. */
function payloadText(text: string): string {
  try {
    const frame: unknown = JSON.parse(text);
    const payload: unknown = Array.isArray(frame) ? frame.findLast((part) => isRecord(part)) : undefined;
    return (
      JSON.stringify(payload)
        ?.replaceAll(/"(\w+)":/g, '$1: ')
        .replaceAll(',', ', ') ?? text
    );
  } catch {
    return text;
  }
}

/** The books of the backend at the end. */
export function ledgerText(summary: LedgerSummary): string {
  const { transactions, open, meterValues, lines, problems, violations } = summary;
  const head = `Ledger of the backend: ${transactions} transactions (${open} still open), ${meterValues} meter values.`;
  const good =
    problems.length === 0 && violations.length === 0
      ? ['Nothing is wrong with the books, and no rule of OCPP was broken.']
      : [];
  return [
    head,
    ...lines.map((line) => `  ${line}`),
    ...problems.map((problem) => `  problem: ${isRecord(problem) ? JSON.stringify(problem) : say(problem)}`),
    ...violations.map((violation) => `  violation: ${violation}`),
    ...good,
    '',
  ].join('\n');
}
