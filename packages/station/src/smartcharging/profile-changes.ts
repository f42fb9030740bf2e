import type { ChargingProfile, ProfilePurpose } from './charging-profile.ts';

/** What becomes of the installed profiles. */
export interface ProfileChange {
  readonly put: readonly ChargingProfile[];
  /** Ids of those that are installed no longer. */
  readonly dropped: readonly number[];
}

/** Which profiles are meant; null = it does not matter. */
export interface ProfileFilter {
  readonly id: number | null;
  /** 0 = those of the whole station only. */
  readonly evse: number | null;
  readonly purpose: ProfilePurpose | null;
  readonly stackLevel: number | null;
}

/**
 * What installing a profile changes (SC-02): one with its id goes, wherever it is, and so does one on its stack level with its purpose
 * on its EVSE, for a transaction of the same. When the station keeps no more than `most`, those go that will never apply again; when
 * there are none, the answer is why nothing changes.
 */
export function installation(
  installed: readonly ChargingProfile[],
  profile: ChargingProfile,
  { most, nowMs }: { readonly most: number; readonly nowMs: number },
): ProfileChange | string {
  const replaced = installed.filter((other) => other.id === profile.id || isSameSlot(other, profile));
  const put = [profile];
  if (installed.length - replaced.length < most) return { put, dropped: idsOf(replaced) };
  const over = installed.filter((other) => !replaced.includes(other) && isOver(other, nowMs));
  if (installed.length - replaced.length - over.length >= most) {
    return `The station keeps ${most} charging profiles at most, and has as many.`;
  }
  return { put, dropped: idsOf([...replaced, ...over]) };
}

/** The profiles that a filter means: with an id only that one, else those that fit all of the rest (SC-10, OCPP 1.6 errata 3.25). */
export function matching(installed: readonly ChargingProfile[], filter: ProfileFilter): readonly ChargingProfile[] {
  const { id, evse, purpose, stackLevel } = filter;
  if (id !== null) return installed.filter((profile) => profile.id === id);
  return installed.filter(
    (profile) =>
      (evse === null || profile.evse === evse) &&
      (purpose === null || profile.purpose === purpose) &&
      (stackLevel === null || profile.stackLevel === stackLevel),
  );
}

/** Removes profiles. */
export function removal(profiles: readonly ChargingProfile[]): ProfileChange {
  return { put: [], dropped: idsOf(profiles) };
}

/** The installed profiles after a change, the newest last. */
export function changed(
  installed: readonly ChargingProfile[],
  { put, dropped }: ProfileChange,
): readonly ChargingProfile[] {
  const gone = new Set([...dropped, ...idsOf(put)]);
  return [...installed.filter(({ id }) => !gone.has(id)), ...put];
}

function isSameSlot(one: ChargingProfile, other: ChargingProfile): boolean {
  return (
    one.purpose === other.purpose &&
    one.stackLevel === other.stackLevel &&
    one.evse === other.evse &&
    one.transaction === other.transaction
  );
}

function isOver({ validToMs }: ChargingProfile, nowMs: number): boolean {
  return validToMs !== null && validToMs <= nowMs;
}

function idsOf(profiles: readonly ChargingProfile[]): readonly number[] {
  return profiles.map(({ id }) => id);
}
