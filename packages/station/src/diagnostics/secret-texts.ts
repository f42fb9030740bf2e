import { Buffer } from 'node:buffer';

import { literalPattern } from './literal-pattern.ts';

/** User and password in an address. */
const userInfo = /(:\/\/)[^\s/"\\?#]*@/gu;
/** Parts of an address that let whoever has them in, such as those of a signed one. */
const accessInQuery =
  /([?&](?:[\w.-]*(?:sig|signature|token|key|password|passwd|pwd|secret|credential|auth|code))=)[^\s&"\\#]+/giu;
const privateKey = /(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END|$)/gsu;
const authorization = /\b((?:Basic|Bearer)\s+)[\w+/.~-]+=*/gu;

/** Shorter secrets are not looked for: they stand in half of all words. */
const shortest = 4;

/** Takes out of texts what would let somebody in: secrets that are known, and what looks like one by where it stands. */
export class SecretTexts {
  readonly #known: readonly RegExp[];

  /** @param known secrets as they are set; they are masked wherever they stand, also as hexadecimal and base64 */
  constructor(known: readonly string[]) {
    const spellings = known.filter((secret) => secret.length >= shortest).flatMap(spellingsOf);
    this.#known = [...new Set(spellings)].filter((text) => text.length >= shortest).map(literalPattern);
  }

  text(text: string): string {
    let cleared = text
      .replace(privateKey, '$1***$2')
      .replace(userInfo, '$1***@')
      .replace(accessInQuery, '$1***')
      .replace(authorization, '$1***');
    for (const secret of this.#known) cleared = cleared.replace(secret, '***');
    return cleared;
  }
}

/** In which ways a secret can be written. One that is set as `hex:` and digits is its bytes, and the digits alone. */
function spellingsOf(secret: string): readonly string[] {
  const digits = /^hex:((?:[0-9a-f]{2})+)$/iu.exec(secret)?.[1];
  const bytes = digits === undefined ? Buffer.from(secret, 'utf8') : Buffer.from(digits, 'hex');
  // Bytes that are no text have no spelling as one.
  const text = digits === undefined ? secret : bytes.toString('utf8');
  const asText = text.includes('\uFFFD') ? [] : [text, encodeURIComponent(text)];
  return [secret, ...asText, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
}
