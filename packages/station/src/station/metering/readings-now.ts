import type { ReadingNow } from '../../api/host-port.ts';
import { messageOf } from '../../core/errors.ts';
import type { EvseController } from '../evse/evse-controller.ts';

/** What the meters show at this moment, for people who look; a meter that does not answer disturbs no other. */
export async function readingsNow(evses: readonly EvseController[]): Promise<readonly ReadingNow[]> {
  const metered = evses.filter((evse) => evse.description.meter !== null);
  return Promise.all(
    metered.map(async (evse): Promise<ReadingNow> => {
      try {
        return { id: evse.id, reading: await evse.readMeter(), problem: null };
      } catch (error) {
        return { id: evse.id, reading: null, problem: messageOf(error) };
      }
    }),
  );
}
