/** A signed record as somebody handed it over. */
export interface SignedText {
  readonly data: string;
  /** Such as `OCMF`. */
  readonly encoding: string;
  /** The key that came with it; null when none did. */
  readonly publicKey: string | null;
  /** It is known to be made by a simulation or a test component. */
  readonly test: boolean;
}

/** The key that a record is checked with, and where it is from. */
export interface ChosenKey {
  readonly key: string | null;
  readonly from: 'typed' | 'record' | 'meter' | 'none';
}

/** What a person enters counts most; then what came with the record; then what the meter shows now. */
export function keyFor(record: SignedText, typed: string | null, meterKey: string | null): ChosenKey {
  if (typed !== null) return { key: typed, from: 'typed' };
  if (record.publicKey !== null) return { key: record.publicKey, from: 'record' };
  return meterKey === null ? { key: null, from: 'none' } : { key: meterKey, from: 'meter' };
}
