import type { InstallerState } from '../../firmware/firmware-installer.ts';
import type { StagedImage } from '../firmware-slots/slot-state.ts';

/** An image that the program installed and nobody confirmed yet. */
interface PendingImage {
  readonly update: string;
  /** The slot that ran when it was installed. */
  readonly before: string;
  /** The restart into it was asked for. */
  readonly restarted: boolean;
}

/** What has to be remembered beside what the program knows itself. */
export interface CommandState {
  readonly staged: StagedImage | null;
  readonly pending: PendingImage | null;
  readonly failed: InstallerState['failed'];
}

/** Before the first update. */
export const firstState: CommandState = { staged: null, pending: null, failed: null };

/** What the program told of the software that runs. */
export interface RunningSoftware {
  readonly slot: string;
  readonly version: string;
  /** Why it runs again, where the program knows. */
  readonly reason: string | null;
}

/** The software starts: an image that does not run after a restart into it has gone back. */
export function startedWith(state: CommandState, { slot, reason }: RunningSoftware): CommandState {
  const { pending } = state;
  if (pending === null || slot !== pending.before || !pending.restarted) return state;
  return wentBack(state, reason ?? 'After the restart the software from before runs again.');
}

/** Whether the image that is not confirmed yet is the one that runs. */
export function trialOf({ pending }: CommandState, slot: string): string | null {
  return pending === null || slot === pending.before ? null : pending.update;
}

/** The image that is not confirmed is given up. */
export function wentBack(state: CommandState, reason: string): CommandState {
  const { pending } = state;
  return pending === null ? state : { staged: null, pending: null, failed: { update: pending.update, reason } };
}
