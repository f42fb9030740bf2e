import type { BootAnswer, Outcome } from '../delivery/session.ts';
import type { DoctorStep } from './doctor-report.ts';
import { technicalLine } from './doctor-report.ts';

/** A clock that differs by more is warned of. */
const CLOCK_WARNING_MS = 60_000;

/** A BootNotification and what became of it. */
export interface BootExchange {
  readonly outcome: Outcome<BootAnswer>;
  /** Null: not carried out by the doctor. */
  readonly durationMs: number | null;
  /** The backend's clock minus the station's at the moment of the answer; null when nothing was told, or when the clock was set by this backend. */
  readonly clockDifferenceMs: number | null;
  /** Why the link went, if it did; with the code of the close frame. */
  readonly closed: { readonly code: number; readonly reason: string } | null;
  /** How long an answer was waited for. */
  readonly limitMs: number;
}

/** BootNotification: accepted, put off, refused or not answered, and how far the clocks are apart. */
export function judgeBoot(exchange: BootExchange): DoctorStep {
  const { durationMs } = exchange;
  const technical = technicalLine('boot', { ...wordsOf(exchange), ms: durationMs });
  return { step: 'boot', durationMs, technical, ...told(exchange) };
}

type Told = Pick<DoctorStep, 'verdict' | 'text' | 'remedy'>;

function told(exchange: BootExchange): Told {
  const { outcome, limitMs } = exchange;
  switch (outcome.kind) {
    case 'answered':
      return answered(outcome.answer, exchange.clockDifferenceMs);
    case 'refused':
      return refused(outcome.code, outcome.text);
    case 'unanswered':
      return {
        verdict: 'failed',
        text: `The backend did not answer BootNotification within ${limitMs / 1000} s.`,
        remedy:
          'The WebSocket works, but nobody behind it speaks OCPP. Ask the backend’s operator whether this identity is set up.',
      };
    case 'linkLost':
      return lost(exchange.closed);
    case 'notSendable':
      return {
        verdict: 'failed',
        text: `BootNotification cannot be sent: ${outcome.problem}.`,
        remedy: 'Correct the names of the station (station.vendor, station.model and the serial numbers).',
      };
  }
}

function answered({ status, intervalSeconds }: BootAnswer, differenceMs: number | null): Told {
  const clock = clockText(differenceMs);
  switch (status) {
    case 'accepted': {
      const text = `The backend accepted the station (heartbeat every ${intervalSeconds} s).${clock.text}`;
      return { verdict: clock.isFar ? 'warning' : 'ok', text, remedy: clock.isFar ? clockRemedy : null };
    }
    case 'pending':
      return {
        verdict: 'warning',
        text: `The backend answered Pending: it wants to set the station up first, and to be asked again in ${intervalSeconds} s.${clock.text}`,
        remedy: 'Have the backend’s operator release the station.',
      };
    case 'rejected':
      return {
        verdict: 'failed',
        text: `The backend rejected the station; it may ask again in ${intervalSeconds} s.${clock.text}`,
        remedy:
          'Have the backend’s operator enter and admit this identity; some also compare vendor, model and serial numbers.',
      };
  }
}

const clockRemedy =
  'Set the clock of the station right (NTP). The station takes the backend’s time over, so charging is not in danger.';

function clockText(differenceMs: number | null): { readonly text: string; readonly isFar: boolean } {
  if (differenceMs === null) return { text: '', isFar: false };
  const seconds = Math.abs(differenceMs) / 1000;
  if (seconds < 1) return { text: ' The clocks agree.', isFar: false };
  const amount = seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
  const text = ` The backend’s clock is ${amount} ${differenceMs > 0 ? 'ahead of' : 'behind'} the station’s.`;
  return { text, isFar: seconds * 1000 > CLOCK_WARNING_MS };
}

function refused(code: string, text: string): Told {
  if (code === 'InvalidAnswer') {
    return {
      verdict: 'failed',
      text: `The backend’s answer to BootNotification cannot be used: ${text}.`,
      remedy: 'Pass the technical line on to the backend’s operator: its answer breaks the schema of OCPP 1.6.',
    };
  }
  const security = code === 'SecurityError' ? 'Have the backend’s operator enter and admit this identity.' : null;
  return {
    verdict: 'failed',
    text: `The backend answered BootNotification with the error ${text}.`,
    remedy: security ?? 'Pass the technical line on to the backend’s operator.',
  };
}

function lost(closed: BootExchange['closed']): Told {
  const how =
    closed === null || closed.code === 1006
      ? 'ended the connection without a word'
      : `closed the connection with ${closed.code}${closed.reason === '' ? '' : ` (${closed.reason})`}`;
  return {
    verdict: 'failed',
    text: `The backend took the WebSocket and ${how} instead of answering BootNotification.`,
    remedy: 'Most often the backend does not know this identity, or it is connected twice. Ask its operator.',
  };
}

function wordsOf({ outcome, clockDifferenceMs, closed }: BootExchange): Parameters<typeof technicalLine>[1] {
  const kind = { outcome: outcome.kind };
  switch (outcome.kind) {
    case 'answered': {
      const { status, intervalSeconds, timeMs } = outcome.answer;
      const time = new Date(timeMs).toISOString();
      return { ...kind, status, interval: intervalSeconds, backendTime: time, clockDifferenceMs };
    }
    case 'refused':
      return { ...kind, code: outcome.code, text: outcome.text };
    case 'linkLost':
      return { ...kind, closeCode: closed?.code ?? null, closeReason: closed?.reason ?? null };
    case 'notSendable':
      return { ...kind, problem: outcome.problem };
    case 'unanswered':
      return kind;
  }
}
