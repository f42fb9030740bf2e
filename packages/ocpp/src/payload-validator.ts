/** One thing that is wrong with a payload, as the generated validators tell it. */
export interface SchemaError {
  /** The rule that was broken: `type`, `required`, `enum` … */
  readonly keyword: string;
  /** JSON pointer to the value that broke it. */
  readonly instancePath: string;
  /** What the rule asks, by the words of JSON Schema: `limit`, `missingProperty` … */
  readonly params: Readonly<Record<string, unknown>>;
}

/** A generated check of one schema; after `false`, `errors` holds all that is wrong until the next check. */
export interface PayloadValidator {
  (payload: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** The checks of a message. */
export interface MessageValidators {
  readonly request: PayloadValidator;
  readonly response: PayloadValidator;
}
