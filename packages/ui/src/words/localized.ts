/** Texts that come in both languages from the daemon. */
export interface Localized {
  readonly en: string;
  readonly de: string;
}
