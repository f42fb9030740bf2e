import type { InstallerState } from '../../firmware/firmware-installer.ts';
import type { SlotName, SlotState, StagedImage, TrialImage } from './slot-state.ts';

/** An image that is started so often without being confirmed goes back. */
const startsAtMost = 3;

/**
 * The software starts: an image on trial is counted, or goes back.
 * @param damage what is wrong with the slot of the image on trial; null when it is whole
 */
export function started(state: SlotState, damage: string | null): SlotState {
  const { trial } = state;
  if (trial === null) return state;
  if (damage !== null) return wentBack(state, damage);
  if (trial.defect === 'doesNotStart') return wentBack(state, 'The new software did not start.');
  if (trial.starts >= startsAtMost)
    return wentBack(state, `The new software was started ${startsAtMost} times and was never confirmed.`);
  return { ...state, trial: { ...trial, starts: trial.starts + 1 } };
}

/** A whole image is kept; null: none is. */
export function keeps(state: SlotState, staged: StagedImage | null): SlotState {
  return state.staged === null && staged === null ? state : { ...state, staged };
}

/** The other slot is about to be overwritten: whatever waits in it is not tried any more. */
export function slotFreed(state: SlotState): SlotState {
  return isWaiting(state) ? { ...state, trial: null } : state;
}

/** The other slot holds a whole image, which the next start tries. */
export function installed(state: SlotState, trial: Omit<TrialImage, 'starts'>): SlotState {
  return { ...state, trial: { ...trial, starts: 0 } };
}

/** The image that runs on trial stays. */
export function confirmed(state: SlotState): SlotState {
  const { trial, active } = state;
  if (trial === null || isWaiting(state)) return state;
  return { active: otherSlot(active), version: trial.version, staged: null, trial: null, failed: null };
}

/** The image that is tried, or was to be, is not started again. */
export function wentBack(state: SlotState, reason: string): SlotState {
  const { trial } = state;
  if (trial === null) return state;
  return { ...state, staged: null, trial: null, failed: { update: trial.update, reason } };
}

/** Nothing is kept of an update; an image that runs already only goes back with a reason. */
export function discarded(state: SlotState, update: string): SlotState {
  const staged = state.staged?.update === update ? null : state.staged;
  const trial = isWaiting(state) && state.trial?.update === update ? null : state.trial;
  return staged === state.staged && trial === state.trial ? state : { ...state, staged, trial };
}

/** What is told to the station at its start. */
export function told(state: SlotState, factoryVersion: string): InstallerState {
  const { active, version, failed, trial } = state;
  if (trial === null || isWaiting(state))
    return { slot: active, version: version ?? factoryVersion, trial: null, failed };
  return { slot: otherSlot(active), version: trial.version, trial: trial.update, failed };
}

/** The slot that the next image goes to. */
export function otherSlot(slot: SlotName): SlotName {
  return slot === 'A' ? 'B' : 'A';
}

function isWaiting({ trial }: SlotState): boolean {
  return trial?.starts === 0;
}
