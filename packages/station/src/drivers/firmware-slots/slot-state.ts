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
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  /** How often it was started; 0: it waits for the restart. */
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
