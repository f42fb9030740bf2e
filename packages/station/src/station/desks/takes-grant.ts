import { canTakeGrant } from '../../evse/evse-machine.ts';
import type { EvseController } from '../evse/evse-controller.ts';

/** Whether somebody may begin here: the machine allows it, and no transaction from before a power cut waits for its end. */
export function takesGrant(evse: Pick<EvseController, 'state' | 'closingLeftOpen'>): boolean {
  return canTakeGrant(evse.state) && !evse.closingLeftOpen;
}
