/** The languages in which people are told things. */
export type Language = 'en' | 'de';

/** What a request says of languages. */
interface AskedIn {
  readonly query: (name: string) => string | undefined;
  readonly header: (name: string) => string | undefined;
}

/** In which language somebody wants to be answered: `?lang=`, else the first one of Accept-Language that is there, else English. */
export function languageOf({ query, header }: AskedIn): Language {
  const wanted = [query('lang') ?? '', ...(header('accept-language') ?? '').split(',')];
  for (const each of wanted) {
    const [word = ''] = each.trim().toLowerCase().split(/[-_;]/u);
    if (word === 'en' || word === 'de') return word;
  }
  return 'en';
}
