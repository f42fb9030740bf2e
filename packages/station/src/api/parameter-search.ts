import type { ParameterView } from '../params/view.ts';

/**
 * The parameters that somebody may mean by some words, the nearest first: every word has to occur. The label in either language
 * and the OCPP key count most, then the id, the section, the purpose and the help.
 */
export function searchParameters(views: readonly ParameterView[], text: string): readonly ParameterView[] {
  const words = plain(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return views;
  return views
    .map((view) => ({ view, score: scoreOf(view, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ view }) => view);
}

/** 0 as soon as one word occurs nowhere. */
function scoreOf({ id, key, row }: ParameterView, words: readonly string[]): number {
  const { label, section, purpose, info } = row;
  const places: readonly (readonly [weight: number, text: string])[] = [
    [100, plain(label.en)],
    [100, plain(label.de)],
    [90, plain(key ?? '')],
    [70, plain(id)],
    [30, plain(section)],
    [20, plain(`${purpose.en} ${purpose.de}`)],
    [10, plain(`${info.en} ${info.de}`)],
  ];
  let sum = 0;
  for (const word of words) {
    const score = Math.max(...places.map(([weight, place]) => weight * nearness(place, word)));
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

/** The whole text counts most, then its beginning, the beginning of a word, the inside of one. */
function nearness(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (text === word) return 1.5;
  if (at === 0) return 1.3;
  return text.includes(` ${word}`) || text.includes(`.${word}`) ? 1.1 : 0.8;
}

/** Without letter case and accents, so that `gross` finds `Groß`. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replaceAll(/\p{M}/gu, '');
}
