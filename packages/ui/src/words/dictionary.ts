import { language } from './language.ts';
import type { Localized } from './localized.ts';

export type { Localized } from './localized.ts';

/** The shape of a dictionary in another language: the same names, and functions of the same values. */
export type Translation<Words> = {
  readonly [Name in keyof Words]: Words[Name] extends (...values: infer Values) => string
    ? (...values: Values) => string
    : Words[Name] extends string
      ? string
      : Translation<Words[Name]>;
};

/**
 * The texts of a part of the page. A text that is missing in German does not compile. The result is called where a text is
 * shown, so that it changes with the language.
 */
export function dictionary<Words extends object>(en: Words, de: Translation<NoInfer<Words>>): () => Translation<Words> {
  return () => (language.value === 'de' ? de : (en as Translation<Words>));
}

/** Words that are looked up by names which the daemon gives: one that is not there is shown as it came. */
export function byName(words: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return words;
}

/** A text of the daemon in the present language. */
export function said(text: Localized): string {
  return text[language.value];
}
