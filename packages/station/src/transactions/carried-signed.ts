import type { TrustedReading } from '../metering/register-guard.ts';
import type { ArchivedBlob, CarriedForm, Sample } from '../metering/sample.ts';

/** How the signed data of a transaction go to the backend. What held when it began holds until its end. */
export interface CarryRules {
  /** `SampledDataSignReadings`: whether they go at all. */
  readonly signed: boolean;
  readonly data: CarriedForm['data'];
  readonly key: Exclude<CarriedForm['key'], 'none'>;
  /** `PublicKeyWithSignedMeterValue`. */
  readonly keyWhen: 'Never' | 'OncePerTransaction' | 'EveryMeterValue';
}

/** Samples as a fact carries them. */
export interface CarriedSamples {
  readonly samples: readonly Sample[];
  /** Whether the backend has the key of this transaction with them. */
  readonly keyCarried: boolean;
}

/**
 * Gives the samples of one fact the form in which their signed data are to be written; the first signed value of a transaction
 * has the key where it goes once (E-22).
 */
export function carriedSamples(samples: readonly Sample[], rules: CarryRules, keyCarried: boolean): CarriedSamples {
  let carried = keyCarried;
  const formed = samples.flatMap((sample) => {
    const { signed, ...plain } = sample;
    if (signed === undefined || signed.length === 0) return [sample];
    if (!rules.signed) return plain.values.length === 0 ? [] : [plain];
    const blobs = signed.map((blob) => {
      const withKey = blob.publicKey !== '' && takesKey(rules, carried);
      carried ||= withKey;
      return { ...blob, form: { data: rules.data, key: withKey ? rules.key : 'none' } } satisfies ArchivedBlob;
    });
    return [{ ...plain, signed: blobs }];
  });
  return { samples: formed, keyCarried: carried };
}

/** The bare form has no place for a key. */
function takesKey({ data, keyWhen }: CarryRules, carried: boolean): boolean {
  if (data === 'bare' || keyWhen === 'Never') return false;
  return keyWhen === 'EveryMeterValue' || !carried;
}

/** How older programs carried signed data: a transaction of theirs ends as it began. */
export const carryAll: CarryRules = { signed: true, data: 'oca', key: 'oca', keyWhen: 'EveryMeterValue' };

/** The signed data of a transaction that go to its backend. */
export function carriedBlobs(
  { carry = carryAll }: { readonly carry?: CarryRules },
  blobs: readonly ArchivedBlob[],
): readonly ArchivedBlob[] {
  return carry.signed ? blobs : [];
}

const register = 'Energy.Active.Import.Register';

/**
 * A sample with what the meter signed at its moment, and the register beside it that a backend without signed data understands
 * (E-18); signed data are never left out for want of values (E-19).
 */
export function withSigned(
  sample: Sample | null,
  signed: readonly ArchivedBlob[],
  { timeMs, context, reading }: Pick<Sample, 'timeMs' | 'context'> & { readonly reading: TrustedReading },
): Sample | null {
  if (signed.length === 0) return sample;
  const values = sample?.values ?? [];
  const isTold = values.some(({ measurand, phase }) => measurand === register && phase === undefined);
  const { energyImportWh } = reading;
  const twin = isTold || energyImportWh === undefined ? [] : [{ measurand: register, value: energyImportWh }];
  return { timeMs, context, values: [...values, ...twin], signed };
}
