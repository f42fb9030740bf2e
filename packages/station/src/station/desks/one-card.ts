import { sameIdToken } from '../../authorization/decision.ts';
import type { EvseController } from '../evse/evse-controller.ts';

/** Where an identifier may charge only once at a time (`authorization.concurrentTransactions` off). */
export interface OneCardPlaces {
  readonly idToken: string;
  /** Where it wants to charge now. */
  readonly here: readonly EvseController[];
  readonly all: readonly EvseController[];
}

/** Whether an identifier charges, or begins to, anywhere else. */
export function chargesElsewhere({ idToken, here, all }: OneCardPlaces): boolean {
  return all.some((evse) => {
    const { phase } = evse.state;
    const busy = phase.kind === 'starting' || phase.kind === 'running';
    return busy && sameIdToken(phase.grant.idToken, idToken) && !here.includes(evse);
  });
}

/** What waits for its car elsewhere with this identifier is taken back: otherwise two could begin by plugging. */
export function withdrawElsewhere({ idToken, here, all }: OneCardPlaces): void {
  for (const evse of all) {
    const { phase } = evse.state;
    const waits = phase.kind === 'preparing' && phase.grant !== null && sameIdToken(phase.grant.idToken, idToken);
    if (waits && !here.includes(evse)) evse.dispatch({ kind: 'grantWithdrawn' });
  }
}
