/** Reads hexadecimal digits of any case; null when the text is none. */
export function bytesOfHex(text: string): Uint8Array | null {
  return /^(?:[\da-f]{2})+$/i.test(text) ? fromHex(text) : null;
}

/** Reads base64, with or without its padding; null when the text is none, or not the one form that its bytes have. */
export function bytesOfBase64(text: string): Uint8Array | null {
  if (!/^[\d+/A-Za-z]+={0,2}$/.test(text)) return null;
  try {
    const characters = atob(text);
    if (withoutPadding(btoa(characters)) !== withoutPadding(text)) return null;
    return Uint8Array.from(characters, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const base32Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Reads base32 (RFC 4648 §6) of any case, with or without its padding; null when the text is none. */
export function bytesOfBase32(text: string): Uint8Array | null {
  const digits = text.toUpperCase().replace(/=*$/, '');
  if (!/^[2-7A-Z]+$/.test(digits)) return null;
  const bits = Array.from(digits, (digit) => base32Digits.indexOf(digit).toString(2).padStart(5, '0')).join('');
  const whole = bits.length - (bits.length % 8);
  if (bits.length - whole >= 5 || bits.slice(whole).includes('1')) return null;
  return Uint8Array.from({ length: whole / 8 }, (_, index) => Number.parseInt(bits.slice(index * 8, index * 8 + 8), 2));
}

/** Writes bytes as lower-case hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Writes bytes as base64. */
export function base64Of(bytes: Uint8Array): string {
  return btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(''));
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}

function withoutPadding(text: string): string {
  return text.replaceAll('=', '');
}
