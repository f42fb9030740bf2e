/** How what a card reader reads becomes an identifier. */
export interface CardRules {
  readonly letterCase: 'asRead' | 'upper' | 'lower';
  readonly byteOrder: 'asRead' | 'reversed';
}

/**
 * The identifier of a card as it is sent. Bytes are only turned round in what consists of them, two hexadecimal digits each;
 * anything else has no byte order.
 */
export function idTokenOfCard(uid: string, { letterCase, byteOrder }: CardRules): string {
  const ordered = byteOrder === 'reversed' && /^(?:[\da-f]{2})+$/i.test(uid) ? reversed(uid) : uid;
  if (letterCase === 'asRead') return ordered;
  // An identifier must not become longer than its card: some letters are two in upper case.
  return ordered.replaceAll(/[a-z]/gi, (letter) =>
    letterCase === 'upper' ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

function reversed(bytes: string): string {
  return (bytes.match(/../g) ?? []).toReversed().join('');
}
