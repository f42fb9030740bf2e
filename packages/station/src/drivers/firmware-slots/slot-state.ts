import { createHash } from 'node:crypto';

import { isRecord } from '../../core/json.ts';
import type { SimulatedDefect } from './image-header.ts';

/** One of the two slots. */
export type SlotName = 'A' | 'B';

/** An image that is whole and waits to be installed. */
export interface StagedImage {
  readonly update: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

/** The image of the other slot, which runs after the next start and is not confirmed yet. */
export interface TrialImage {
  readonly update: string;
  readonly version: string;
  readonly defect: SimulatedDefect | null;
  /** How often it was started. */
  readonly starts: number;
}

/** What the slots remember; what an image of the factory is called is not stored. */
export interface SlotState {
  readonly active: SlotName;
  /** The version in the active slot; null: what came with the product. */
  readonly version: string | null;
  readonly staged: StagedImage | null;
  readonly trial: TrialImage | null;
  readonly failed: { readonly update: string; readonly reason: string } | null;
}

/** Before the first update. */
export const factoryState: SlotState = { active: 'A', version: null, staged: null, trial: null, failed: null };

/** The state as a text that knows when it was damaged. */
export function slotStateText(state: SlotState): string {
  const body = JSON.stringify(state);
  return JSON.stringify({ digest: digestOf(body), state: body });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a state; undefined when it is damaged. */
export function readSlotState(text: string): SlotState | undefined {
  const outer = parsed(text);
  if (!isRecord(outer) || typeof outer['state'] !== 'string' || outer['digest'] !== digestOf(outer['state']))
    return undefined;
  // The digest vouches for the shape: nobody else writes it.
  return parsed(outer['state']) as SlotState;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
