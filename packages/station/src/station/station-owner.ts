import type { DeliveryEvent } from '../delivery/delivery-events.ts';
import type { BootAnswer } from '../delivery/session.ts';
import type { HardwareDescription } from '../evse/hardware.ts';
import type { EvseController } from './evse/evse-controller.ts';
import type { StationEventBody } from './station-events.ts';

/** What the parts of a station need of the station itself. */
export interface StationOwner {
  readonly evses: () => readonly EvseController[];
  readonly description: () => HardwareDescription | null;
  readonly reset: (kind: 'soft' | 'hard') => 'accepted' | 'rejected';
  /** Ends this life for other software; every transaction has ended. */
  readonly restartForFirmware: () => void;
  readonly onBootAnswered: (answer: BootAnswer) => void;
  readonly onDelivery: (event: DeliveryEvent) => void;
  /** What connector 0 shows may have changed. */
  readonly onStation: () => void;
  /** Whether transactions can be recorded changed; null when they can. */
  readonly onReadiness: (reason: string | null) => void;
  /** What went wrong lately. */
  readonly problems: () => readonly { readonly atMs: number; readonly text: string }[];
  readonly onProblem: (text: string) => void;
  readonly publish: (body: StationEventBody) => void;
}
