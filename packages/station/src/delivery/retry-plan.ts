import type { DeliverySettings } from './delivery-settings.ts';
import type { RowTraits } from './row-kind.ts';
import type { Outcome } from './session.ts';

/** How a transmission failed on a healthy link. A lost link is no failure. */
export type Failure = Extract<Outcome<never>, { readonly kind: 'refused' | 'unanswered' | 'notSendable' }>;

/** The longest base of the waits between the transmissions of MeterValues (row 12b). */
const meterValuesIntervalMs = 10_000;
/** After so many given-up MeterValues of a transaction the rest get one attempt (row 12b). */
const finalsBeforeOneAttempt = 3;

/**
 * How many transmissions a fact gets; `finals` counts the given-up facts of its shape in its transaction (row 12, 12b). What
 * carries signed data has a number of its own, and so has a Start with a signed begin: without it the rest cannot go (row 13).
 */
export function attemptsAllowed(traits: RowTraits, settings: DeliverySettings, finals: number): number {
  const { attempts, meterValuesAttempts, signedAttempts } = settings;
  if (traits.fact !== 'meterValues') return traits.signed ? signedAttempts : attempts;
  if (finals >= finalsBeforeOneAttempt) return 1;
  return traits.signed ? signedAttempts : meterValuesAttempts;
}

/** The wait before the next transmission after `failed` failed ones, in milliseconds from the failure (row 12a, 12b). */
export function waitAfter(traits: RowTraits, settings: DeliverySettings, failed: number): number {
  const { retryIntervalMs, retryIntervalMaxMs } = settings;
  const intervalMs = traits.fact === 'meterValues' ? Math.min(retryIntervalMs, meterValuesIntervalMs) : retryIntervalMs;
  return Math.min(intervalMs * failed, retryIntervalMaxMs);
}

/** Whether a failure ends the attempts whatever their number: nothing to gain for samples, nor for what cannot be sent. */
export function endsAttempts(traits: RowTraits, failure: Failure): boolean {
  switch (failure.kind) {
    case 'unanswered':
      return false;
    case 'notSendable':
      return true;
    case 'refused':
      return failure.final && !traits.boundary;
  }
}

/** A failure in words, for people. */
export function failureText(failure: Failure): string {
  switch (failure.kind) {
    case 'unanswered':
      return 'No answer in time.';
    case 'notSendable':
      return failure.problem;
    case 'refused':
      return failure.text === '' ? failure.code : `${failure.code}: ${failure.text}`;
  }
}
