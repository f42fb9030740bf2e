import type { CertificateFacts } from '../security/certificate-facts.ts';
import type { SilencePattern } from '../link/silence-pattern.ts';

/** The steps of the way to a backend, in their order; `proxy` only where one is configured. */
export const doctorSteps = ['address', 'dns', 'tcp', 'proxy', 'tls', 'upgrade', 'subProtocol', 'boot'] as const;

export type DoctorStepId = (typeof doctorSteps)[number];

/** How a step ended; `skipped`: there was nothing to look at, or an earlier step failed. */
export type DoctorVerdict = 'ok' | 'warning' | 'failed' | 'skipped';

/** One step of the way to the backend. */
export interface DoctorStep {
  readonly step: DoctorStepId;
  readonly verdict: DoctorVerdict;
  /** How long it took, in milliseconds; null when it was not carried out by the doctor. */
  readonly durationMs: number | null;
  /** What was found, in a sentence for people. */
  readonly text: string;
  /** What to do about it; null when there is nothing to do. */
  readonly remedy: string | null;
  /** One line for a support case: `name=value` words, no secrets. */
  readonly technical: string;
  /** The chain as the server sent it, leaf first; only with `tls`. */
  readonly certificates?: readonly CertificateFacts[];
}

/** One part of the address, and where it comes from. */
export interface AddressPart {
  readonly name: 'protocol' | 'host' | 'port' | 'path' | 'identity' | 'password' | 'proxy';
  /** Of the password only how long it is. */
  readonly value: string;
  /** The place or the person that set it. */
  readonly where: string;
}

/** What would be connected to: shown before anything is done. */
export interface DoctorAddress {
  /** The final address with the identity, percent-encoded; null when there is none. */
  readonly url: string | null;
  readonly parts: readonly AddressPart[];
}

/** What the doctor found out. */
export interface DoctorReport {
  /** The station as the daemon names it; null when an address was checked that belongs to none. */
  readonly station: string | null;
  /**
   * `alone`: the doctor connected itself. `watched`: it watched an attempt of the running station. `besideLink`: the link is open; it
   * looked no further than TLS on a connection of its own, and the rest is told by the running link.
   */
  readonly mode: 'alone' | 'watched' | 'besideLink';
  readonly address: DoctorAddress;
  readonly verdict: DoctorVerdict;
  readonly steps: readonly DoctorStep[];
  /** The silence that the running link does not survive; null when there is none, or no link is running. */
  readonly silence: (SilencePattern & { readonly text: string; readonly remedy: string }) | null;
  /** What else is worth knowing. */
  readonly notes: readonly string[];
}

/** The worst verdict of all; steps that were skipped do not count. */
export function overall(steps: readonly DoctorStep[]): DoctorVerdict {
  const found = (verdict: DoctorVerdict): boolean => steps.some((step) => step.verdict === verdict);
  if (found('failed')) return 'failed';
  if (found('warning')) return 'warning';
  return found('ok') ? 'ok' : 'skipped';
}

/** A step that was not carried out. */
export function skipped(step: DoctorStepId, text: string): DoctorStep {
  return {
    step,
    verdict: 'skipped',
    durationMs: null,
    text,
    remedy: null,
    technical: technicalLine(step, { skipped: true }),
  };
}

/** A line for a support case; what is null is left out, texts with blanks stand in quotes. */
export function technicalLine(
  step: DoctorStepId,
  values: Readonly<Record<string, string | number | boolean | null>>,
): string {
  const words = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [`${name}=${wordOf(value)}`]));
  return [step, ...words].join(' ');
}

function wordOf(value: string | number | boolean): string {
  if (typeof value === 'number') return String(Math.round(value));
  const text = String(value);
  return /^[^\s"=]+$/u.test(text) ? text : JSON.stringify(text);
}
