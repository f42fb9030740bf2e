import { signal } from '@preact/signals';

/** The languages of the page. */
export type Language = 'en' | 'de';

const kept = 'kerbside-language';

/** The language in which everything is said; texts that read it change with it. */
export const language = signal<Language>(initial());

/** Chooses a language, and remembers it in this browser. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
  localStorage.setItem(kept, chosen);
}

function initial(): Language {
  const chosen = globalThis.localStorage?.getItem(kept);
  const first = chosen ?? globalThis.navigator?.language ?? 'en';
  return /^de\b/i.test(first) ? 'de' : 'en';
}
