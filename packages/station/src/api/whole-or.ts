/** A whole number of a query, at most nine digits; what is none counts as not said. */
export function wholeOr(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}
