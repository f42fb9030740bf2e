import { createHmac } from 'node:crypto';

/** Also the identifier at the end of a text that was cut. */
const cardMembers = /("(?:idTag|parentIdTag)"\s*:\s*")((?:[^"\\]|\\.)*)("|\\?$)/gu;

/** Signed meter data have the card in them: as base64 in the form of OCA, and as they are in the bare form. */
const signedData = /(signedMeterData\\?"\s*:\s*\\?")[\d+/=A-Za-z]+|OCMF\|(?:[^"\\]|\\.)*/gu;

/**
 * Replaces the identifiers of cards in texts by names that are the same for the same card in one file and tell nothing outside it.
 * What stands in a message as an identifier is also replaced where it is named in other lines.
 */
export class Pseudonyms {
  readonly #key: string;
  readonly #known = new Map<string, string>();

  /** @param key random, thrown away with the file: cards are few enough to try them all */
  constructor(key: string) {
    this.#key = key;
  }

  /** A message as JSON text, without the identifiers that it carries. */
  message(text: string): string {
    const unsigned = text.replace(
      signedData,
      (_all, before: string | undefined) => `${before ?? ''}(signed meter data)`,
    );
    return unsigned.replace(cardMembers, (_all, before: string, card: string, after: string) => {
      return `${before}${this.#nameOf(card)}${after}`;
    });
  }

  /** Any text, without the identifiers that messages carried so far. */
  text(text: string): string {
    let cleared = text;
    for (const [card, name] of this.#known) cleared = cleared.replaceAll(card, name);
    return cleared;
  }

  #nameOf(card: string): string {
    const known = this.#known.get(card);
    if (known !== undefined) return known;
    const name = `card-${createHmac('sha256', this.#key).update(card.toLowerCase()).digest('hex').slice(0, 12)}`;
    if (card !== '') this.#known.set(card, name);
    return name;
  }
}
