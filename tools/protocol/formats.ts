/**
 * RFC 3339 §5.6 with the ranges of §5.7: `T` and `Z` in either case, any fraction, an offset or `Z` always, and day numbers
 * that the month has (29 February in every year, second 60 in every minute). A space for the `T` is refused: the grammar has none.
 * One expression instead of ajv-formats' code, which took most of the time of a validation.
 */
const dateTime =
  /^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3986 §3 by its alphabet: a scheme, a colon, something after it, and every percent sign followed by two hex digits. */
const uri = /^[A-Za-z][A-Za-z\d+.-]*:(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\dA-Fa-f]{2})+$/;

/** The formats that OCPP's schemas name. */
export const formats: Readonly<Record<string, RegExp>> = { 'date-time': dateTime, uri };
