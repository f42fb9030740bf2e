/** A pattern that finds a text as it is, in any letter case. */
export function literalPattern(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`), 'giu');
}
