/** A text in both languages. */
export interface TwoTexts {
  readonly en: string;
  readonly de: string;
}
