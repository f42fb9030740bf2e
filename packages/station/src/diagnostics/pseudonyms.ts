import { createHmac } from 'node:crypto';

import { literalPattern } from './literal-pattern.ts';

/** Also the identifier at the end of a text that was cut. */
const cardMembers = /("(?:idTag|parentIdTag|idToken|cardId|cardUid|rfid|emaid)"\s*:\s*")((?:[^"\\]|\\.)*)("|\\?$)/giu;
/** The same in JSON that stands as a text in JSON. */
const innerCardMembers =
  /(\\+"(?:idTag|parentIdTag|idToken|cardId|cardUid|rfid|emaid)\\+"\s*:\s*\\+")([^"\\]*)(\\+"|\\*$)/giu;

/** Signed meter data have the card in them: as base64 in the form of OCA, and as they are in the bare form. */
const signedData = /(signedMeterData\\?"\s*:\s*\\?")[\d+/=A-Za-z]+|OCMF\|(?:[^"\\]|\\.)*/gu;

/** What a card is made of, between what separates words. */
const piece = /[\p{L}\p{N}]+/gu;
const isPlain = /^[\p{L}\p{N}](?:[^\s"\\]*[\p{L}\p{N}])?$/u;

/** Shorter identifiers are only replaced where a member says that they are one: `1` stands everywhere. */
const shortest = 4;
/** An identifier has no more pieces than this (20 characters in 1.6, 36 in 2.x). */
const piecesAtMost = 10;

/**
 * Replaces the identifiers of cards in texts by names that are the same for the same card in one file and tell nothing outside it.
 * What is known as a card, or stands in a message as one, is also replaced where it is named elsewhere, in any letter case.
 */
export class Pseudonyms {
  readonly #key: string | null;
  readonly #plain = new Set<string>();
  /** Identifiers that are no words, such as those with spaces. */
  readonly #odd = new Map<string, RegExp>();
  #pieces = 1;

  /** @param key random, thrown away with the file: cards are few enough to try them all; null: cards stay as they are */
  constructor(key: string | null) {
    this.#key = key;
  }

  /** An identifier that texts may name. */
  know(card: string): void {
    if (card.trim().length < shortest || this.#key === null) return;
    const pieces = card.match(piece)?.length ?? 0;
    if (isPlain.test(card) && pieces <= piecesAtMost) {
      this.#plain.add(card.toLowerCase());
      this.#pieces = Math.max(this.#pieces, pieces);
    } else if (!this.#odd.has(card)) this.#odd.set(card, literalPattern(card));
  }

  /** The name of a card. */
  nameOf(card: string): string {
    if (this.#key === null || card === '') return card;
    return `card-${createHmac('sha256', this.#key).update(card.toLowerCase()).digest('hex').slice(0, 12)}`;
  }

  /** A message as JSON text, without the identifiers that it carries, and without signed data. */
  message(text: string): string {
    const unsigned = text.replace(
      signedData,
      (_all, before: string | undefined) => `${before ?? ''}(signed meter data)`,
    );
    const named = (_all: string, before: string, card: string, after: string): string => {
      this.know(card);
      return `${before}${this.nameOf(card)}${after}`;
    };
    return unsigned.replace(cardMembers, named).replace(innerCardMembers, named);
  }

  /** Any text, without the identifiers that are known so far. */
  text(text: string): string {
    if (this.#key === null) return text;
    let cleared = text;
    for (const [card, pattern] of this.#odd) cleared = cleared.replace(pattern, this.nameOf(card));
    return this.#plain.size === 0 ? cleared : this.#plainText(cleared);
  }

  #plainText(text: string): string {
    const pieces = [...text.matchAll(piece)].map(({ index, 0: found }) => ({ from: index, to: index + found.length }));
    let cleared = '';
    let at = 0;
    for (let first = 0; first < pieces.length; first++) {
      const from = pieces[first]?.from ?? 0;
      for (let last = Math.min(first + this.#pieces, pieces.length) - 1; last >= first; last--) {
        const to = pieces[last]?.to ?? from;
        const card = text.slice(from, to).toLowerCase();
        if (!this.#plain.has(card)) continue;
        cleared += text.slice(at, from) + this.nameOf(card);
        at = to;
        first = last;
        break;
      }
    }
    return cleared + text.slice(at);
  }
}
