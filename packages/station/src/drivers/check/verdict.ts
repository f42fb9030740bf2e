import { KerbsideError } from '../../core/errors.ts';

/** The driver did not do what it must. */
export class CaseFailure extends KerbsideError {
  constructor(message: string) {
    super('driver.refused', message);
  }
}

/** The case cannot be judged here; the message says why. */
export class CaseSkipped extends KerbsideError {
  constructor(message: string) {
    super('driver.refused', message);
  }
}

/** Throws a `CaseFailure` with the sentence unless the condition holds. */
export function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new CaseFailure(otherwise);
}
