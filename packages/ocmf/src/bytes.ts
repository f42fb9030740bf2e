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
