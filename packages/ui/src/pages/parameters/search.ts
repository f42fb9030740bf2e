import { categoryOf, type ParameterView } from './parameter-shapes.ts';
import { categoryTitle } from './category-words.ts';

/** A parameter that was found; higher is nearer to what was meant. */
interface Ranked {
  readonly view: ParameterView;
  readonly score: number;
}

/**
 * The parameters that a person may mean by some letters: each word has to occur, whatever the language of the page. The label
 * and the OCPP key count most, then the id, then what the help says.
 */
export function searchViews(views: readonly ParameterView[], text: string, most: number): readonly ParameterView[] {
  const terms = plain(text)
    .split(/\s+/)
    .filter((term) => term !== '');
  if (terms.length === 0) return [];
  return views
    .filter(({ connector }) => (connector ?? 1) === 1)
    .map((view): Ranked => ({ view, score: scoreOf(view, terms) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ view }) => view);
}

function scoreOf(view: ParameterView, terms: readonly string[]): number {
  let sum = 0;
  for (const term of terms) {
    const score = termScore(view, term);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function termScore({ id, key, row }: ParameterView, term: string): number {
  const { label, purpose, info } = row;
  const page = categoryTitle(categoryOf(id));
  const places: readonly (readonly [weight: number, text: string])[] = [
    [100, label.en],
    [100, label.de],
    [90, key ?? ''],
    [70, id],
    [30, page.en],
    [30, page.de],
    [20, `${purpose.en} ${purpose.de}`],
    [10, `${info.en} ${info.de}`],
  ];
  return Math.max(...places.map(([weight, text]) => weight * nearness(plain(text), term)));
}

/** Whole 1.5, at the beginning 1.3, at the beginning of a word 1.1, inside one 0.8, else 0. */
function nearness(text: string, term: string): number {
  const at = text.indexOf(term);
  if (at < 0) return 0;
  if (text === term) return 1.5;
  if (at === 0) return 1.3;
  return text.includes(` ${term}`) || text.includes(`.${term}`) ? 1.1 : 0.8;
}

/** Without letter case and accents, so that `gross` finds what `Groß` names. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll('ß', 'ss').normalize('NFD').replaceAll(/\p{M}/gu, '');
}
