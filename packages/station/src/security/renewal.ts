const dayMs = 86_400_000;
const monthMs = 30 * dayMs;
/** Of the whole life: a certificate for a week is not renewed all the time. */
const lastPart = 1 / 3;

/** When a certificate is to be renewed (S-10): a month before its end, and not before the last third of its life; wall ms. */
export function renewalDueMs(validity: { readonly notBeforeMs: number; readonly notAfterMs: number }): number {
  const { notBeforeMs, notAfterMs } = validity;
  return notAfterMs - Math.min(monthMs, (notAfterMs - notBeforeMs) * lastPart);
}

/** A request that came to nothing is followed by another after this time. */
export const renewAgainMs: number = dayMs;

const firstWaitMs = 60_000;
const longestWaitMs = 6 * 3_600_000;
/** People may have to look at a request before they sign it. */
const signingMs = dayMs;
/** So often a request is sent; a backend that did not answer it by then will not. */
const mostAttempts = 8;

/** How long to wait after the last sending of a request before it is sent again; null: it is given up. */
export function resendAfterMs(request: { readonly attempts: number; readonly taken: boolean }): number | null {
  if (request.attempts >= mostAttempts) return null;
  if (request.taken) return signingMs;
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.max(0, request.attempts - 1));
}
