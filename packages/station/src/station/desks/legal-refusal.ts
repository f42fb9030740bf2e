import type { EvseController } from '../evse/evse-controller.ts';

/** Why calibration law lets nobody start at these EVSEs, in words; null when it has nothing against one of them. */
export function legalRefusal(evses: readonly Pick<EvseController, 'id' | 'state'>[]): string | null {
  const reasons = evses.map(({ id, state }) => {
    const [block] = state.legalBlocks;
    return block === undefined ? null : `EVSE ${id}: ${block.text}`;
  });
  return reasons.length === 0 || reasons.includes(null) ? null : reasons.join('; ');
}
