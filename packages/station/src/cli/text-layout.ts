/** How wide a line may be. */
export const lineWidth = 110;

/** Rows with a narrow first column; the second is broken into lines. */
export function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) => wrapped(`  ${left.padEnd(width)}  ${right}`, width + 4));
}

/** A line broken between words, the further ones indented; spaces that belong to the layout stay. */
export function wrapped(text: string, indent: number): readonly string[] {
  if (text.length <= lineWidth) return [text.trimEnd()];
  const at = text.lastIndexOf(' ', lineWidth);
  if (at <= indent) return [text.trimEnd()];
  return [text.slice(0, at).trimEnd(), ...wrapped(`${' '.repeat(indent)}${text.slice(at + 1)}`, indent)];
}
