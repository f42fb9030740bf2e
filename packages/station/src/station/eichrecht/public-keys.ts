import { publicKeyText } from '../../metering/public-key-text.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { OcppKey } from '../../params/ocpp-keys.ts';

/** The key of one meter, as the meter gives it now. */
export interface MeterKey {
  readonly evse: number;
  readonly serial: string;
  /** Hex of a SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

/** What the keys are made of. */
export interface PublicKeysDeps {
  readonly params: ParameterReader;
  readonly keys: () => readonly MeterKey[];
  readonly onProblem: (problem: string) => void;
}

/** The name of the configuration key of a connector is this and its number (OCA, Signed Meter Values 1.0). */
const keyName = 'MeterPublicKey';
/** A value of a configuration key has no more room in OCPP 1.6. */
const longestValue = 500;

/**
 * The public keys of the meters as configuration keys (E-22). They are read whether the station is connected or not, and nobody
 * writes them.
 */
export class PublicKeys {
  readonly #deps: PublicKeysDeps;
  #tooLong = '';

  constructor(deps: PublicKeysDeps) {
    this.#deps = deps;
  }

  /** All that a backend can read; none where the keys go another way (`eichrecht.publicKeyTransfer`). */
  list(): readonly OcppKey[] {
    const { params, keys } = this.#deps;
    const transfer = params.get('eichrecht.publicKeyTransfer');
    if (transfer !== 'oca' && transfer !== 'both') return [];
    const form = params.get('eichrecht.publicKeyFormat');
    const all = keys().map(({ evse, publicKey }) => {
      return { key: `${keyName}${evse}`, value: publicKeyText(publicKey, form), readonly: true };
    });
    const fitting = all.filter(({ value }) => value.length <= longestValue);
    if (fitting.length < all.length)
      this.#tellTooLong(all.filter((each) => !fitting.includes(each)).map(({ key }) => key));
    return fitting;
  }

  /** One key in any letter case; null for names of no meter. */
  find(name: string): OcppKey | null {
    return this.list().find(({ key }) => key.toLowerCase() === name.toLowerCase()) ?? null;
  }

  #tellTooLong(names: readonly string[]): void {
    const text = names.join(', ');
    if (text === this.#tooLong) return;
    this.#tooLong = text;
    this.#deps.onProblem(
      `${text} has more than ${longestValue} characters and cannot be read over OCPP; take eichrecht.publicKeyFormat = hex, or let the key go with the values`,
    );
  }
}
