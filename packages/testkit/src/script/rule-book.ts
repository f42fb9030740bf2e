import type { JsonObject } from '@kerbside/station';

import { matchesPattern } from './payload-pattern.ts';
import { parseRules } from './rule-parser.ts';
import type { Behaviour, Rule } from './rule.ts';

/** Something to which a rule may apply. */
export interface Happening {
  /** An action, `@connect` or `@open`. */
  readonly action: string;
  readonly identity: string;
  readonly payload?: JsonObject;
  /** It is a recognized retransmission of a message that is in the books: no refusal that books nothing is for it. */
  readonly booked?: boolean;
}

/** The rules in force, with their counters. */
export class RuleBook {
  #rules: { readonly rule: Rule; matches: number }[] = [];

  /** Replaces all rules; counters begin anew. @throws TestkitError `rules.invalid`, and then nothing was changed */
  set(rules: unknown): void {
    this.#rules = parseRules(rules).map((rule) => ({ rule, matches: 0 }));
  }

  /** Adds rules after those in force. @throws TestkitError `rules.invalid` */
  add(rules: unknown): void {
    this.#rules.push(...parseRules(rules).map((rule) => ({ rule, matches: 0 })));
  }

  get rules(): readonly Rule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  /** Counts the happening for every rule that matches and returns what the first one in its window wants. */
  take(happening: Happening): Behaviour | undefined {
    let chosen: Behaviour | undefined;
    for (const entry of this.#rules) {
      if (!matches(entry.rule, happening)) continue;
      entry.matches += 1;
      if (inWindow(entry.rule, entry.matches)) chosen ??= entry.rule.do;
    }
    return chosen;
  }
}

function matches({ on, do: { callError } }: Rule, { action, identity, payload, booked = false }: Happening): boolean {
  if (booked && callError !== undefined && callError.booked !== true) return false;
  const sameAction = on.action === action || (on.action === '*' && !action.startsWith('@'));
  if (!sameAction || (on.identity !== undefined && on.identity !== identity)) return false;
  return on.payload === undefined || matchesPattern(payload, on.payload);
}

function inWindow({ on: { nth, from = 1, times = Number.POSITIVE_INFINITY } }: Rule, count: number): boolean {
  return nth === undefined ? count >= from && count < from + times : count === nth;
}
