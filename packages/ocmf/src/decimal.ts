/** Compares two decimal numbers by their text, exactly: below 0, 0 or above 0; null when one is no decimal number. */
export function compareDecimals(left: string, right: string): number | null {
  const difference = subtractDecimals(left, right);
  if (difference === null) return null;
  if (difference.startsWith('-')) return -1;
  return /[1-9]/.test(difference) ? 1 : 0;
}

/** The exact difference of two decimal numbers as text, with as many decimals as the longer has; null when one is none. */
export function subtractDecimals(left: string, right: string): string | null {
  const decimals = Math.max(decimalsOf(left), decimalsOf(right));
  const [first, second] = [scaled(left, decimals), scaled(right, decimals)];
  return first === null || second === null ? null : textOf(first - second, decimals);
}

/** A decimal number times a power of ten, exactly; null when it is none. */
export function shiftDecimal(text: string, places: number): string | null {
  const decimals = decimalsOf(text);
  const number = scaled(text, decimals);
  if (number === null) return null;
  const left = decimals - places;
  return left >= 0 ? textOf(number, left) : textOf(number * 10n ** BigInt(-left), 0);
}

const pattern = /^[+-]?\d+(?:\.\d+)?$/;

function decimalsOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

function scaled(text: string, decimals: number): bigint | null {
  if (!pattern.test(text)) return null;
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole.replace('+', '') + fraction.padEnd(decimals, '0'));
}

function textOf(number: bigint, decimals: number): string {
  const digits = String(number < 0n ? -number : number).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return number < 0n ? `-${text}` : text;
}
