/** A text in the languages of the product. */
export interface Localized {
  readonly en: string;
  readonly de: string;
}
